package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.hook.HookChain.QueryVerdict;
import dev.mysqlproxy.core.session.CommandPhase.Mode;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;

/**
 * What becomes of a command that hooks watch: it is collected as far as they are shown of it, they decide, now or later,
 * and it is sent on, or discarded for what they want in its place. On the session's event loop.
 */
final class Deliberation {

    private final PhaseParts parts;
    private final Session session;
    private final CommandPhase phase;
    private final Runnable exchangeOver;
    private QueryVerdict pending;
    /** Counts the decisions that come later: a stage that completes twice decides once. */
    private int waits;

    Deliberation(PhaseParts parts, CommandPhase phase) {
        this.parts = parts;
        this.session = parts.session();
        this.phase = phase;
        this.exchangeOver = phase::afterExchange;
    }

    /**
     * Collects the command and has it decided upon.
     *
     * @param chain the hooks that are asked, to the command's end
     * @return whether there was enough of it
     */
    boolean collect(ByteBuf input, HookChain chain) {
        CommandView view =
                CommandView.read(input, session.services().limits().maxHookPacket(), parts.queryAttributes());
        if (view == null) {
            return false;
        }
        parts.statements().show(view);
        parts.scanner().renumber(session.clientLink().compresses());
        parts.scanner().startCommand();
        int packets = (int) (view.length() / Wire.MAX_PAYLOAD) + 1;
        phase.exchange(new Exchange(parts, chain, view, exchangeOver, packets & 0xff));
        decided(chain.query(session, view));
        return true;
    }

    private void decided(QueryVerdict verdict) {
        QueryDecision decision = verdict.decision();
        if (decision instanceof QueryDecision.Forward) {
            forwarded();
        } else if (decision instanceof QueryDecision.Refuse refuse) {
            phase.exchange().refused(refuse.error());
            session.close(CloseCause.REFUSED_BY_PLUGIN, Errors.of(refuse.error()), "");
        } else if (decision instanceof QueryDecision.Later later) {
            phase.mode(Mode.DECIDING);
            int wait = ++waits;
            later.stage()
                    .whenComplete((answer, error) -> session.client()
                            .eventLoop()
                            .execute(() -> session.guarded(() -> {
                                if (wait == waits && phase.deciding() && !session.closed()) {
                                    waits++;
                                    decidedLater(verdict, answer, error);
                                }
                            })));
        } else {
            parts.scanner().startCommand();
            pending = verdict;
            phase.mode(Mode.DISCARDING);
        }
    }

    /** No hook wants anything else; one that kills may have to take another way all the same. */
    private void forwarded() {
        Exchange exchange = phase.exchange();
        CommandView command = exchange.command();
        QueryDecision kill = KillRouting.concerns(command.code(), phase.input(), parts.queryAttributes())
                ? KillRouting.route(session, command)
                : QueryDecision.forward();
        if (kill instanceof QueryDecision.Forward) {
            exchange.forwarding();
            phase.startSending(command.code());
        } else {
            decided(QueryVerdict.own(kill));
        }
    }

    private void decidedLater(QueryVerdict asked, QueryDecision answer, Throwable error) {
        Exchange exchange = phase.exchange();
        HookChain hooks = exchange.hooks();
        if (error != null || answer == null || answer instanceof QueryDecision.Later) {
            hooks.laterFailed(
                    asked.by(),
                    error != null ? error : new IllegalStateException("a later decision must be a decision at last"));
            decided(hooks.queryAfter(asked, session, exchange.command()));
        } else if (answer instanceof QueryDecision.Forward) {
            decided(hooks.queryAfter(asked, session, exchange.command()));
        } else {
            decided(asked.atLast(answer));
        }
        phase.pump();
        session.flush();
    }

    /** The client's own command is not sent on; its bytes go by, then comes what a hook wants in its place. */
    void discard(ByteBuf input) {
        input.skipBytes(parts.scanner().scan(input));
        if (!parts.scanner().ended()) {
            return;
        }
        phase.used();
        Exchange exchange = phase.exchange();
        QueryVerdict verdict = pending;
        pending = null;
        phase.mode(Mode.REPLY);
        exchange.answerSequence(parts.scanner().nextSequence());
        if (verdict.decision() instanceof QueryDecision.Answer answer) {
            exchange.answered(answer.reply());
            phase.idle();
        } else if (!exchange.inject(verdict.by(), ((QueryDecision.Inject) verdict.decision()).injections())) {
            phase.idle();
        }
    }
}
