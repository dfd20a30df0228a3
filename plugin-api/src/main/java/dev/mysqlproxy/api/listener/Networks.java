package dev.mysqlproxy.api.listener;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A set of networks: {@code 10.0.0.0/8}, {@code fd00::/8}, single addresses, {@code *} for every address, {@code unix} for
 * unix sockets. IPv4 addresses within IPv6 ({@code ::ffff:10.0.0.1}) are IPv4 addresses. Names are not looked up.
 * Immutable.
 */
public final class Networks {

    /** No network. */
    public static final Networks NONE = new Networks(List.of(), false);

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final int MAPPED_BITS = 96;

    private final List<Block> blocks;
    private final boolean unix;

    /** The first {@code bits} of an address; no bits for all addresses, of either version. */
    private record Block(byte[] address, int bits) {
        boolean contains(byte[] other) {
            if (bits == 0 && address.length == 0) {
                return true;
            }
            if (other.length != address.length) {
                return false;
            }
            int whole = bits / Byte.SIZE;
            int rest = bits % Byte.SIZE;
            return Arrays.equals(address, 0, whole, other, 0, whole)
                    && (rest == 0 || ((address[whole] ^ other[whole]) & 0xff) >>> (Byte.SIZE - rest) == 0);
        }
    }

    private Networks(List<Block> blocks, boolean unix) {
        this.blocks = List.copyOf(blocks);
        this.unix = unix;
    }

    /**
     * Reads a list of networks.
     *
     * @throws IllegalArgumentException with a sentence that names the one that is none
     */
    public static Networks of(List<String> texts) {
        List<Block> blocks = new ArrayList<>();
        boolean unix = false;
        for (String text : texts) {
            if (text.equals("unix")) {
                unix = true;
            } else if (text.equals("*")) {
                blocks.add(new Block(new byte[0], 0));
            } else {
                blocks.add(block(text));
            }
        }
        return blocks.isEmpty() && !unix ? NONE : new Networks(blocks, unix);
    }

    private static Block block(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        byte[] address = address(literal, text);
        int most = address.length * Byte.SIZE;
        int bits = most;
        if (slash >= 0) {
            boolean mapped = literal.indexOf(':') >= 0 && address.length == 4;
            bits = bits(text.substring(slash + 1), text, mapped ? most + MAPPED_BITS : most)
                    - (mapped ? MAPPED_BITS : 0);
            if (bits < 0) {
                throw wrong(text);
            }
        }
        return new Block(address, bits);
    }

    private static int bits(String digits, String text, int most) {
        if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) > most) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a network: 0 to " + most + " bits can come after the slash");
        }
        return Integer.parseInt(digits);
    }

    private static byte[] address(String literal, String text) {
        boolean v6 = V6.matcher(literal).matches();
        if (!v6 && !V4.matcher(literal).matches()) {
            throw wrong(text);
        }
        try {
            // neither four small numbers nor what stands in brackets is ever looked up as a name
            return InetAddress.getByName(v6 ? "[" + literal + "]" : literal).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(wrong(text).getMessage(), e);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("'" + text
                + "' is not a network: write 10.0.0.0/8, fd00::/8, an address, * for every address or unix for unix"
                + " sockets");
    }

    /** Whether there is none in it. */
    public boolean isEmpty() {
        return blocks.isEmpty() && !unix;
    }

    /** Whether it has this address. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return blocks.stream().anyMatch(block -> block.contains(bytes));
    }

    /** Whether it has the clients of unix sockets. */
    public boolean containsUnix() {
        return unix;
    }
}
