package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.hook.HookChain.QueryVerdict;
import dev.mysqlproxy.protocol.codec.CommandScanner;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private enum Mode {
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

    private static final Logger LOG = LoggerFactory.getLogger(CommandPhase.class);

    /** Bytes of further commands that may wait while one runs. */
    private static final int PIPELINE_LIMIT = 64 * 1024;

    private final Session session;
    private final HookChain hooks;
    private final Capabilities negotiated;
    private final ReplyTracker tracker;
    private final CommandScanner scanner = new CommandScanner();
    private final Interjections interjections;
    private final SchemaTracker schema;
    private final Runnable exchangeOver = this::afterExchange;

    private Mode mode = Mode.IDLE;
    private ByteBuf input;
    private Exchange exchange;
    private Farewell farewell;
    private ChangeUser changing;
    private QueryVerdict pendingVerdict;
    private boolean quitting;
    private boolean unread;
    private boolean broken;
    private int brokenAt;
    private volatile int command = -1;

    /** Follows a login whose OK had this status. */
    CommandPhase(Session session, Capabilities negotiated, int serverStatus) {
        this.session = session;
        this.hooks = session.services().hooks();
        this.negotiated = negotiated;
        this.tracker = new ReplyTracker(negotiated);
        tracker.serverStatus(serverStatus);
        this.interjections = new Interjections(tracker, scanner);
        this.schema = new SchemaTracker(session, negotiated);
    }

    /** First byte of the command that runs or ran last; -1 before the first. Any thread. */
    int lastCommand() {
        return command;
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
        if (farewell != null || unread || interjections.fileUnderWay()) {
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
    private void pump() {
        try {
            boolean more = true;
            while (input != null && more) {
                more = switch (mode) {
                    case IDLE -> begin();
                    case COLLECTING -> collect();
                    case DECIDING, PREPARING -> false;
                    case DISCARDING -> discard();
                    case SENDING -> send();
                    case REPLY -> interject();
                    case CHANGING_USER -> changeUser();
                    case TUNNEL -> forward(input.readableBytes());
                };
                dropUsedInput();
            }
        } catch (ProtocolViolationException e) {
            // also when a server's bytes led here: what is wrong is in the client's
            session.violation(Side.CLIENT, e);
            return;
        }
        boolean waiting =
                mode == Mode.REPLY || mode == Mode.DECIDING || mode == Mode.PREPARING || mode == Mode.CHANGING_USER;
        session.holdClient(waiting && input != null && input.readableBytes() >= waitingLimit());
    }

    private int waitingLimit() {
        // a command to be decided upon waits there itself; to read nothing at all would hide that its client has left
        return mode == Mode.DECIDING || mode == Mode.PREPARING
                ? PIPELINE_LIMIT + session.services().limits().maxHookPacket()
                : PIPELINE_LIMIT;
    }

    private void dropUsedInput() {
        if (input != null && !input.isReadable()) {
            input.release();
            input = null;
        }
    }

    private boolean begin() {
        int available = input.readableBytes();
        if (available < Wire.HEADER_LENGTH) {
            return false;
        }
        int word = input.getIntLE(input.readerIndex());
        if (word >>> 24 != 0 && !session.clientCompresses()) {
            throw new ProtocolViolationException("a command with sequence id " + (word >>> 24));
        }
        if ((word & Wire.MAX_PAYLOAD) == 0) {
            throw new ProtocolViolationException("an empty command");
        }
        if (available == Wire.HEADER_LENGTH) {
            return false;
        }
        int code = input.getUnsignedByte(input.readerIndex() + Wire.HEADER_LENGTH);
        command = code;
        quitting = code == CommandCode.COM_QUIT;
        session.watchdog().stateChanged();
        if (hooks.watches(code) || KillRouting.concerns(code, input, negotiated.has(Capabilities.QUERY_ATTRIBUTES))) {
            mode = Mode.COLLECTING;
        } else {
            startSending(code);
        }
        return true;
    }

    private void startSending(int code) {
        BackendLink link = session.link();
        if (link == null) {
            noServer();
            return;
        }
        if (!link.ready()) {
            mode = Mode.PREPARING;
            link.makeReady(session, () -> {
                startSending(code);
                pump();
            });
            return;
        }
        link.used(code);
        ReplyShape shape = ReplyShape.of(code);
        if (shape == ReplyShape.OPAQUE) {
            LOG.atInfo()
                    .addKeyValue("command", code)
                    .addKeyValue("session", session.id())
                    .log("relaying a command unknown to the proxy");
        }
        schema.sending(code, input);
        scanner.startCommand();
        if (code == CommandCode.COM_CHANGE_USER) {
            changing = new ChangeUser(session, negotiated, this::userChanged);
            mode = Mode.CHANGING_USER;
            return;
        }
        renumber(link);
        tracker.start(shape, 1);
        interjections.reset();
        mode = Mode.SENDING;
    }

    /** Whoever compresses numbers packets in a way of its own, which the other hop would not take. */
    private void renumber(BackendLink link) {
        tracker.renumber(link.compression() != null);
        scanner.renumber(session.clientCompresses());
    }

    /** The session has given its server connection away and taken no other. */
    private void noServer() {
        if (quitting) {
            session.close(CloseCause.CLIENT_QUIT, null, "");
            return;
        }
        LOG.error("I have no server backend, closing connection");
        session.close(CloseCause.NO_BACKEND, Errors.NO_SERVER, "no server connection for a command");
    }

    private boolean send() {
        forward(scanner.scan(input));
        if (scanner.ended()) {
            used();
            sent();
        }
        return true;
    }

    private void used() {
        session.used(input == null ? 0 : input.readableBytes());
    }

    private boolean forward(int bytes) {
        if (bytes == input.readableBytes()) {
            session.link().write(input);
            input = null;
        } else if (bytes > 0) {
            session.link().write(input.readRetainedSlice(bytes));
        }
        return true;
    }

    private void sent() {
        if (exchange != null) {
            exchange.forwarded(scanner.bytes());
            exchange.answerSequence(scanner.nextSequence());
        }
        if (tracker.shape() == ReplyShape.TUNNEL) {
            mode = Mode.TUNNEL;
            return;
        }
        mode = Mode.REPLY;
        if (tracker.ended()) {
            replyEnded();
        } else if (tracker.bytes() == 0) {
            tracker.expectSequence(scanner.nextSequence());
        }
    }

    /** The command itself, then the client's part of the authentication. */
    private boolean changeUser() {
        int available = input.readableBytes();
        if (available < Wire.HEADER_LENGTH) {
            return false;
        }
        boolean further = changing.errorSequence() > 0;
        if (further && input.getByte(input.readerIndex() + Wire.HEADER_LENGTH - 1) == 0) {
            // the next command, which has to wait
            return false;
        }
        int length = input.getUnsignedMediumLE(input.readerIndex());
        if (length > Limits.LOGIN_PACKET) {
            throw new ProtocolViolationException("COM_CHANGE_USER of " + length + " bytes");
        }
        if (available < Wire.HEADER_LENGTH + length) {
            return false;
        }
        if (!further) {
            // now that all of it is there
            schema.sending(CommandCode.COM_CHANGE_USER, input);
        }
        ByteBuf packet = input.readRetainedSlice(Wire.HEADER_LENGTH + length);
        used();
        try {
            changing.client(packet);
        } finally {
            packet.release();
        }
        return true;
    }

    /** The server's last word on COM_CHANGE_USER, numbered for the client. */
    private void userChanged(ByteBuf last) {
        int sequence = last.getUnsignedByte(Wire.HEADER_LENGTH - 1);
        if (exchange != null) {
            exchange.forwarded(scanner.bytes());
            exchange.answerSequence(sequence);
        }
        schema.account(changing.account());
        changing.release();
        changing = null;
        tracker.start(ReplyShape.AUTHENTICATION, sequence);
        mode = Mode.REPLY;
        backendBytes(last);
        if (!session.closed() && !session.link().channel().isActive()) {
            // it has left since, which was kept back
            backendClosed();
        }
    }

    private boolean interject() {
        BackendLink link = session.link();
        if (link == null || link.preparation() != null) {
            return false;
        }
        boolean between = scanner.ended();
        int bytes = interjections.take(input);
        if (bytes == Interjections.NEXT_COMMAND) {
            tracker.endOpaque();
            replyEnded();
            return true;
        }
        if (bytes == Interjections.WAIT) {
            return false;
        }
        if (between && tracker.shape() == ReplyShape.STREAM) {
            // who reads a replica's acknowledgements takes each for a message of its own, also where they are
            // compressed
            link.begins();
        }
        forward(bytes);
        used();
        return true;
    }

    // --- commands that hooks watch ----------------------------------------------------------------------------------

    private boolean collect() {
        CommandView view = CommandView.read(
                input, session.services().limits().maxHookPacket(), negotiated.has(Capabilities.QUERY_ATTRIBUTES));
        if (view == null) {
            return false;
        }
        scanner.startCommand();
        int packets = (int) (view.length() / Wire.MAX_PAYLOAD) + 1;
        exchange = new Exchange(session, tracker, schema, negotiated, view, exchangeOver, packets & 0xff);
        decided(hooks.query(session, view));
        return true;
    }

    private void decided(QueryVerdict verdict) {
        QueryDecision decision = verdict.decision();
        if (decision instanceof QueryDecision.Forward) {
            forwarded();
        } else if (decision instanceof QueryDecision.Refuse refuse) {
            session.close(CloseCause.REFUSED_BY_PLUGIN, Errors.of(refuse.error()), "");
        } else if (decision instanceof QueryDecision.Later later) {
            mode = Mode.DECIDING;
            later.stage()
                    .whenComplete((answer, error) -> session.client()
                            .eventLoop()
                            .execute(() -> session.guarded(() -> decidedLater(verdict, answer, error))));
        } else {
            scanner.startCommand();
            pendingVerdict = verdict;
            mode = Mode.DISCARDING;
        }
    }

    /** No hook wants anything else; one that kills may have to take another way all the same. */
    private void forwarded() {
        CommandView command = exchange.command();
        QueryDecision kill = KillRouting.concerns(command.code(), input, negotiated.has(Capabilities.QUERY_ATTRIBUTES))
                ? KillRouting.route(session, command)
                : QueryDecision.forward();
        if (kill instanceof QueryDecision.Forward) {
            exchange.forwarding();
            startSending(command.code());
        } else {
            decided(new QueryVerdict(kill, null));
        }
    }

    private void decidedLater(QueryVerdict asked, QueryDecision answer, Throwable error) {
        if (mode != Mode.DECIDING || session.closed()) {
            return;
        }
        if (error != null || answer == null || answer instanceof QueryDecision.Later) {
            hooks.laterFailed(
                    asked.by(),
                    error != null ? error : new IllegalStateException("a later decision must be a decision at last"));
            decided(hooks.queryAfter(asked.by(), session, exchange.command()));
        } else if (answer instanceof QueryDecision.Forward) {
            decided(hooks.queryAfter(asked.by(), session, exchange.command()));
        } else {
            decided(new QueryVerdict(answer, asked.by()));
        }
        pump();
        session.flush();
    }

    /** The client's own command is not sent on; its bytes go by, then comes what a hook wants in its place. */
    private boolean discard() {
        input.skipBytes(scanner.scan(input));
        if (!scanner.ended()) {
            return true;
        }
        used();
        QueryVerdict verdict = pendingVerdict;
        pendingVerdict = null;
        mode = Mode.REPLY;
        exchange.answerSequence(scanner.nextSequence());
        if (verdict.decision() instanceof QueryDecision.Answer answer) {
            exchange.answer(answer.reply());
            idle();
        } else if (!exchange.inject(verdict.by(), ((QueryDecision.Inject) verdict.decision()).injections())) {
            idle();
        }
        return true;
    }

    // --- the server's bytes -----------------------------------------------------------------------------------------

    @Override
    public void backendBytes(ByteBuf chunk) {
        if (mode == Mode.TUNNEL) {
            session.write(chunk);
            return;
        }
        if (mode == Mode.CHANGING_USER) {
            changing.serverBytes(chunk);
            return;
        }
        if (mode != Mode.REPLY && mode != Mode.SENDING || isGoodbye(chunk)) {
            unasked(chunk);
            return;
        }
        ByteBuf rest = reply(chunk);
        unread = rest != null;
        interjections.replied();
        if (tracker.ended() && mode == Mode.REPLY) {
            try {
                replyEnded();
            } catch (RuntimeException e) {
                ReferenceCountUtil.release(rest);
                throw e;
            }
        }
        if (rest != null) {
            // more than was asked for; the session may be closed by now
            leftOver(rest);
        }
        if (input != null && !session.closed()) {
            pump();
        }
    }

    private boolean speaksEarly() {
        return mode == Mode.SENDING && tracker.bytes() == 0 || interjections.fileUnderWay() && tracker.atBoundary();
    }

    /** A server may say goodbye in the very moment in which a command is on its way to it. */
    private boolean isGoodbye(ByteBuf chunk) {
        return mode == Mode.REPLY
                && tracker.bytes() == 0
                && chunk.readableBytes() > Wire.HEADER_LENGTH
                && chunk.getByte(chunk.readerIndex() + Wire.HEADER_LENGTH - 1) == 0
                && chunk.getUnsignedByte(chunk.readerIndex() + Wire.HEADER_LENGTH) == ErrPacket.HEADER;
    }

    private void leftOver(ByteBuf rest) {
        if (session.closed()) {
            rest.release();
        } else {
            unasked(rest);
        }
    }

    /** Bytes of the reply; what does not belong to it any more comes back. */
    private ByteBuf reply(ByteBuf chunk) {
        ByteBuf part = chunk;
        ByteBuf rest = null;
        int next = nextForClient();
        try {
            if (speaksEarly() && chunk.readableBytes() >= Wire.HEADER_LENGTH) {
                // the server does not wait for the end of the command or file: it has an error to tell
                tracker.expectSequence(
                        session.link().compression() == null
                                ? chunk.getUnsignedByte(chunk.readerIndex() + 3)
                                : scanner.nextSequence());
            }
            int bytes = tracker.scan(chunk);
            if (bytes < chunk.readableBytes()) {
                part = chunk.readRetainedSlice(bytes);
                rest = chunk;
            }
        } catch (ProtocolViolationException e) {
            chunk.release();
            broken = true;
            brokenAt = next;
            throw e;
        }
        if (exchange == null) {
            session.write(part);
        } else {
            exchange.replyBytes(part);
        }
        return rest;
    }

    /** Sequence id of a packet behind what the client has of the reply; -1 when that ends inside a packet. */
    private int nextForClient() {
        return tracker.bytes() == 0 || tracker.atBoundary() ? tracker.nextSequence() : -1;
    }

    private void replyEnded() {
        schema.replied(tracker);
        if (exchange == null || !exchange.replyEnded()) {
            idle();
        }
    }

    private void afterExchange() {
        idle();
        pump();
    }

    private void idle() {
        if (session.closed()) {
            return;
        }
        mode = Mode.IDLE;
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

    /** The server speaks without being asked. */
    private void unasked(ByteBuf chunk) {
        if (farewell == null) {
            farewell = new Farewell();
        }
        farewell.add(chunk)
                .ifPresent(
                        error -> session.close(CloseCause.BACKEND_CLOSED, error, error.code() + " " + error.message()));
    }

    @Override
    public void backendClosed() {
        if (changing != null && changing.lastWord()) {
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
            case IDLE -> input == null ? 0 : afterCommandHeader();
            case TUNNEL -> -1;
            case CHANGING_USER -> changing.errorSequence();
            case COLLECTING, DECIDING, DISCARDING, PREPARING ->
                exchange == null ? unlessSilent(1) : exchange.errorSequence();
            case SENDING, REPLY -> {
                if (exchange != null && !exchange.streaming()) {
                    yield exchange.errorSequence();
                }
                if (quitting || tracker.ended() || tracker.infileRequested()) {
                    yield -1;
                }
                if (broken) {
                    yield brokenAt;
                }
                yield mode == Mode.SENDING && tracker.bytes() == 0 ? scanner.nextSequence() : nextForClient();
            }
        };
    }

    private int unlessSilent(int sequence) {
        return ReplyShape.of(command) == ReplyShape.NONE ? -1 : sequence;
    }

    private int afterCommandHeader() {
        return input.readableBytes() < Wire.HEADER_LENGTH
                ? 1
                : input.getUnsignedByte(input.readerIndex() + 3) + 1 & 0xff;
    }

    @Override
    public void release() {
        if (farewell != null) {
            farewell.release();
        }
        if (changing != null) {
            changing.release();
        }
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
