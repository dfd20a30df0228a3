package dev.mysqlproxy.protocol.proxyheader;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Version 1: a line of text. */
final class HeaderLine {

    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final String V4 = "(" + OCTET + "(?:\\." + OCTET + "){3})";
    private static final String V6 = "([0-9a-fA-F:.]{2,45})";
    private static final String PORT = "(0|[1-9][0-9]{0,4})";
    private static final Pattern TCP4 = Pattern.compile("PROXY TCP4 " + V4 + " " + V4 + " " + PORT + " " + PORT);
    private static final Pattern TCP6 = Pattern.compile("PROXY TCP6 " + V6 + " " + V6 + " " + PORT + " " + PORT);
    private static final String UNKNOWN = "PROXY UNKNOWN";

    private HeaderLine() {}

    static Optional<ProxyHeader> read(ByteBuf in) {
        int longest = Math.min(in.readableBytes(), ProxyHeader.LONGEST_V1);
        int end = in.indexOf(in.readerIndex(), in.readerIndex() + longest, (byte) '\n');
        if (end < 0) {
            if (longest == ProxyHeader.LONGEST_V1) {
                throw new ProtocolViolationException("a PROXY line without an end");
            }
            return Optional.empty();
        }
        if (in.getByte(end - 1) != '\r') {
            throw new ProtocolViolationException("a PROXY line that does not end with CR LF");
        }
        String line = in.toString(in.readerIndex(), end - 1 - in.readerIndex(), StandardCharsets.ISO_8859_1);
        ProxyHeader header = parse(line);
        in.readerIndex(end + 1);
        return Optional.of(header);
    }

    private static ProxyHeader parse(String line) {
        // whatever comes after that word is to be ignored
        if (line.equals(UNKNOWN) || line.startsWith(UNKNOWN + " ")) {
            return ProxyHeader.local(1);
        }
        Matcher four = TCP4.matcher(line);
        Matcher parts = four.matches() ? four : TCP6.matcher(line);
        if (!parts.matches()) {
            throw new ProtocolViolationException("a PROXY line that makes no sense");
        }
        return ProxyHeader.of(
                1,
                new InetSocketAddress(address(parts.group(1)), port(parts.group(3))),
                new InetSocketAddress(address(parts.group(2)), port(parts.group(4))),
                List.of());
    }

    private static InetAddress address(String literal) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(literal);
        if (bytes == null) {
            throw new ProtocolViolationException("a PROXY line with an address that is none");
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }

    private static int port(String digits) {
        int port = Integer.parseInt(digits);
        if (port > 0xffff) {
            throw new ProtocolViolationException("a PROXY line with a port that is none");
        }
        return port;
    }

    static void write(ProxyHeader header, ByteBuf out) {
        String line = UNKNOWN;
        if (header.source().orElse(null) instanceof InetSocketAddress source
                && header.destination().orElse(null) instanceof InetSocketAddress destination) {
            boolean four =
                    source.getAddress() instanceof Inet4Address && destination.getAddress() instanceof Inet4Address;
            line = (four ? "PROXY TCP4 " : "PROXY TCP6 ")
                    + text(source.getAddress(), four)
                    + ' '
                    + text(destination.getAddress(), four)
                    + ' '
                    + source.getPort()
                    + ' '
                    + destination.getPort();
        }
        out.writeCharSequence(line + "\r\n", StandardCharsets.US_ASCII);
    }

    private static String text(InetAddress address, boolean four) {
        String text = NetUtil.toAddressString(address);
        return four || !(address instanceof Inet4Address) ? text : "::ffff:" + text;
    }
}
