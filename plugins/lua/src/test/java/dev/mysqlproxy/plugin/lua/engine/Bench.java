package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.script.ScriptOptions;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.plugin.lua.binding.ScriptLog;
import dev.mysqlproxy.testkit.FakeCommand;
import dev.mysqlproxy.testkit.FakeContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A scope with scripts in a folder, and what a test needs to play the proxy. */
final class Bench implements ScriptLog {

    /** Runs the text of each query as Lua in the script's environment; the one value is the answer. */
    static final String EVAL = """
        function read_query(packet)
            local chunk, message = loadstring(packet:sub(2), "=eval")
            assert(chunk, message)
            setfenv(chunk, getfenv(1))
            local ok, value = pcall(chunk)
            local text = value ~= nil and tostring(value) or nil
            proxy.response = {
                type = proxy.MYSQLD_PACKET_OK,
                resultset = {
                    fields = {{name = "value", type = 254}},
                    rows = {{(ok and "" or "ERR:") .. tostring(text)}},
                },
            }
            return proxy.PROXY_SEND_RESULT
        end
        """;

    final List<String> log = new ArrayList<>();
    final FakeBackends backends = new FakeBackends();
    final FakeContext context = new FakeContext();
    private final Path folder;
    private Scope scope;

    Bench(Path folder) {
        this.folder = folder;
        context.with(ScriptOptions.BASEDIR, folder);
    }

    <T> Bench with(Option<T> option, T value) {
        context.with(option, value);
        return this;
    }

    @Override
    public synchronized void critical(String line) {
        log.add("critical " + line);
    }

    @Override
    public synchronized void warning(String line) {
        log.add("warning " + line);
    }

    @Override
    public synchronized void message(String line) {
        log.add("message " + line);
    }

    Scope scope() {
        if (scope == null) {
            scope = new Scope(Settings.of(context), backends, this, () -> "1.0.0");
        }
        return scope;
    }

    Path script(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ScriptHooks hooks(Path... scripts) {
        return new ScriptHooks(List.of(scripts), scope());
    }

    ScriptHooks hooks(String text) {
        return hooks(script("script.lua", text));
    }

    /** What the script prints while this runs, on this thread's world. */
    String printed(Runnable action) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = scope().world().state().out();
        scope().world().state().out(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            scope().world().state().out(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** The value of a chunk that {@link #EVAL} runs; "nil" for nil, "ERR:" and the message for an error. */
    static String eval(ScriptHooks hooks, FakeSession session, String chunk) {
        QueryDecision decision = hooks.onQuery(session, FakeCommand.query(chunk));
        Reply.ByteRows rows = (Reply.ByteRows) ((QueryDecision.Answer) decision).reply();
        return text(rows.rows().get(0).get(0));
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The only injection of a decision. */
    static Injection injected(QueryDecision decision) {
        List<Injection> injections = ((QueryDecision.Inject) decision).injections();
        if (injections.size() != 1) {
            throw new AssertionError("one at a time: " + injections);
        }
        return injections.get(0);
    }

    /** Gives the script the result of an injection. */
    static ResultDecision result(
            ScriptHooks hooks, FakeSession session, Injection injection, QuerySummary summary, ResultView kept) {
        return hooks.onQueryResult(session, injection, summary, Optional.ofNullable(kept));
    }

    static QuerySummary okSummary() {
        return FakeResult.summary(QuerySummary.Status.OK, 0, 0, 2);
    }
}
