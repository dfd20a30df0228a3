package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.decision.RowDecision;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.hook.RowHook;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One command of a client, from the first hook to its one answer. */
final class CommandDriver {

    private enum State {
        DECIDING,
        /** The server has the command, or the injection {@link #current}. */
        SENT,
        OVER
    }

    private final PluginDriver driver;
    private final FakeSession session;
    private final HookList hooks;
    private final FakeCommand command;
    private final Deque<Injection> queue = new ArrayDeque<>();
    private final List<FakeCommand> sent = new ArrayList<>();
    private State state = State.DECIDING;
    private QueryDecision decision = QueryDecision.forward();
    private int asked;
    private Optional<QueryHook> decider = Optional.empty();
    private Optional<Injection> current = Optional.empty();
    private Optional<FakeResult> answer = Optional.empty();

    CommandDriver(PluginDriver driver, FakeSession session, FakeCommand command) {
        this.driver = driver;
        this.session = session;
        this.hooks = driver.hooks();
        this.command = command;
    }

    FakeCommand command() {
        return command;
    }

    boolean isOver() {
        return state == State.OVER;
    }

    List<FakeCommand> sent() {
        return List.copyOf(sent);
    }

    // --- the decision
    // ------------------------------------------------------------------------------------------------------------

    void begin() {
        askHooks();
        act();
    }

    private void askHooks() {
        List<QueryHook> all = hooks.of(QueryHook.class);
        decision = QueryDecision.forward();
        decider = Optional.empty();
        while (asked < all.size() && decision instanceof QueryDecision.Forward) {
            QueryHook hook = all.get(asked);
            asked++;
            if (hooks.wantsCommand(hook, command)) {
                QueryDecision made = hook.onQuery(session, command);
                decision = made == null ? QueryDecision.forward() : made;
                decider = Optional.of(hook);
            }
        }
    }

    /** Waits for a late decision as far as tasks can bring it about. */
    QueryDecision settle() {
        while (state == State.DECIDING && decision instanceof QueryDecision.Later later) {
            driver.runTasks();
            CompletableFuture<QueryDecision> stage = later.stage().toCompletableFuture();
            if (!stage.isDone()) {
                return decision;
            }
            decision = join(stage);
            if (decision == null || decision instanceof QueryDecision.Later) {
                throw new AssertionError("a later decision must be a decision at last");
            }
            if (decision instanceof QueryDecision.Forward) {
                askHooks();
            }
            act();
        }
        return decision;
    }

    private static QueryDecision join(CompletableFuture<QueryDecision> stage) {
        try {
            return stage.join();
        } catch (CompletionException e) {
            throw new AssertionError("the late decision failed: " + e.getCause(), e);
        }
    }

    private void act() {
        if (decision instanceof QueryDecision.Forward) {
            state = State.SENT;
            sent.add(command);
        } else if (decision instanceof QueryDecision.Inject inject) {
            state = State.SENT;
            queue.addAll(inject.injections());
            sendNext();
        } else if (decision instanceof QueryDecision.Answer given) {
            answered(given.reply());
        } else if (decision instanceof QueryDecision.Refuse refuse) {
            answered(refuse.error());
        }
    }

    private void answered(Reply reply) {
        answer = Optional.of(FakeResult.of(reply));
        state = State.OVER;
        Summaries.Query summary = Summaries.query();
        if (reply instanceof Reply.Err error) {
            summary.error(error.code(), error.sqlState(), error.message());
        }
        tell(summary.status(QuerySummary.Status.ANSWERED).bytes(0, 0).build());
    }

    private void sendNext() {
        current = Optional.ofNullable(queue.poll());
        if (current.isPresent()) {
            Injection injection = current.get();
            if (answer.isPresent() && !injection.resultNeeded()) {
                throw new AssertionError("the plugin has another result for " + command
                        + ", which has its answer; injections after it need resultNeeded: " + injection.id());
            }
            sent.add(FakeCommand.ofPayload(injection.payload()));
            return;
        }
        state = State.OVER;
        if (answer.isEmpty()) {
            throw new AssertionError("the plugin left " + command + " without an answer");
        }
    }

    // --- the server's answers
    // ------------------------------------------------------------------------------------------------------

    /** What the server has and has not answered. */
    Optional<FakeCommand> expected() {
        return state == State.SENT ? Optional.of(sent.get(sent.size() - 1)) : Optional.empty();
    }

    ResultDecision result(FakeResult given) {
        FakeCommand asking = expected().orElseThrow(() -> new AssertionError("the server was not asked: " + decision));
        boolean kept = current.isPresent() && current.get().resultNeeded();
        FakeResult seen = kept ? given : throughRowHooks(given);
        QuerySummary summary = given.summary(
                current.isPresent() ? OptionalInt.of(current.get().id()) : OptionalInt.empty(),
                Wire.HEADER + asking.length());
        return ended(summary, seen, kept);
    }

    void completes(QuerySummary summary) {
        if (expected().isEmpty()) {
            throw new AssertionError("the server was not asked: " + decision);
        }
        boolean failed = summary.status() == QuerySummary.Status.ERR;
        FakeResult shown = failed
                ? FakeResult.error(summary.errorCode(), summary.sqlState(), summary.errorMessage())
                : FakeResult.ok(summary.affectedRows(), summary.lastInsertId());
        ended(summary, shown, current.isPresent() && current.get().resultNeeded());
    }

    private ResultDecision ended(QuerySummary summary, FakeResult seen, boolean kept) {
        tell(summary);
        session.serverStatus(summary.serverStatus());
        if (current.isEmpty()) {
            answer = Optional.of(seen);
            state = State.OVER;
            return ResultDecision.pass();
        }
        ResultDecision made = injectorSays(current.get(), summary, kept ? Optional.of(seen) : Optional.empty());
        if (!kept) {
            answer = Optional.of(seen);
            if (!(made instanceof ResultDecision.Pass)) {
                throw new AssertionError("the plugin wants to change a result that it did not ask to keep");
            }
        } else if (!(made instanceof ResultDecision.Ignore)) {
            if (answer.isPresent()) {
                throw new AssertionError("the plugin has a second answer for " + command);
            }
            answer =
                    Optional.of(made instanceof ResultDecision.Replace replace ? FakeResult.of(replace.reply()) : seen);
        }
        queue.addAll(made.more());
        sendNext();
        return made;
    }

    private ResultDecision injectorSays(Injection injection, QuerySummary summary, Optional<ResultView> result) {
        if (decider.isPresent() && decider.get() instanceof QueryResultHook hook) {
            ResultDecision made = hook.onQueryResult(session, injection, summary, result);
            return made == null ? ResultDecision.pass() : made;
        }
        return ResultDecision.pass();
    }

    private FakeResult throughRowHooks(FakeResult given) {
        FakeResult seen = given;
        if (given.columns().isEmpty()) {
            return seen;
        }
        for (RowHook hook : hooks.of(RowHook.class)) {
            if (hooks.wantsRows(hook, command)
                    && hook.onResultSet(session, command, seen.columns()) instanceof RowDecision.Transform transform) {
                seen = transformed(seen, transform);
            }
        }
        return seen;
    }

    private static FakeResult transformed(FakeResult given, RowDecision.Transform transform) {
        if (transform.columns().size() != given.columns().size()) {
            throw new AssertionError("the plugin makes " + transform.columns().size() + " columns of "
                    + given.columns().size());
        }
        FakeResult seen = FakeResult.columns(transform.columns());
        for (List<byte[]> row : given.rows()) {
            List<byte[]> changed = transform.rows().onRow(new ArrayList<>(row));
            if (changed != null) {
                seen = seen.row(changed);
            }
        }
        transform.rows().onEnd();
        return seen;
    }

    private void tell(QuerySummary summary) {
        hooks.tell(QueryCompletedHook.class, hook -> {
            if (hooks.wantsEnd(hook, command)) {
                hook.onQueryCompleted(session, command, summary);
            }
        });
    }

    // --- the end
    // -----------------------------------------------------------------------------------------------------------------

    FakeResult clientGot() {
        return answer.orElseThrow(() -> new AssertionError("the client has no answer to " + command + " yet"));
    }

    /** The session is over. */
    void lost() {
        if (state == State.SENT) {
            state = State.OVER;
            Summaries.Query summary = Summaries.query();
            current.ifPresent(injection -> summary.injection(injection.id()));
            tell(summary.status(QuerySummary.Status.LOST).bytes(20, 0).build());
        }
        state = State.OVER;
    }

    @Override
    public String toString() {
        return command.toString();
    }
}
