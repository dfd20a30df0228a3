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
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command of a client that some hook watches, with everything that happens for it: the queue of injections, results
 * that are kept, times. Keeps the invariant <b>one command, one answer</b>: whatever plugins do, the client gets exactly
 * one reply, or its session is closed. Commands that nobody watches need none of this and have no Exchange.
 */
final class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final PhaseParts parts;
    private final Session session;
    private final ReplyTracker tracker;
    private final Capabilities negotiated;
    private final HookChain hooks;
    private final CommandView command;
    private final Completion completion;
    private final Runnable over;

    /** Null unless a hook injects; the injection at hand is null while the client's own command runs. */
    private InjectionRun run;

    private Injection current;
    private RowStage rows;
    private PreparedColumns columns;
    private boolean answered;
    private int answerSequence;
    private int replySequence;

    /**
     * An exchange for a command.
     *
     * @param hooks that are asked and told of it, to its end
     * @param command taken over
     * @param over told when the exchange ends at a moment of its own
     * @param answerSequence sequence id of the answer's first packet
     */
    Exchange(PhaseParts parts, HookChain hooks, CommandView command, Runnable over, int answerSequence) {
        this.parts = parts;
        this.session = parts.session();
        this.tracker = parts.tracker();
        this.negotiated = parts.negotiated();
        this.hooks = hooks;
        this.command = command;
        this.completion = new Completion(parts, hooks, command);
        this.over = over;
        this.answerSequence = answerSequence;
        // such a client waits for nothing, so nothing may be sent
        this.answered = silent();
    }

    CommandView command() {
        return command;
    }

    HookChain hooks() {
        return hooks;
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
        if (parts.statements().concerns(command.code())) {
            parts.statements().sending(command.payload(), command.complete());
        }
        completion.started();
        rows(command.code());
    }

    /** It has been sent. */
    void forwarded(long bytes) {
        completion.sent(bytes);
    }

    /** A command with this first byte is sent, whose reply may be one whose rows hooks want to see. */
    private void rows(int code) {
        releaseReply();
        rows = RowWork.wanted(hooks, command.code(), code) ? new RowStage(parts, hooks, command, code) : null;
        columns = code == CommandCode.COM_STMT_PREPARE && parts.statements().wantsColumns()
                ? new PreparedColumns(negotiated, session.services().limits().maxHookPacket())
                : null;
    }

    /** Whether hooks see what goes to the client, which then has to ask here where the client is. */
    boolean transforming() {
        return rows != null && streaming();
    }

    /** Sequence id of a packet behind what the client has of the reply; -1 when that ends inside a packet. */
    int nextForClient() {
        return answered ? -1 : rows.nextForClient();
    }

    /** Whether the client counts packets in another way than the server does. */
    boolean shifted() {
        return transforming() && rows.shifted();
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

    /** A hook has answered in the server's place. */
    void answered(Reply reply) {
        answer(reply);
        completion.answered(reply);
    }

    /** A hook has refused; the session's end follows, which tells the client. */
    void refused(Reply.Err error) {
        completion.answered(error);
    }

    private void answer(ErrPacket error) {
        answer(new Reply.Err(error.code(), error.sqlState(), error.message()));
    }

    // --- injections -------------------------------------------------------------------------------------------------

    /** Queues the injections of a hook and sends the first. */
    boolean inject(Registered<QueryHook> by, Iterable<Injection> injections) {
        run = new InjectionRun(by);
        injections.forEach(run.queue()::add);
        return sendNext();
    }

    /** Sends the next injection; false when there is none, or when the session had to be closed. */
    boolean sendNext() {
        while (!run.queue().isEmpty()) {
            current = run.queue().poll();
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
            completion.ended(QuerySummary.Status.OK, current);
        }
        current = null;
        return false;
    }

    private void prepared() {
        send(current);
        if (tracker.ended()) {
            // a command without a reply
            completion.ended(QuerySummary.Status.OK, current);
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
        completion.started();
        completion.sent(buffer.readableBytes());
        replySequence = writer.nextSequenceId();
        parts.schema().sending(code, buffer);
        parts.statements().sending(code);
        parts.statements().sending(Unpooled.wrappedBuffer(injection.payload()), true);
        rows(code);
        tracker.renumber(link.transport().compresses());
        tracker.start(ReplyShape.of(code), replySequence);
        link.write(buffer);
    }

    /** Whether bytes of the reply at hand go straight to the client. */
    boolean streaming() {
        return current == null || !current.resultNeeded() && answerSequence == replySequence && !silent();
    }

    private boolean silent() {
        return ClientRoad.answerOf(command.code()) < 0;
    }

    /** Bytes of the reply at hand, already tracked. Takes them over. */
    void replyBytes(ByteBuf bytes) {
        completion.replied(tracker.ended());
        if (columns != null) {
            columns.bytes(bytes);
        }
        if (streaming()) {
            toClient(bytes);
            if (rows != null && rows.failed() && tracker.infileRequested()) {
                Replies.noFile(session.link(), tracker, negotiated);
            }
            return;
        }
        run.kept()
                .add(
                        bytes,
                        current.resultNeeded() || !silent(),
                        session.services().limits().maxHookPacket());
        if (tracker.infileRequested()) {
            fileRequested();
        }
    }

    /** Bytes of the server as it has numbered them. */
    private void toClient(ByteBuf bytes) {
        if (rows == null) {
            session.write(bytes);
        } else {
            rows.bytes(bytes);
        }
    }

    /** A kept result turns out to be a request for a file, which only the client can answer. */
    private void fileRequested() {
        if (answered || run.kept().tooLarge() || answerSequence != replySequence) {
            Replies.noFile(session.link(), tracker, negotiated);
            return;
        }
        // from here on the reply streams
        toClient(run.kept().take());
        current = new Injection(current.id(), current.payload(), false, current.inheritAttributes());
    }

    /**
     * The reply at hand is complete.
     *
     * @return whether another injection is on its way; else the exchange is over
     */
    boolean replyEnded() {
        QuerySummary.Status status = tracker.opaque() ? QuerySummary.Status.OPAQUE : QuerySummary.Status.OK;
        parts.statements().replied(tracker, columns);
        QuerySummary summary = completion.ended(tracker.failed() ? QuerySummary.Status.ERR : status, current);
        if (current == null) {
            answered = true;
            return false;
        }
        boolean streamed = streaming();
        KeptReply kept = run.kept();
        boolean shown = current.resultNeeded() && !streamed && !kept.tooLarge();
        ResultView result = shown ? KeptResult.of(kept.bytes(), negotiated, KeptResult.binary(current)) : null;
        Injection injection = current;
        ResultDecision decision = run.by() == null
                ? ResultDecision.pass()
                : hooks.queryResult(
                        run.by(), hook -> hook.onQueryResult(session, injection, summary, Optional.ofNullable(result)));
        if (streamed) {
            answered = true;
            if (!(decision instanceof ResultDecision.Pass)) {
                pluginError("wants to change a result that it did not ask to keep");
            }
        } else {
            deliver(decision);
        }
        kept.reset();
        completion.queued();
        run.queue().addAll(decision.more());
        return sendNext();
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
        } else if (run.kept().tooLarge()) {
            pluginError("wants to keep a result that is larger than --max-hook-packet");
            answer(Errors.RESULT_TOO_LARGE);
        } else {
            answered = true;
            pass(run.kept().take());
        }
    }

    /** A reply that was kept goes to the client after all. */
    private void pass(ByteBuf reply) {
        if (rows != null) {
            rows.shift(answerSequence - replySequence);
            rows.bytes(reply);
        } else if (answerSequence == replySequence) {
            session.write(reply);
        } else {
            session.write(Replies.renumbered(reply, negotiated, answerSequence));
        }
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
        if (completion.running()) {
            QuerySummary.Status status = switch (tracker.shape()) {
                case CLOSE -> QuerySummary.Status.OK;
                case STREAM, TUNNEL, OPAQUE -> QuerySummary.Status.OPAQUE;
                default -> QuerySummary.Status.LOST;
            };
            completion.ended(status, current);
        }
    }

    private void pluginError(String what) {
        LOG.atError()
                .addKeyValue(
                        "plugin",
                        run == null || run.by() == null ? "-" : run.by().plugin())
                .addKeyValue("session", session.id())
                .log("a plugin {}", what);
    }

    private void releaseReply() {
        if (rows != null) {
            rows.release();
            rows = null;
        }
        if (columns != null) {
            columns.release();
            columns = null;
        }
    }

    /** Lets go of all buffers. */
    void release() {
        if (run != null) {
            run.kept().drop();
        }
        releaseReply();
        command.release();
    }
}
