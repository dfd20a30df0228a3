package dev.mysqlproxy.plugin.lua.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.testkit.FakeCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 1.3: the cache of scripts, changes on disk, and how a file becomes a chunk. */
class Paragraph_1_3_CacheAndReloadTest {

    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void start() {
        bench = new Bench(folder);
    }

    private Path script(String text, Instant modified) throws IOException {
        Path path = bench.script("script.lua", text);
        Files.setLastModifiedTime(path, FileTime.from(modified));
        return path;
    }

    private String connect(ScriptHooks hooks) {
        return bench.printed(() -> hooks.onConnect(new FakeSession()));
    }

    @Test
    void aScriptIsCompiledOnceWhileItsFileStays() throws IOException, ScriptCache.LoadException {
        Path path = script("print('one')", NOON);
        assertThat(bench.scope().cache().get(path))
                .isSameAs(bench.scope().cache().get(path));
    }

    @Test
    void newConnectionsGetTheChangedFile() throws IOException {
        ScriptHooks hooks = bench.hooks(script("print('one')", NOON));
        assertThat(connect(hooks)).isEqualTo("one\n");
        script("print('two')", NOON.plusSeconds(1));
        assertThat(connect(hooks)).isEqualTo("two\n");
    }

    @Test
    void aChangeWithinTheSameSecondIsNoticed() throws IOException {
        ScriptHooks hooks = bench.hooks(script("print('one')", NOON));
        assertThat(connect(hooks)).isEqualTo("one\n");
        script("print('two')", NOON.plusMillis(1));
        assertThat(connect(hooks)).isEqualTo("two\n");
        script("print('three')", NOON.plusMillis(1));
        assertThat(connect(hooks)).as("another size").isEqualTo("three\n");
    }

    @Test
    void existingConnectionsKeepWhatTheyStartedWith() throws IOException {
        ScriptHooks hooks = bench.hooks(script("function read_query() print('old') end", NOON));
        FakeSession session = new FakeSession();
        hooks.onConnect(session);
        Path path = script("function read_query() print('new') end", NOON.plusSeconds(2));
        assertThat(bench.printed(() -> hooks.onQuery(session, FakeCommand.query("x"))))
                .isEqualTo("old\n");
        Files.delete(path);
        assertThat(bench.printed(() -> hooks.onQuery(session, FakeCommand.query("x"))))
                .isEqualTo("old\n");
    }

    @Test
    void aBrokenReloadFailsTheNextConnectionAndIsTriedAgain() throws IOException {
        ScriptHooks hooks = bench.hooks(script("print('one')", NOON));
        assertThat(connect(hooks)).isEqualTo("one\n");
        script("print('two'", NOON.plusSeconds(1));
        assertThat(hooks.onConnect(new FakeSession())).isInstanceOf(ConnectDecision.Answer.class);
        assertThat(hooks.onConnect(new FakeSession())).isInstanceOf(ConnectDecision.Answer.class);
        assertThat(bench.log).hasSize(2);
        script("print('two')", NOON.plusSeconds(2));
        assertThat(connect(hooks)).isEqualTo("two\n");
    }

    @Test
    void lineNumbersAreThoseOfTheFileAndTheChunkIsThePath() throws IOException {
        ScriptHooks hooks = bench.hooks(bench.script("s.lua", "-- one\n-- two\nerror('here')"));
        hooks.onConnect(new FakeSession());
        String shown = folder.resolve("s.lua").toString();
        assertThat(bench.log.get(0))
                .contains("here")
                .contains(":3: ")
                .contains("[string \"")
                .doesNotContain("@");
        assertThat(bench.log.get(0)).contains(shown);
    }

    @Test
    void aFileMayEndInACommentWithoutANewline() throws IOException {
        assertThat(connect(bench.hooks(script("print('x') -- the end", NOON)))).isEqualTo("x\n");
        assertThat(bench.log).isEmpty();
    }

    @Test
    void anEmptyFileAndATopLevelReturnAreFine() throws IOException {
        assertThat(connect(bench.hooks(script("", NOON)))).isEmpty();
        assertThat(connect(bench.hooks(script("print('x') return 5", NOON)))).isEqualTo("x\n");
        assertThat(bench.log).isEmpty();
    }

    @Test
    void theFileMayNotUseDots() throws IOException {
        bench.hooks(script("local a = ...", NOON)).onConnect(new FakeSession());
        assertThat(bench.log.get(0)).contains("cannot use '...' outside a vararg function near '...'");
    }

    @Test
    void aHashBangIsNotSkipped() throws IOException {
        bench.hooks(script("#!/usr/bin/lua\nprint('x')", NOON)).onConnect(new FakeSession());
        assertThat(bench.log.get(0)).contains(":1: ").contains("near '#'");
    }

    @Test
    void aStrayEndIsAnError() throws IOException {
        bench.hooks(script("print('x')\nend\nprint('y')", NOON)).onConnect(new FakeSession());
        assertThat(bench.log.get(0)).contains("lua_load_file(").contains(":3: ");
    }

    @Test
    void bytecodeIsNotLoaded() throws IOException {
        Path path = folder.resolve("script.lua");
        Files.write(path, new byte[] {27, 'L', 'u', 'a', 0x51, 0});
        bench.hooks(path).onConnect(new FakeSession());
        assertThat(bench.log.get(0)).contains("lua_load_file(" + path + ") failed: ");
    }

    @Test
    void localsOfTheTopLevelBelongToTheConnection() throws IOException {
        ScriptHooks hooks =
                bench.hooks(script("local count = 0 function read_query() count = count + 1 print(count) end", NOON));
        FakeSession first = new FakeSession();
        FakeSession second = new FakeSession();
        assertThat(bench.printed(() -> {
                    hooks.onQuery(first, FakeCommand.query("x"));
                    hooks.onQuery(first, FakeCommand.query("x"));
                    hooks.onQuery(second, FakeCommand.query("x"));
                }))
                .isEqualTo("1\n2\n1\n");
    }

    @Test
    void bytesOfStringsAreKept() throws IOException {
        Path path = folder.resolve("script.lua");
        Files.write(path, "print(#'\u00e4', ('\u00e4'):byte(1, -1))".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(connect(bench.hooks(path))).isEqualTo("1\t228\n");
    }
}
