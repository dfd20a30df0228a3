package dev.mysqlproxy.core.net;

import static io.netty.buffer.Unpooled.copiedBuffer;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.view.TlsView;
import dev.mysqlproxy.protocol.proxyheader.ProxyHeader;
import dev.mysqlproxy.protocol.proxyheader.ProxyHeaderReader;
import dev.mysqlproxy.protocol.proxyheader.ProxyHeaderWriter;
import dev.mysqlproxy.protocol.proxyheader.Tlv;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProxyHeaderOutTest {

    private static final Tlv ID = new Tlv(Tlv.PP2_TYPE_UNIQUE_ID, "p-7".getBytes(US_ASCII));

    /** A client's connection between these addresses. */
    private static final class Client extends EmbeddedChannel {
        private final SocketAddress local;
        private final SocketAddress remote;

        Client(SocketAddress remote, SocketAddress local) {
            this.remote = remote;
            this.local = local;
        }

        @Override
        public SocketAddress localAddress() {
            return local;
        }

        @Override
        public SocketAddress remoteAddress() {
            return remote;
        }

        /** It began with this header. */
        Client began(ProxyHeader header) {
            ByteBuf bytes = Unpooled.buffer();
            ProxyHeaderWriter.write(header, bytes);
            pipeline().addLast(new ProxyHeaderHandler(Duration.ZERO));
            writeInbound(bytes);
            return this;
        }
    }

    private final InetSocketAddress source = new InetSocketAddress("10.0.0.7", 5911);
    private final InetSocketAddress listener = new InetSocketAddress("10.0.0.1", 4040);
    private final Client direct = new Client(source, listener);

    private static ByteBuf encode(BackendHop.Header version, Client client, Optional<TlsView> tls) {
        ByteBuf header = ProxyHeaderOut.encode(UnpooledByteBufAllocator.DEFAULT, version, client, tls, "p-7");
        ByteBuf copy = Unpooled.wrappedBuffer(ByteBufUtil.getBytes(header));
        header.release();
        return copy;
    }

    private static ProxyHeader v2(Client client, Optional<TlsView> tls) {
        return ProxyHeaderReader.read(encode(BackendHop.Header.V2, client, tls)).orElseThrow();
    }

    @Test
    void lines() {
        assertThat(encode(BackendHop.Header.V1, direct, Optional.empty()).toString(US_ASCII))
                .isEqualTo("PROXY TCP4 10.0.0.7 10.0.0.1 5911 4040\r\n");
    }

    @Test
    void blocks() {
        assertThat(v2(direct, Optional.empty())).isEqualTo(ProxyHeader.of(2, source, listener, List.of(ID)));
    }

    @Test
    void unixClientsAreTheProxysOwn() {
        Client unix = new Client(new DomainSocketAddress(""), new DomainSocketAddress("/p/x.sock"));
        assertThat(encode(BackendHop.Header.V1, unix, Optional.empty()).toString(US_ASCII))
                .isEqualTo("PROXY UNKNOWN\r\n");
        assertThat(v2(unix, Optional.empty()))
                .isEqualTo(new ProxyHeader(2, Optional.empty(), Optional.empty(), List.of(ID)));
    }

    @Test
    void theClientsOwnHeaderIsPassedOn() {
        InetSocketAddress first = new InetSocketAddress("203.0.113.9", 1);
        InetSocketAddress balancer = new InetSocketAddress("203.0.113.1", 3306);
        Tlv id = new Tlv(Tlv.PP2_TYPE_UNIQUE_ID, "lb-1".getBytes(US_ASCII));
        Tlv other = new Tlv(0xea, new byte[] {1});
        Client client = direct.began(ProxyHeader.of(2, first, balancer, List.of(other, id)));
        assertThat(v2(client, Optional.empty())).isEqualTo(ProxyHeader.of(2, first, balancer, List.of(other, id)));
        assertThat(encode(BackendHop.Header.V1, client, Optional.empty()).toString(US_ASCII))
                .isEqualTo("PROXY TCP4 203.0.113.9 203.0.113.1 1 3306\r\n");
    }

    @Test
    void aBalancersOwnConnectionIsTheBalancers() {
        Client client = direct.began(ProxyHeader.local(2));
        assertThat(v2(client, Optional.empty())).isEqualTo(ProxyHeader.of(2, source, listener, List.of(ID)));
    }

    @Test
    void tlsIsDescribed() {
        TlsView tls = new TlsView("TLSv1.3", "AES", Optional.of("O=x,CN=app\\, one"));
        assertThat(v2(direct, Optional.of(tls)).find(Tlv.PP2_TYPE_SSL))
                .contains(new Tlv(
                        Tlv.PP2_TYPE_SSL,
                        HexFormat.of()
                                .parseHex("0700000000" + "210007544c5376312e33" + "230003414553"
                                        + "2200086170702c206f6e65")));
        TlsView nameless = new TlsView("TLSv1.2", "A", Optional.empty());
        assertThat(v2(direct, Optional.of(nameless)).find(Tlv.PP2_TYPE_SSL))
                .contains(new Tlv(
                        Tlv.PP2_TYPE_SSL, HexFormat.of().parseHex("0100000001" + "210007544c5376312e32" + "23000141")));
    }

    @Test
    void tlsOfTheFirstHopIsTheOneThatCounts() {
        Tlv first = new Tlv(Tlv.PP2_TYPE_SSL, new byte[] {1, 0, 0, 0, 1});
        Client client = direct.began(ProxyHeader.of(2, source, listener, List.of(first)));
        TlsView tls = new TlsView("TLSv1.3", "AES", Optional.empty());
        assertThat(v2(client, Optional.of(tls)).tlvs()).containsExactly(first, ID);
    }

    @Test
    void whatComesAfterwardsIsNotTouched() {
        ByteBuf header = encode(BackendHop.Header.V2, direct, Optional.empty());
        ByteBuf in = Unpooled.wrappedBuffer(header, copiedBuffer("x", US_ASCII));
        assertThat(ProxyHeaderReader.read(in)).isPresent();
        assertThat(in.toString(US_ASCII)).isEqualTo("x");
        in.release();
    }
}
