package dev.mysqlproxy.bench;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.script.ScriptOptions;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QueryAttribute;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.plugin.lua.engine.LuaScriptEngine;
import dev.mysqlproxy.testkit.FakeContext;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a Lua script adds to a query: one that looks at the first byte, one that normalises a statement of 200 bytes,
 * and rw-splitting with the query and its result, the statement being a new one each time.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LuaHookBenchmark {

    private static final String FIRST_BYTE = """
            function read_query(packet)
                if packet:byte() ~= proxy.COM_QUERY then
                    return
                end
            end
            """;
    private static final String NORMALISE = """
            local tokenizer = require("proxy.tokenizer")
            function read_query(packet)
                last = tokenizer.normalize(tokenizer.tokenize(packet:sub(2)))
            end
            """;
    private static final String STATEMENT =
            "SELECT o.id, o.created, c.name, c.city FROM orders o JOIN customers c ON c.id = o.customer WHERE o.created"
                    + " >= '2024-01-01' AND c.city IN ('Oslo', 'Rome', 'Kyiv') AND o.total > 99.50 ORDER BY 2 LIMIT 10";

    private final FakeSession first = new FakeSession();
    private final FakeSession second = new FakeSession();
    private final FakeSession third = new FakeSession();
    private final Query longer = new Query(STATEMENT);
    private QueryHook firstByte;
    private QueryHook normalise;
    private QueryHook readWrite;
    private QueryResultHook readWriteResults;
    private int number;

    private record Query(byte[] statement) implements Command {

        Query(String sql) {
            this(sql.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public int code() {
            return CommandType.COM_QUERY.code();
        }

        @Override
        public long length() {
            return statement.length + 1L;
        }

        @Override
        public boolean complete() {
            return true;
        }

        @Override
        public String text() {
            return new String(statement, StandardCharsets.US_ASCII);
        }

        @Override
        public List<QueryAttribute> attributes() {
            return List.of();
        }
    }

    @Setup
    public void load() throws IOException, URISyntaxException {
        Path scripts = repository().resolve("distribution/src/main/lua");
        firstByte = (QueryHook) hook(scripts, written(FIRST_BYTE));
        normalise = (QueryHook) hook(scripts, written(NORMALISE));
        Hook splitting = hook(scripts, scripts.resolve("doc/rw-splitting.lua"));
        readWrite = (QueryHook) splitting;
        readWriteResults = (QueryResultHook) splitting;
    }

    /** The classes are in it-tests/benchmarks/target/classes. */
    private static Path repository() throws URISyntaxException {
        Path classes = Path.of(LuaHookBenchmark.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return classes.resolve("../../../..").normalize();
    }

    private static Path written(String script) throws IOException {
        Path file = Files.createTempFile("benchmark", ".lua");
        file.toFile().deleteOnExit();
        return Files.writeString(file, script);
    }

    private static Hook hook(Path scripts, Path script) {
        FakeContext proxy = new FakeContext()
                .with(ScriptOptions.BASEDIR, scripts)
                .with(ScriptOptions.LUA_PATH, scripts + "/lib/?.lua");
        proxy.backends().addUp("10.0.0.1");
        proxy.backends().add("10.0.0.2", BackendView.Type.RO);
        proxy.backends().setState(2, BackendView.State.UP);
        for (int index = 1; index <= 2; index++) {
            proxy.backends().setClients(index, 4);
            proxy.backends().fakePool(index).with("app", 4);
        }
        return new LuaScriptEngine().hooks(List.of(script), proxy);
    }

    @Benchmark
    public QueryDecision firstByte() {
        return firstByte.onQuery(first, longer);
    }

    @Benchmark
    public QueryDecision normalise() {
        return normalise.onQuery(second, longer);
    }

    @Benchmark
    public ResultDecision readWriteSplitting() {
        number = (number + 1) % 10_000;
        Query query = new Query("SELECT c FROM sbtest1 WHERE id=" + number);
        QueryDecision.Inject decision = (QueryDecision.Inject) readWrite.onQuery(third, query);
        Injection injection = decision.injections().get(0);
        QuerySummary summary = new QuerySummary(
                OptionalInt.of(injection.id()),
                QuerySummary.Status.OK,
                2,
                0,
                "",
                "",
                1,
                1,
                0,
                0,
                0,
                20,
                200,
                1_000,
                2_000_000,
                5_000_000);
        return readWriteResults.onQueryResult(third, injection, summary, Optional.empty());
    }
}
