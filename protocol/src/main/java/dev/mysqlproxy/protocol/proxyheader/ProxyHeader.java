package dev.mysqlproxy.protocol.proxyheader;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A PROXY header.
 *
 * @param version 1 or 2
 * @param source where the connection comes from, an {@link InetSocketAddress} or a {@link UnixName}; empty when the header
 *     does not say, and the connection's own addresses are the right ones: LOCAL, UNKNOWN, AF_UNSPEC, datagrams
 * @param destination where it wanted to go; there when the source is, of the same kind
 * @param tlvs what else it says, without checksum and padding; version 2 only
 */
public record ProxyHeader(
        int version, Optional<SocketAddress> source, Optional<SocketAddress> destination, List<Tlv> tlvs) {

    /** Longest line of version 1, with its end. */
    public static final int LONGEST_V1 = 107;

    /** Longest version 2 header that is read: the addresses, and far more TLVs than anybody sends. */
    public static final int LONGEST_V2 = 4096;

    public ProxyHeader {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(destination, "destination");
        tlvs = List.copyOf(tlvs);
        boolean sameKind = source.map(ProxyHeader::inet).equals(destination.map(ProxyHeader::inet));
        if (version < 1 || version > 2 || version == 1 && !tlvs.isEmpty() || !sameKind) {
            throw new IllegalArgumentException("version " + version + " with " + source + ", " + destination);
        }
    }

    /** One without addresses: the connection's own ones are the right ones. */
    public static ProxyHeader local(int version) {
        return new ProxyHeader(version, Optional.empty(), Optional.empty(), List.of());
    }

    /** One with addresses. */
    public static ProxyHeader of(int version, SocketAddress source, SocketAddress destination, List<Tlv> tlvs) {
        return new ProxyHeader(version, Optional.of(source), Optional.of(destination), tlvs);
    }

    /** The first TLV of a type. */
    public Optional<Tlv> find(int type) {
        return tlvs.stream().filter(tlv -> tlv.type() == type).findFirst();
    }

    private static boolean inet(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            return true;
        }
        if (address instanceof UnixName) {
            return false;
        }
        throw new IllegalArgumentException("neither an IP address nor a name: " + address);
    }
}
