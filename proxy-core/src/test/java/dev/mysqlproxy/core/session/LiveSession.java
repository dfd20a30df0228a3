package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.core.backend.BackendRegistry;
import dev.mysqlproxy.core.hook.HookChain;
import java.util.concurrent.atomic.AtomicReference;

/** A session with a real client and a server made of bytes, for tests of what is around sessions. */
public final class LiveSession implements AutoCloseable {

    private final FakeBackend backend = new FakeBackend();
    private final Rig rig;
    private final Talk talk;

    /** Logged in, and idle. */
    public LiveSession() throws StartException {
        rig = new Rig(Io.NIO, backend, new Rig.Settings());
        talk = rig.logIn(Packets.CLASSIC);
    }

    /** Where its hooks come from. */
    public AtomicReference<HookChain> chain() {
        return rig.services.chain();
    }

    public SessionRegistry sessions() {
        return rig.sessions;
    }

    public BackendRegistry backends() {
        return rig.backends;
    }

    public SessionServices services() {
        return rig.services;
    }

    /** A statement that the server answers. */
    public void query(String sql) {
        begin(sql);
        finish();
    }

    /** A statement that the server does not answer yet. */
    public void begin(String sql) {
        talk.ask(Packets.query(sql));
    }

    /** The answer to {@link #begin}. */
    public void finish() {
        talk.answer(Packets.ok(1));
    }

    /** The next statement is there before the one at hand is answered. */
    public void chase(String sql) {
        talk.client().send(Packets.query(sql));
        talk.server().send(Packets.ok(1));
        talk.client().expect(Packets.ok(1));
        talk.server().expect(Packets.query(sql));
    }

    /** Leaves a transaction open. */
    public void transaction() {
        talk.ask(Packets.query("BEGIN")).answer(Packets.ok(1, Packets.AUTOCOMMIT | Packets.IN_TRANS));
    }

    /** A statement that a hook refuses with this error; its text. */
    public String error(String sql, int code) {
        send(sql);
        return expectError(code);
    }

    /** A statement that nobody is waiting for yet. */
    public void send(String sql) {
        talk.client().send(Packets.query(sql));
    }

    /** The text of the error that the client gets. */
    public String expectError(int code) {
        return talk.client().expectError(1, code);
    }

    /** As an operator does it. */
    public void kill() {
        talk.session().end(CloseCause.KILLED);
    }

    /** A word for what it does. */
    public String state() {
        return talk.session().stateWord();
    }

    @Override
    public void close() {
        talk.client().close();
        rig.close();
        backend.close();
    }
}
