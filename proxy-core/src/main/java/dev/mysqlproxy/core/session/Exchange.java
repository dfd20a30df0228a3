package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.hook.Registered;
import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.codec.QueryAttributes;
import dev.mysqlproxy.protocol.codec.ResultReader;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command of a client that some hook watches, with everything that happens for it: the queue of injections, results
 * that are kept, times. Keeps the invariant <b>one command, one answer</b>: whatever plugins do, the client gets exactly
 * one reply, or its session is closed. Commands that nobody watches need none of this and have no Exchange.
 */
final class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final Session session;
    private final ReplyTracker tracker;
    private final SchemaTracker schema;
    private final Capabilities negotiated;
    private final CommandView command;
    private final Runnable over;
    private final long arrived = System.nanoTime();
    private final Deque<Injection> queue = new ArrayDeque<>();

    private Registered<QueryHook> injector;
    private Injection current;
    private CompositeByteBuf kept;
    private boolean tooLarge;
    private boolean answered;
    private boolean running;
    private int answerSequence;
    private int replySequence;
    private long queuedSince = arrived;
    private long started;
    private long firstByte;
    private long requestBytes;

    /**
     * An exchange for a command.
     *
     * @param command taken over
     * @param over told when the exchange ends at a moment of its own
     * @param answerSequence sequence id of the answer's first packet
     */
    Exchange(
            Session session,
            ReplyTracker tracker,
            SchemaTracker schema,
            Capabilities negotiated,
            CommandView command,
            Runnable over,
            int answerSequence) {
        this.session = session;
        this.tracker = tracker;
        this.schema = schema;
        this.negotiated = negotiated;
        this.command = command;
        this.over = over;
        this.answerSequence = answerSequence;
        // such a client waits for nothing, so nothing may be sent
        this.answered = ReplyShape.of(command.code()) == ReplyShape.NONE;
    }

    CommandView command() {
        return command;
    }

    private HookChain hooks() {
        return session.services().hooks();
    }

    /** Sequence id of an ERR in place of an answer that has not begun; -1 when the client has its answer. */
    int errorSequence() {
        return answered ? -1 : answerSequence;
    }

    /** The client's command has arrived to its end, so that this is known for sure. */
    void answerSequence(int sequenceId) {
        answerSequence = sequenceId;
    }

    /** The client's own command is being sent. */
    void forwarding() {
        running = true;
        started = System.nanoTime();
    }

    /** It has been sent. */
    void forwarded(long bytes) {
        requestBytes = bytes;
    }

    // --- answers of the proxy itself --------------------------------------------------------------------------------

    /** Gives the client this reply. */
    void answer(Reply reply) {
        if (answered) {
            return;
        }
        answered = true;
        session.write(Replies.encode(
                session.client().alloc(),
                reply,
                negotiated,
                answerSequence,
                ServerStatus.lasting(tracker.serverStatus())));
    }

    private void answer(ErrPacket error) {
        answer(new Reply.Err(error.code(), error.sqlState(), error.message()));
    }

    // --- injections -------------------------------------------------------------------------------------------------

    /** Queues the injections of a hook and sends the first. */
    boolean inject(Registered<QueryHook> by, Iterable<Injection> injections) {
        injector = by;
        injections.forEach(queue::add);
        return sendNext();
    }

    /** Sends the next injection; false when there is none, or when the session had to be closed. */
    boolean sendNext() {
        while (!queue.isEmpty()) {
            current = queue.poll();
            if (answered && streaming() && ReplyShape.of(current.payload()[0]) != ReplyShape.NONE) {
                pluginError(
                        "has another result for a command that has its answer; injections after it need resultNeeded");
                session.close(CloseCause.PLUGIN_FAILED, null, "second result for one command");
                return false;
            }
            BackendLink link = session.link();
            if (link == null) {
                LOG.error("I have no server backend, closing connection");
                session.close(CloseCause.NO_BACKEND, Errors.NO_SERVER, "no server connection for an injection");
                return false;
            }
            if (!link.ready()) {
                link.makeReady(session, this::prepared);
                return true;
            }
            send(current);
            if (!tracker.ended()) {
                return true;
            }
            // a command without a reply
            completed(QuerySummary.Status.OK);
        }
        current = null;
        return false;
    }

    private void prepared() {
        send(current);
        if (tracker.ended()) {
            // a command without a reply
            completed(QuerySummary.Status.OK);
            if (!sendNext()) {
                over.run();
            }
        }
    }

    private void send(Injection injection) {
        BackendLink link = session.link();
        byte[] payload = injection.payload();
        int code = payload[0] & 0xff;
        link.used(code);
        if (code == CommandCode.COM_QUERY && negotiated.has(Capabilities.QUERY_ATTRIBUTES)) {
            payload = QueryAttributes.encodeQuery(
                    payload, injection.inheritAttributes() && command.withAttributes() ? command.payload() : null);
        }
        ByteBuf buffer = link.channel().alloc().buffer(payload.length + 4);
        PacketWriter writer = new PacketWriter(buffer, negotiated, 0).raw(payload);
        running = true;
        started = System.nanoTime();
        firstByte = 0;
        requestBytes = buffer.readableBytes();
        replySequence = writer.nextSequenceId();
        schema.sending(code, buffer);
        tracker.renumber(link.compression() != null);
        tracker.start(ReplyShape.of(code), replySequence);
        link.write(buffer);
    }

    /** Whether bytes of the reply at hand go straight to the client. */
    boolean streaming() {
        return current == null || !current.resultNeeded() && answerSequence == replySequence && !silent();
    }

    private boolean silent() {
        return ReplyShape.of(command.code()) == ReplyShape.NONE;
    }

    /** Bytes of the reply at hand, already tracked. Takes them over. */
    void replyBytes(ByteBuf bytes) {
        if (firstByte == 0) {
            firstByte = System.nanoTime();
        }
        if (streaming()) {
            session.write(bytes);
            return;
        }
        keep(bytes);
        if (tracker.infileRequested()) {
            fileRequested();
        }
    }

    private void keep(ByteBuf bytes) {
        if (kept == null) {
            kept = bytes.alloc().compositeBuffer(Integer.MAX_VALUE);
        }
        boolean wanted = current.resultNeeded() || !silent();
        int most = session.services().limits().maxHookPacket();
        tooLarge |= wanted && kept.readableBytes() + bytes.readableBytes() > most;
        if (wanted && !tooLarge) {
            kept.addComponent(true, bytes);
        } else {
            bytes.release();
            dropKept();
        }
    }

    /** A kept result turns out to be a request for a file, which only the client can answer. */
    private void fileRequested() {
        if (answered || tooLarge || answerSequence != replySequence) {
            ByteBuf empty = session.link().channel().alloc().buffer(4);
            new PacketWriter(empty, negotiated, tracker.nextSequence()).raw(new byte[0]);
            tracker.infileSent(tracker.nextSequence() + 1);
            session.link().write(empty);
            return;
        }
        // from here on the reply streams
        session.write(takeKept());
        current = new Injection(current.id(), current.payload(), false, current.inheritAttributes());
    }

    private ByteBuf takeKept() {
        ByteBuf all = kept;
        kept = null;
        return all;
    }

    /**
     * The reply at hand is complete.
     *
     * @return whether another injection is on its way; else the exchange is over
     */
    boolean replyEnded() {
        QuerySummary.Status status = tracker.opaque() ? QuerySummary.Status.OPAQUE : QuerySummary.Status.OK;
        QuerySummary summary = completed(tracker.failed() ? QuerySummary.Status.ERR : status);
        if (current == null) {
            answered = true;
            return false;
        }
        boolean streamed = streaming();
        boolean shown = current.resultNeeded() && !streamed && !tooLarge;
        ResultView result = shown ? KeptResult.of(kept, negotiated, binary()) : null;
        Injection injection = current;
        ResultDecision decision = injector == null
                ? ResultDecision.pass()
                : hooks().queryResult(
                                injector,
                                hook -> hook.onQueryResult(session, injection, summary, Optional.ofNullable(result)));
        if (streamed) {
            answered = true;
            if (!(decision instanceof ResultDecision.Pass)) {
                pluginError("wants to change a result that it did not ask to keep");
            }
        } else {
            deliver(decision);
        }
        dropKept();
        tooLarge = false;
        queuedSince = System.nanoTime();
        queue.addAll(decision.more());
        return sendNext();
    }

    private boolean binary() {
        int code = current.payload()[0] & 0xff;
        return code == CommandCode.COM_STMT_EXECUTE || code == CommandCode.COM_STMT_FETCH;
    }

    private void deliver(ResultDecision decision) {
        if (decision instanceof ResultDecision.Ignore) {
            return;
        }
        if (answered) {
            if (!silent()) {
                pluginError("has another result for a command that has its answer; it was dropped");
            }
            return;
        }
        if (decision instanceof ResultDecision.Replace replace) {
            answer(replace.reply());
        } else if (tooLarge) {
            pluginError("wants to keep a result that is larger than --max-hook-packet");
            answer(Errors.RESULT_TOO_LARGE);
        } else if (answerSequence == replySequence) {
            answered = true;
            session.write(takeKept());
        } else {
            answered = true;
            ByteBuf buffer = session.client().alloc().buffer(kept.readableBytes());
            PacketWriter writer = new PacketWriter(buffer, negotiated, answerSequence);
            ResultReader.cut(kept).forEach(writer::raw);
            session.write(buffer);
        }
    }

    private QuerySummary completed(QuerySummary.Status status) {
        running = false;
        long now = System.nanoTime();
        QuerySummary summary = new QuerySummary(
                current == null ? OptionalInt.empty() : OptionalInt.of(current.id()),
                status,
                tracker.serverStatus(),
                tracker.errorCode(),
                tracker.sqlState(),
                tracker.errorMessage(),
                tracker.resultSets(),
                tracker.rows(),
                tracker.affectedRows(),
                tracker.lastInsertId(),
                tracker.warnings(),
                requestBytes,
                tracker.bytes(),
                started - queuedSince,
                firstByte == 0 ? now - started : firstByte - started,
                now - started);
        if (hooks().seesCompleted()) {
            hooks().completed(session, command, summary);
        }
        return summary;
    }

    /** Makes sure that the client has its one answer. */
    void finish() {
        if (!answered) {
            pluginError("left a command without an answer");
            answer(Errors.NO_ANSWER);
        }
        release();
    }

    /** The session is over, perhaps before the reply was. */
    void lost() {
        if (running) {
            completed(
                    switch (tracker.shape()) {
                        case CLOSE -> QuerySummary.Status.OK;
                        case STREAM, TUNNEL, OPAQUE -> QuerySummary.Status.OPAQUE;
                        default -> QuerySummary.Status.LOST;
                    });
        }
    }

    private void pluginError(String what) {
        LOG.atError()
                .addKeyValue("plugin", injector == null ? "-" : injector.plugin())
                .addKeyValue("session", session.id())
                .log("a plugin {}", what);
    }

    private void dropKept() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }

    /** Lets go of all buffers. */
    void release() {
        dropKept();
        command.release();
    }
}
