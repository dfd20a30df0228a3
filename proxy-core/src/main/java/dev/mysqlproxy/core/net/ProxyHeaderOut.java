package dev.mysqlproxy.core.net;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.view.TlsView;
import dev.mysqlproxy.protocol.proxyheader.ProxyHeader;
import dev.mysqlproxy.protocol.proxyheader.ProxyHeaderWriter;
import dev.mysqlproxy.protocol.proxyheader.Tlv;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** The PROXY header of a connection to a backend. */
public final class ProxyHeaderOut {

    /** Bits of the first byte of PP2_TYPE_SSL. */
    private static final int PP2_CLIENT_SSL = 0x01;

    private static final int PP2_CLIENT_CERT_CONN = 0x02;
    private static final int PP2_CLIENT_CERT_SESS = 0x04;

    /** Longest text in a TLV of ours, in bytes. */
    private static final int LONGEST_TEXT = 256;

    private ProxyHeaderOut() {}

    /**
     * The header that tells a backend whose connection it is. What came with the client's own header is passed on. Clients
     * of unix sockets are shown as the proxy itself: to call them local would give them the rights of the server's own
     * machine.
     *
     * @param version V1 or V2
     * @param client the client's channel
     * @param tls the TLS that the client speaks, if it does already
     * @param uniqueId names the session in all processes and at all times, up to 128 bytes
     * @return belongs to the caller, to be the first bytes of the connection
     */
    public static ByteBuf encode(
            ByteBufAllocator allocator,
            BackendHop.Header version,
            Channel client,
            Optional<TlsView> tls,
            String uniqueId) {
        Optional<ProxyHeader> received = ProxyHeaderHandler.header(client);
        SocketAddress source = received.flatMap(ProxyHeader::source).orElse(client.remoteAddress());
        SocketAddress destination = received.flatMap(ProxyHeader::destination).orElse(client.localAddress());
        int number = version == BackendHop.Header.V1 ? 1 : 2;
        List<Tlv> tlvs = number == 1 ? List.of() : tlvs(received, tls, uniqueId);
        ProxyHeader header = source instanceof InetSocketAddress && destination instanceof InetSocketAddress
                ? ProxyHeader.of(number, source, destination, tlvs)
                : new ProxyHeader(number, Optional.empty(), Optional.empty(), tlvs);
        ByteBuf out = allocator.buffer();
        ProxyHeaderWriter.write(header, out);
        return out;
    }

    private static List<Tlv> tlvs(Optional<ProxyHeader> received, Optional<TlsView> tls, String uniqueId) {
        List<Tlv> tlvs = new ArrayList<>(received.map(ProxyHeader::tlvs).orElse(List.of()));
        if (tlvs.stream().noneMatch(tlv -> tlv.type() == Tlv.PP2_TYPE_UNIQUE_ID)) {
            byte[] id = uniqueId.getBytes(StandardCharsets.US_ASCII);
            tlvs.add(new Tlv(Tlv.PP2_TYPE_UNIQUE_ID, Arrays.copyOf(id, Math.min(id.length, Tlv.LONGEST_UNIQUE_ID))));
        }
        if (tls.isPresent() && tlvs.stream().noneMatch(tlv -> tlv.type() == Tlv.PP2_TYPE_SSL)) {
            tlvs.add(ssl(tls.get()));
        }
        return tlvs;
    }

    /** What the client's TLS is: flags, whether its certificate was verified, then TLVs within the TLV. */
    private static Tlv ssl(TlsView tls) {
        boolean certificate = tls.peer().isPresent();
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(PP2_CLIENT_SSL | (certificate ? PP2_CLIENT_CERT_CONN | PP2_CLIENT_CERT_SESS : 0));
        // 32 bits: zero for a good certificate, which is the only kind that gets this far
        value.writeBytes(new byte[] {0, 0, 0, (byte) (certificate ? 0 : 1)});
        text(Tlv.PP2_SUBTYPE_SSL_VERSION, tls.version(), value);
        text(Tlv.PP2_SUBTYPE_SSL_CIPHER, tls.cipher(), value);
        tls.peer().flatMap(ProxyHeaderOut::commonName).ifPresent(cn -> text(Tlv.PP2_SUBTYPE_SSL_CN, cn, value));
        return new Tlv(Tlv.PP2_TYPE_SSL, value.toByteArray());
    }

    private static void text(int type, String text, ByteArrayOutputStream out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, LONGEST_TEXT);
        out.write(type);
        out.write(length >>> Byte.SIZE);
        out.write(length);
        out.write(bytes, 0, length);
    }

    private static Optional<String> commonName(String distinguishedName) {
        try {
            for (Rdn part : new LdapName(distinguishedName).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
                    return Optional.of(name);
                }
            }
            return Optional.empty();
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }
}
