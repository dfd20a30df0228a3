package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.protocol.wire.Capabilities;
import io.netty.buffer.ByteBuf;

/**
 * What a session is doing; each phase knows only what that needs. All methods run on the session's event loop. A chunk
 * handed in is the phase's to release.
 *
 * <pre>
 * forwarding listener   Connecting -connected-> Login -OK-> CommandPhase
 *                       Connecting &lt;-no greeting- Login
 *                       Connecting -pooled, or a script's own greeting-> GreetedLogin -OK-> CommandPhase
 * local listener        LocalLogin -OK-> LocalCommands
 * any                   -close-> Closed
 * </pre>
 */
sealed interface Phase permits Connecting, LoginPhase, CommandPhase, LocalLogin, LocalCommands, Closed {

    /** Bytes of the client. */
    void clientBytes(ByteBuf chunk);

    /** Bytes of the server. */
    void backendBytes(ByteBuf chunk);

    /** The server's connection has ended. */
    void backendClosed();

    /** Whether the server connection may change hands now: nothing is on its way to or from it. */
    default boolean serverIdle() {
        return false;
    }

    /** Status flags of the server's last word. */
    default int serverStatus() {
        return 0;
    }

    /** The protocol agreed on with the client; nothing before the login. */
    default Capabilities negotiated() {
        return Capabilities.NONE;
    }

    /** The session has another server connection, or none. */
    default void linkChanged(BackendLink link) {}

    /** The hooks that what is under way began with and goes on with to its end; null when nothing is under way. */
    default HookChain hooksInUse() {
        return null;
    }

    /** A word for lists and logs. */
    String word();

    /** Sequence id with which an ERR packet may be sent to the client at this point; -1 where none is allowed. */
    int errorSequence();

    /** Lets go of all buffers; the phase is over. */
    void release();
}
