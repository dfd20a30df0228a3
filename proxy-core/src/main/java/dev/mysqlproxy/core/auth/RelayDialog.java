package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.auth.CachingSha2Exchange;
import dev.mysqlproxy.protocol.auth.Nonce;
import dev.mysqlproxy.protocol.message.AuthSwitchRequest;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The server authenticates the client; the proxy passes on what they say. Only where a password itself is due and the two
 * hops are not alike does it step in between, as a server to the client and as a client to the server: what one end shows on
 * a secret hop is encrypted for the other, and what it encrypts is decrypted. The password is known for that moment only.
 */
public final class RelayDialog implements AuthDialog {

    /** Packets of a server in one login; no conversation needs nearly as many. */
    private static final int MOST_PACKETS = 128;

    private static final Pattern PLUGIN_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final byte[] NOTHING = {};

    private final AuthEnds ends;
    private final Supplier<? extends CompletionStage<? extends RsaDecryptor>> key;
    private final boolean asks;

    private String plugin = "";
    private byte[] nonce = NOTHING;
    private boolean loggedIn;
    private boolean refused;
    private int serverPackets;

    /** Whether the next word is the client's. */
    private boolean clientDue = true;
    /** Whether that word is the first for this method. */
    private boolean firstAnswer = true;

    private PasswordIntake intake;
    private PasswordDelivery delivery;

    /**
     * A login that is relayed.
     *
     * @param key the proxy's own RSA key; asked for when a client needs it
     * @param asks whether the client was greeted with something else than this server's challenge, so that its answer
     *     proves nothing: the server is made to ask anew, which only clients with CLIENT_PLUGIN_AUTH understand
     */
    public RelayDialog(AuthEnds ends, Supplier<? extends CompletionStage<? extends RsaDecryptor>> key, boolean asks) {
        this.ends = ends;
        this.key = key;
        this.asks = asks;
    }

    @Override
    public Challenge challenge(Challenge server) {
        plugin = server.plugin();
        nonce = server.nonce();
        return server;
    }

    @Override
    public void answer(String user, String method, byte[] response) {
        if (loggedIn || intake != null) {
            throw new ProtocolViolationException("a second login");
        }
        clientDue = false;
        firstAnswer = false;
        if (!method.isEmpty()) {
            plugin = method;
        }
        if (asks || plugin.equals(AuthMethods.CLEAR) && !bothSecret()) {
            // nobody has asked for this password: the server may want something that can be answered safely
            Arrays.fill(response, (byte) 0);
            plugin = AuthMethods.NO_SUCH_METHOD;
            logIn(plugin, NOTHING);
        } else if (plugin.equals(AuthMethods.SHA256) && !sha256Alike() && !AuthMethods.saysEmpty(response)) {
            sha256Intake();
            intake.client(response);
        } else {
            logIn(method, response);
        }
    }

    private void logIn(String method, byte[] response) {
        loggedIn = true;
        ends.logIn(new AuthEnds.Login(null, null, method, response));
    }

    @Override
    public void client(byte[] payload) {
        if (refused()) {
            return;
        }
        if (intake != null && !intake.over()) {
            intake.client(payload);
            return;
        }
        if (!loggedIn || delivery != null && delivery.waiting()) {
            throw new ProtocolViolationException("a packet of authentication that nobody asked for");
        }
        if (AuthMethods.known(plugin)) {
            if (!clientDue) {
                throw new ProtocolViolationException("a packet of authentication that nobody asked for");
            }
            clientDue = false;
        }
        boolean first = firstAnswer;
        firstAnswer = false;
        if (first && plugin.equals(AuthMethods.SHA256) && !sha256Alike() && !AuthMethods.saysEmpty(payload)) {
            sha256Intake();
            intake.client(payload);
            return;
        }
        ends.toServer(payload);
    }

    @Override
    public void server(byte[] payload) {
        if (refused()) {
            return;
        }
        if (!loggedIn || payload.length == 0) {
            throw new ProtocolViolationException("a packet of the server before the login");
        }
        if (++serverPackets > MOST_PACKETS) {
            throw new ProtocolViolationException("more than " + MOST_PACKETS + " packets of authentication");
        }
        if (intake != null && !intake.over() || AuthMethods.known(plugin) && clientDue) {
            throw new ProtocolViolationException("the server goes on while the client's answer is due");
        }
        int first = payload[0] & 0xff;
        if (first != AuthSwitchRequest.HEADER && plugin.equals(AuthMethods.NO_SUCH_METHOD)) {
            // the client does not know that it was asked: what it would say to this could be its password
            throw new ProtocolViolationException("the server goes on with a method that does not exist");
        }
        if (first == AuthSwitchRequest.HEADER) {
            asked(payload, true);
        } else if (first == AuthMethods.NEXT_FACTOR && namesMethod(payload)) {
            asked(payload, false);
        } else if (delivery != null && delivery.waiting()) {
            encrypted(payload);
        } else if (plugin.equals(AuthMethods.CACHING_SHA2)) {
            cachingSha2(payload);
        } else {
            clientDue = true;
            ends.toClient(payload);
        }
    }

    /** Whether this is AuthNextFactor: MariaDB's dialog asks its questions with the same first byte. */
    private boolean namesMethod(byte[] payload) {
        boolean named = PLUGIN_NAME.matcher(name(payload)).matches();
        if (!named && AuthMethods.known(plugin)) {
            throw new ProtocolViolationException("the server's next factor has no name");
        }
        return named;
    }

    private static String name(byte[] payload) {
        int end = 1;
        while (end < payload.length && payload[end] != 0) {
            end++;
        }
        return new String(payload, 1, end - 1, StandardCharsets.ISO_8859_1);
    }

    /** The server wants another method, or one more. */
    private void asked(byte[] payload, boolean instead) {
        forget();
        String name = name(payload);
        if (instead && (name.isEmpty() || name.equals(AuthMethods.OLD)) && !oldAlike(name)) {
            refuse(AuthErrors.OLD_PASSWORD, "the server wants mysql_old_password");
            return;
        }
        if (name.equals(AuthMethods.CLEAR) && !bothSecret()) {
            refuse(AuthErrors.CLEAR_PASSWORD, "the server wants mysql_clear_password over an open connection");
            return;
        }
        plugin = name.isEmpty() ? AuthMethods.OLD : name;
        int begin = Math.min(payload.length, 1 + name.length() + 1);
        int end = payload.length > begin && payload[payload.length - 1] == 0 ? payload.length - 1 : payload.length;
        nonce = Arrays.copyOfRange(payload, begin, end);
        clientDue = true;
        firstAnswer = true;
        ends.toClient(payload);
    }

    private void cachingSha2(byte[] payload) {
        if (AuthMethods.moreData(payload, CachingSha2Exchange.FAST_AUTH_SUCCESS)) {
            ends.toClient(payload);
            return;
        }
        clientDue = true;
        if (AuthMethods.moreData(payload, CachingSha2Exchange.PERFORM_FULL_AUTHENTICATION)
                && ends.clientSecret() != ends.serverSecret()) {
            checkNonce();
            clientDue = false;
            intake = new PasswordIntake(
                    ends,
                    key,
                    nonce,
                    ends.clientSecret(),
                    CachingSha2Exchange.REQUEST_PUBLIC_KEY,
                    password -> deliver(password, ends.serverSecret(), CachingSha2Exchange.REQUEST_PUBLIC_KEY));
        }
        ends.toClient(payload);
    }

    private void sha256Intake() {
        checkNonce();
        int request = CachingSha2Exchange.SHA256_REQUEST_PUBLIC_KEY;
        intake = new PasswordIntake(
                ends, key, nonce, ends.clientTls(), request, password -> deliver(password, ends.serverTls(), request));
    }

    private void deliver(byte[] password, boolean inClear, int request) {
        delivery = new PasswordDelivery(password, nonce, inClear, request);
        byte[] first = delivery.first();
        if (loggedIn) {
            ends.toServer(first);
        } else {
            logIn(AuthMethods.SHA256, first);
        }
    }

    private void encrypted(byte[] payload) {
        delivery.server(payload)
                .ifPresentOrElse(
                        ends::toServer,
                        () -> refuse(AuthErrors.LONG_PASSWORD, "a password too long for the server's RSA key"));
    }

    private void refuse(ErrPacket error, String why) {
        refused = true;
        ends.refuse(error, why);
    }

    private boolean refused() {
        return refused || intake != null && intake.refused();
    }

    private void checkNonce() {
        if (nonce.length != Nonce.LENGTH) {
            throw new ProtocolViolationException("the server's nonce has " + nonce.length + " bytes");
        }
    }

    /** Without a name, as before MySQL 5.5.7, it goes on with the nonce of the greeting, which must have been that server's. */
    private boolean oldAlike(String name) {
        return ends.clientSecret() == ends.serverSecret() && !(name.isEmpty() && asks);
    }

    private boolean bothSecret() {
        return ends.clientSecret() && ends.serverSecret();
    }

    private boolean sha256Alike() {
        return ends.clientTls() == ends.serverTls();
    }

    @Override
    public OkPacket accepted(OkPacket ok) {
        if (!loggedIn) {
            throw new ProtocolViolationException("an OK of the server before the login");
        }
        forget();
        return ok;
    }

    private void forget() {
        if (intake != null) {
            intake.release();
            intake = null;
        }
        if (delivery != null) {
            delivery.release();
            delivery = null;
        }
    }

    @Override
    public void release() {
        forget();
        refused = true;
    }
}
