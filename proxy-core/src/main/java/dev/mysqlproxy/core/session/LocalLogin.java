package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.protocol.auth.CachingSha2Exchange;
import dev.mysqlproxy.protocol.auth.Nonce;
import dev.mysqlproxy.protocol.auth.PasswordMethod;
import dev.mysqlproxy.protocol.message.AuthSwitchRequest;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection phase of a listener that answers by itself: mysql_native_password in the greeting, which every client
 * understands or asks to leave, caching_sha2_password for those that cannot do it; with hashed accounts {@link HashedLogin}
 * decides between RESPONSE and DECIDED.
 *
 * <pre>
 * RESPONSE -client: native-> verdict
 * RESPONSE -client: another method-> SWITCHED -client-> verdict
 * verdict -> DECIDED -at once, or after a while for a host that guessed wrong-> LocalCommands or Closed
 * </pre>
 */
final class LocalLogin implements Phase, ClientSide.Receiver {

    private enum Step {
        RESPONSE,
        SWITCHED,
        DECIDED
    }

    private static final Logger LOG = LoggerFactory.getLogger(LocalLogin.class);
    private static final int UTF8MB4_GENERAL_CI = 45;
    private static final int AUTH_MORE_DATA = 1;
    private static final int LONGEST_USER = 96;

    private static final Capabilities CAPABILITIES = new Capabilities(Capabilities.LONG_PASSWORD
            | Capabilities.CONNECT_WITH_DB
            | Capabilities.PROTOCOL_41
            | Capabilities.TRANSACTIONS
            | Capabilities.SECURE_CONNECTION
            | Capabilities.MULTI_RESULTS
            | Capabilities.PLUGIN_AUTH
            | Capabilities.CONNECT_ATTRS
            | Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA);

    private final Session session;
    private final Listener.Local listener;
    private final ClientSide client;

    private Step step = Step.RESPONSE;
    private byte[] nonce = Nonce.create();
    private Capabilities negotiated = CAPABILITIES;
    private String user = "";
    /** Where the proxy has hashes of passwords only; else null. */
    private HashedLogin hashed;

    LocalLogin(Session session, Listener.Local listener) {
        this.session = session;
        this.listener = listener;
        this.client = new ClientSide(session, this);
    }

    /** Sends the greeting. */
    void greet() {
        Capabilities offered = CAPABILITIES.with(
                client.transports(true).and(new Capabilities(Capabilities.SSL)).bits());
        if (listener.accounts().hashed()) {
            hashed = new HashedLogin(
                    session, this, client, session.entrance().local().orElseThrow());
            nonce = hashed.nonce();
        }
        Greeting greeting = new Greeting(
                listener.serverVersion(),
                session.id(),
                nonce,
                offered,
                UTF8MB4_GENERAL_CI,
                ServerStatus.AUTOCOMMIT,
                PasswordMethod.MYSQL_NATIVE_PASSWORD.pluginName());
        session.identity().greeted(greeting);
        client.offered(offered);
        client.hop().send(greeting::encode);
    }

    @Override
    public void clientBytes(ByteBuf chunk) {
        if (step == Step.DECIDED) {
            chunk.release();
            throw new ProtocolViolationException("bytes before the answer to the login");
        }
        client.bytes(chunk);
    }

    @Override
    public void login(ByteBuf payload) {
        alone();
        if (HandshakeResponse.isBefore41(payload)) {
            throw new ProtocolViolationException("the client speaks the protocol from before MySQL 4.1");
        }
        HandshakeResponse response = HandshakeResponse.decode(payload);
        session.identity().loggingIn(response);
        session.loginBegins(response.user(), response.database().orElse(""));
        user = response.user();
        negotiated = CAPABILITIES.and(response.capabilities());
        boolean isNative = !negotiated.has(Capabilities.PLUGIN_AUTH)
                || PasswordMethod.of(response.authPlugin()).equals(Optional.of(PasswordMethod.MYSQL_NATIVE_PASSWORD));
        if (isNative && hashed != null) {
            hashed.answer(user, response.authPlugin(), response.authResponse());
            return;
        }
        if (isNative) {
            verdict(PasswordMethod.MYSQL_NATIVE_PASSWORD, response.authResponse());
            return;
        }
        String plugin = PasswordMethod.CACHING_SHA2_PASSWORD.pluginName();
        step = Step.SWITCHED;
        nonce = hashed == null ? Nonce.create() : nonce;
        session.identity().authPlugin(plugin);
        client.hop().send(new AuthSwitchRequest(plugin, Arrays.copyOf(nonce, nonce.length + 1))::encode);
    }

    @Override
    public void packet(ByteBuf payload) {
        alone();
        byte[] bytes = Wire.readBytes(payload, payload.readableBytes());
        if (hashed != null) {
            hashed.packet(user, bytes);
        } else {
            verdict(PasswordMethod.CACHING_SHA2_PASSWORD, bytes);
        }
    }

    /** Nothing may follow before the answer. */
    private void alone() {
        if (client.hop().pendingBytes() > 0) {
            throw new ProtocolViolationException("bytes before the answer to the login");
        }
    }

    private void verdict(PasswordMethod method, byte[] response) {
        Optional<byte[]> password = listener.accounts().password(user);
        // an unknown user costs the same as a wrong password, and looks the same
        boolean right = method.verify(password.orElse(nonce), nonce, response) && password.isPresent();
        long millis = counted(right);
        step = Step.DECIDED;
        if (millis == 0) {
            answer(method, right, response.length > 0);
        } else {
            session.client()
                    .eventLoop()
                    .schedule(
                            () -> session.guarded(() -> {
                                answer(method, right, response.length > 0);
                                session.flush();
                            }),
                            millis,
                            TimeUnit.MILLISECONDS);
        }
    }

    /** Counts a guess; how long its answer is to wait. */
    long counted(boolean right) {
        long millis = session.services().registry().backoff().decided(host(), right);
        if (!right) {
            logWrong(millis);
        }
        return millis;
    }

    private void answer(PasswordMethod method, boolean right, boolean usingPassword) {
        if (session.closed()) {
            return;
        }
        if (right) {
            welcome(method);
        } else {
            ErrPacket error = new ErrPacket(
                    1045,
                    "28000",
                    "Access denied for user '" + Closing.cut(user, LONGEST_USER) + "'@'" + host()
                            + "' (using password: " + (usingPassword ? "YES" : "NO") + ")");
            session.close(CloseCause.LOGIN_REFUSED, error, "");
        }
    }

    private void welcome(PasswordMethod method) {
        if (method == PasswordMethod.CACHING_SHA2_PASSWORD) {
            client.hop().send(out -> out.writeByte(AUTH_MORE_DATA).writeByte(CachingSha2Exchange.FAST_AUTH_SUCCESS));
        }
        welcome();
    }

    /** The client is in; returns what it was told. */
    OkPacket welcome() {
        step = Step.DECIDED;
        OkPacket ok = new OkPacket(0, 0, ServerStatus.AUTOCOMMIT, 0, "");
        client.hop().send(out -> ok.encode(out, OkPacket.HEADER));
        client.release();
        session.phase(new LocalCommands(session, listener, negotiated));
        session.loginEnded();
        return ok;
    }

    /** Whether it is known how this ends. */
    boolean over() {
        return step == Step.DECIDED;
    }

    private void logWrong(long millis) {
        LOG.atWarn()
                .addKeyValue("listener", listener.name())
                .addKeyValue("client", session.clientAddress())
                .addKeyValue("user", Closing.cut(user, LONGEST_USER))
                .addKeyValue("delay-ms", millis)
                .log("wrong login");
    }

    private String host() {
        return Identity.host(session.clientAddress());
    }

    @Override
    public void backendBytes(ByteBuf chunk) {
        chunk.release();
    }

    @Override
    public void backendClosed() {
        // there is no server
    }

    @Override
    public String word() {
        return "login";
    }

    @Override
    public int errorSequence() {
        return client.answerSequence();
    }

    @Override
    public void release() {
        if (hashed != null) {
            hashed.release();
        }
        client.release();
    }
}
