package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import io.netty.buffer.ByteBuf;

/**
 * The command phase of a forwarding session.
 *
 * <pre>
 * IDLE -a command nobody watches--------------------------> SENDING -all sent-> REPLY -tracker: ended-> IDLE
 * SENDING waits in PREPARING while a pooled connection is made ready
 * IDLE -a watched command-> COLLECTING -hooks: forward----> SENDING
 *                           COLLECTING -hooks: inject-----> REPLY (of each injection)
 *                           COLLECTING -hooks: answer-----> IDLE (by way of DISCARDING when it is still arriving)
 *                           COLLECTING -hooks: later------> DECIDING -> as above
 * REPLY -COM_CLONE and the like-> TUNNEL
 * COM_CHANGE_USER: CHANGING_USER in the place of SENDING, until the server's verdict, which is the REPLY
 * </pre>
 *
 * The road that nobody watches allocates nothing and copies nothing: chunks go from channel to channel.
 */
final class CommandPhase implements Phase {

    /** What it is at. */
    enum Mode {
        IDLE,
        COLLECTING,
        DECIDING,
        DISCARDING,
        PREPARING,
        SENDING,
        REPLY,
        CHANGING_USER,
        TUNNEL
    }

    /** Bytes of further commands that may wait while one runs. */
    private static final int PIPELINE_LIMIT = 64 * 1024;

    private final Session session;
    private final PhaseParts parts;
    private final Capabilities negotiated;
    private final ReplyTracker tracker;
    private final Interjections interjections;
    private final ClientRoad road;
    private final Deliberation deliberation;
    private final UserChange userChange;
    private final ReplyIntake intake;
    private final ShownStatement shown = new ShownStatement();

    /** Those of the command at hand: one that is over must not hold on to a plugin that has been unloaded. */
    private HookChain hooks;

    private Mode mode = Mode.IDLE;
    private ByteBuf input;
    private Exchange exchange;
    private boolean quitting;
    private volatile int command = -1;

    /** Follows a login whose OK had this status. */
    CommandPhase(Session session, Capabilities negotiated, int serverStatus) {
        this.session = session;
        this.negotiated = negotiated;
        this.parts = new PhaseParts(session, negotiated);
        this.tracker = parts.tracker();
        tracker.serverStatus(serverStatus);
        this.interjections = new Interjections(tracker, parts.scanner());
        this.road = new ClientRoad(parts, interjections, this);
        this.deliberation = new Deliberation(parts, this);
        this.userChange = new UserChange(parts, this);
        this.intake = new ReplyIntake(parts, interjections, this);
    }

    /** First byte of the command that runs or ran last; -1 before the first. Any thread. */
    int lastCommand() {
        return command;
    }

    /** The beginning of the statement that runs or ran last, without passwords; empty unless somebody wants it. Any thread. */
    String statement() {
        return shown.text((serverStatus() & ServerStatus.NO_BACKSLASH_ESCAPES) == 0);
    }

    /** As {@link Pinned#word}. Any thread. */
    String pinned() {
        return Pinned.word(session.link(), parts);
    }

    // --- what its parts do -------------------------------------------------------------------------------------------

    void mode(Mode next) {
        mode = next;
    }

    boolean deciding() {
        return mode == Mode.DECIDING;
    }

    void exchange(Exchange begun) {
        exchange = begun;
    }

    Exchange exchange() {
        return exchange;
    }

    /** What the client has sent and nobody has dealt with yet; null for nothing. */
    ByteBuf input() {
        return input;
    }

    @Override
    public int serverStatus() {
        return tracker.serverStatus();
    }

    @Override
    public Capabilities negotiated() {
        return negotiated;
    }

    @Override
    public boolean serverIdle() {
        if (!intake.quiet() || interjections.fileUnderWay()) {
            return false;
        }
        return switch (mode) {
            case IDLE, COLLECTING -> true;
            case REPLY -> tracker.ended() && tracker.shape() != ReplyShape.CLOSE;
            default -> false;
        };
    }

    @Override
    public void linkChanged(BackendLink link) {
        parts.statements().clear();
        tracker.serverStatus(link == null ? ServerStatus.AUTOCOMMIT : link.serverStatus());
    }

    /** Whether a command or a transaction is open that can be waited for: streams and tunnels have no end. */
    boolean busy() {
        if (mode == Mode.TUNNEL || mode == Mode.REPLY && tracker.shape() == ReplyShape.STREAM) {
            return false;
        }
        return mode != Mode.IDLE || input != null || (tracker.serverStatus() & ServerStatus.IN_TRANS) != 0;
    }

    boolean waitsForBackend() {
        return (mode == Mode.REPLY || mode == Mode.PREPARING || mode == Mode.CHANGING_USER)
                && !tracker.infileRequested();
    }

    // --- the client's bytes -----------------------------------------------------------------------------------------

    @Override
    public void clientBytes(ByteBuf chunk) {
        input = input == null ? chunk : Chunks.append(input, chunk);
        pump();
    }

    /** Works on the input until it is used up or something else must happen first. */
    void pump() {
        try {
            boolean more = true;
            while (input != null && more) {
                more = switch (mode) {
                    case IDLE -> begin();
                    case COLLECTING -> deliberation.collect(input, hooks);
                    case DECIDING, PREPARING -> false;
                    case DISCARDING -> {
                        deliberation.discard(input);
                        yield true;
                    }
                    case SENDING -> {
                        road.send(input, shown);
                        yield true;
                    }
                    case REPLY -> road.interject(input);
                    case CHANGING_USER -> userChange.client(input);
                    case TUNNEL -> {
                        forward(input.readableBytes());
                        yield true;
                    }
                };
                if (input != null && !input.isReadable()) {
                    input.release();
                    input = null;
                }
            }
        } catch (ProtocolViolationException e) {
            // also when a server's bytes led here: what is wrong is in the client's
            session.faults().violation(Side.CLIENT, e);
            return;
        }
        int most = switch (mode) {
            case REPLY -> PIPELINE_LIMIT;
            // here the command itself waits until it is whole
            case CHANGING_USER -> PIPELINE_LIMIT + Limits.LOGIN_PACKET;
            // the command itself waits there; to read nothing at all would hide that its client has left
            case DECIDING, PREPARING ->
                PIPELINE_LIMIT + session.services().limits().maxHookPacket();
            default -> Integer.MAX_VALUE;
        };
        session.holdClient(input != null && input.readableBytes() >= most);
    }

    private boolean begin() {
        int code = road.begins(input);
        if (code < 0) {
            return false;
        }
        command = code;
        quitting = code == CommandCode.COM_QUIT;
        session.watchdog().stateChanged();
        hooks = session.services().hooks();
        parts.statements().wanted(hooks);
        int most = session.services().registry().statementBytes();
        if (most > 0) {
            shown.begin(input, most, parts);
        }
        if (hooks.watches(code) || KillRouting.concerns(code, input, parts.queryAttributes())) {
            mode = Mode.COLLECTING;
        } else {
            road.start(code);
        }
        return true;
    }

    /** The command at hand goes to the server, as soon as its connection is ready. */
    void startSending(int code) {
        road.start(code);
    }

    /** The command at hand is a login. */
    void changesUser() {
        userChange.start();
        mode = Mode.CHANGING_USER;
    }

    /** What came of the client so far is dealt with but for what is left of the input. */
    void used() {
        session.clientLink().used(input == null ? 0 : input.readableBytes());
    }

    /** So many bytes of the input go to the server. */
    void forward(int bytes) {
        if (bytes == input.readableBytes()) {
            session.link().write(input);
            input = null;
        } else if (bytes > 0) {
            session.link().write(input.readRetainedSlice(bytes));
        }
    }

    /** The server's last word on COM_CHANGE_USER, with this sequence id. */
    void userChanged(int sequence, ByteBuf last) {
        if (exchange != null) {
            exchange.forwarded(parts.scanner().bytes());
            exchange.answerSequence(sequence);
        }
        tracker.start(ReplyShape.AUTHENTICATION, sequence);
        mode = Mode.REPLY;
        backendBytes(last);
        if (!session.closed() && !session.link().channel().isActive()) {
            // it has left since, which was kept back
            backendClosed();
        }
    }

    // --- the server's bytes -----------------------------------------------------------------------------------------

    @Override
    public void backendBytes(ByteBuf chunk) {
        switch (mode) {
            case TUNNEL -> session.write(chunk);
            case CHANGING_USER -> userChange.serverBytes(chunk);
            case REPLY, SENDING -> {
                boolean reply = intake.bytes(chunk, exchange, mode == Mode.SENDING);
                if (reply && input != null && !session.closed()) {
                    pump();
                }
            }
            default -> intake.unasked(chunk);
        }
    }

    /** The reply at hand is complete. */
    void replyEnded() {
        parts.schema().replied(tracker);
        if (exchange == null) {
            parts.statements().replied(tracker, null);
        }
        if (exchange == null || !exchange.replyEnded()) {
            idle();
        }
    }

    /** The exchange ended at a moment of its own. */
    void afterExchange() {
        idle();
        pump();
    }

    /** The command is done with. */
    void idle() {
        if (session.closed()) {
            return;
        }
        mode = Mode.IDLE;
        hooks = null;
        session.watchdog().stateChanged();
        if (exchange != null) {
            exchange.finish();
            exchange = null;
        }
        if (session.closesAfterAnswer()) {
            session.close(CloseCause.CLOSED_BY_PLUGIN, null, "");
        } else if (input == null && session.services().registry().draining()) {
            session.endIfIdle();
        }
    }

    @Override
    public void backendClosed() {
        if (userChange.lastWord()) {
            return;
        }
        if (quitting) {
            session.close(CloseCause.CLIENT_QUIT, null, "");
        } else if (mode == Mode.SENDING && tracker.bytes() > 0 && tracker.ended()) {
            // it had enough of the command, said so, and left
            replyEnded();
            session.close(CloseCause.BACKEND_CLOSED, null, "");
        } else if (mode == Mode.IDLE || mode == Mode.TUNNEL || tracker.shape() == ReplyShape.STREAM) {
            boolean lost = (tracker.serverStatus() & ServerStatus.IN_TRANS) != 0;
            session.close(
                    lost ? CloseCause.BACKEND_LOST : CloseCause.BACKEND_CLOSED, null, lost ? "in a transaction" : "");
        } else {
            session.close(CloseCause.BACKEND_LOST, Errors.BACKEND_LOST, "");
        }
    }

    @Override
    public HookChain hooksInUse() {
        return hooks;
    }

    @Override
    public String word() {
        if (quitting) {
            return "quit";
        }
        return switch (mode) {
            case IDLE -> (tracker.serverStatus() & ServerStatus.IN_TRANS) != 0 ? "idle-in-transaction" : "idle";
            case COLLECTING, DISCARDING, SENDING, PREPARING -> "reading-query";
            case DECIDING -> "deciding";
            case REPLY -> tracker.infileRequested() ? "local-infile" : "running";
            case CHANGING_USER -> "running";
            case TUNNEL -> "tunnel";
        };
    }

    @Override
    public int errorSequence() {
        return switch (mode) {
            case IDLE -> input == null ? 0 : ClientRoad.afterHeader(input);
            case TUNNEL -> -1;
            case CHANGING_USER -> userChange.errorSequence();
            case COLLECTING, DECIDING, DISCARDING, PREPARING ->
                exchange == null ? ClientRoad.answerOf(command) : exchange.errorSequence();
            case SENDING, REPLY ->
                quitting && (exchange == null || exchange.streaming())
                        ? -1
                        : intake.errorSequence(exchange, mode == Mode.SENDING);
        };
    }

    @Override
    public void release() {
        intake.release();
        userChange.release();
        if (input != null) {
            input.release();
            input = null;
        }
        if (exchange != null) {
            exchange.lost();
            exchange.release();
            exchange = null;
        }
    }
}
