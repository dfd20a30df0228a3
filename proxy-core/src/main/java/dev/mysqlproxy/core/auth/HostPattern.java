package dev.mysqlproxy.core.auth;

import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Where a client may come from: an address, a network ({@code 10.0.0.0/8}), a pattern with MySQL's wildcards ({@code
 * 192.168.1.%}), or {@code localhost}, which is a unix socket or a loopback address. No names: nothing is looked up.
 */
final class HostPattern {

    /** What a client on a unix socket is called. */
    static final String LOCALHOST = "localhost";

    private final String text;
    private final Predicate<String> rule;

    private HostPattern(String text, Predicate<String> rule) {
        this.text = text;
        this.rule = rule;
    }

    /** Reads one; empty when it is none. */
    static Optional<HostPattern> parse(String text) {
        return rule(text).map(rule -> new HostPattern(text, rule));
    }

    private static Optional<Predicate<String>> rule(String text) {
        if (text.equals(LOCALHOST)) {
            return Optional.of(HostPattern::local);
        }
        int slash = text.indexOf('/');
        if (slash >= 0) {
            return network(
                    NetUtil.createByteArrayFromIpAddressString(text.substring(0, slash)), text.substring(slash + 1));
        }
        byte[] address = NetUtil.createByteArrayFromIpAddressString(text);
        if (address != null) {
            return Optional.of(host -> Arrays.equals(address, bytes(host)));
        }
        boolean wild = text.indexOf('%') >= 0 && text.matches("[0-9a-fA-F.:%_]+");
        return wild ? Optional.of(like(text)) : Optional.empty();
    }

    private static boolean local(String host) {
        byte[] address = bytes(host);
        return host.equals(LOCALHOST)
                || address.length == 4 && address[0] == 127
                || address.length == 16 && NetUtil.bytesToIpAddress(address).equals("::1");
    }

    private static Optional<Predicate<String>> network(byte[] network, String prefix) {
        if (network == null || !prefix.matches("\\d{1,3}") || Integer.parseInt(prefix) > network.length * 8) {
            return Optional.empty();
        }
        int bits = Integer.parseInt(prefix);
        return Optional.of(host -> begins(bytes(host), network, bits));
    }

    private static boolean begins(byte[] address, byte[] network, int bits) {
        if (address.length != network.length) {
            return false;
        }
        int whole = bits / 8;
        int mask = 0xff00 >> bits % 8 & 0xff;
        return Arrays.equals(address, 0, whole, network, 0, whole)
                && (bits % 8 == 0 || ((address[whole] ^ network[whole]) & mask) == 0);
    }

    /** MySQL's LIKE, in the case as it is written. */
    static Predicate<String> like(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (int at = 0; at < pattern.length(); at++) {
            char letter = pattern.charAt(at);
            if (letter == '%') {
                // possessive would not match what follows; names are short
                regex.append(".*");
            } else {
                regex.append(letter == '_' ? "." : Pattern.quote(String.valueOf(letter)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL).asMatchPredicate();
    }

    private static byte[] bytes(String host) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        return address == null ? new byte[0] : address;
    }

    /** Whether a client is there: its address without port, or {@link #LOCALHOST}. */
    boolean fits(String host) {
        return rule.test(host);
    }

    @Override
    public String toString() {
        return text;
    }
}
