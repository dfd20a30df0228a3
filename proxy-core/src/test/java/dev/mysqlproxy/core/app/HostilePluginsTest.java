package dev.mysqlproxy.core.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.mysqlproxy.api.lifecycle.ProxyControl.PluginInfo;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.core.plugin.PluginJarMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Plugins that break every rule: the proxy, the sessions and the other plugins go on. */
class HostilePluginsTest extends PluginBench {

    /** Where plugins wait for the test: a latch. */
    private static final String GATE = "HostilePluginsTest.gate";

    private static final String WAIT =
            "((java.util.concurrent.CountDownLatch) System.getProperties().get(\"" + GATE + "\")).await();";

    private final CountDownLatch gate = new CountDownLatch(1);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        System.getProperties().put(GATE, gate);
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void leave() {
        gate.countDown();
        logger().detachAppender(log);
        System.getProperties().remove(GATE);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("dev.mysqlproxy.core.app");
    }

    private void awaitLogged(String text) {
        await(text)
                .until(() -> List.copyOf(log.list).stream()
                        .anyMatch(event -> event.getFormattedMessage().contains(text)));
    }

    /** A plugin whose class has these members, besides a start that does this. */
    private Path plugin(String name, String start, String members) {
        return PluginJarMaker.plugin(name)
                .extension(
                        name + ".Main",
                        "package " + name + ";\n"
                                + "import dev.mysqlproxy.api.option.Option;\n"
                                + "import dev.mysqlproxy.api.lifecycle.*;\n"
                                + "@SuppressWarnings(\"unchecked\")\n"
                                + "public class Main implements ProxyPlugin {\n" + SAY
                                + "  public void start(PluginContext context) throws StartException {\n"
                                + "    ((java.util.List<Object>) System.getProperties().get(\"" + LOADERS + "\"))"
                                + ".add(new java.lang.ref.WeakReference<>(getClass().getClassLoader()));\n"
                                + start + "}\n" + members + "}\n")
                .into(folder, name + ".jar");
    }

    private void plugin(String name, String start) {
        plugin(name, start, "");
    }

    // --- what throws ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"AssertionError(\"no\")", "StackOverflowError(\"no\")"})
    void aStartThatThrowsIsOneSentence(String failure) throws StartException {
        String sentence = "plugin a failed to start: java.lang."
                + failure.replace("(\"", ": ").replace("\")", "");
        plugin("a", "context.metrics().gauge(\"a\", \"A.\", () -> 1.0); if (true) throw new " + failure + ";");
        start(List.of());
        assertThatThrownBy(() -> plugins.load("a"))
                .isInstanceOf(StartException.class)
                .hasMessage(sentence);
        assertThat(plugins.plugins()).isEmpty();
        assertThat(metrics.snapshot()).isEmpty();
        loading.close();
        assertThatThrownBy(() -> start(List.of("a")))
                .isInstanceOf(StartException.class)
                .hasMessage(sentence);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public java.util.List<Option<?>> options() { throw new AssertionError(\"no\"); }",
                "public java.util.List<Option<?>> options() { return java.util.Arrays.asList((Option<?>) null); }",
                "public boolean failClosed() { throw new AssertionError(\"no\"); }"
            })
    void aPluginThatCannotDescribeItself(String member) throws StartException {
        plugin("a", "", member);
        assertThatThrownBy(() -> start(List.of("a")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("plugin a ");
        loading.close();
        start(List.of());
        assertThatThrownBy(() -> plugins.load("a"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("plugin a ");
        assertThat(plugins.plugins()).isEmpty();
    }

    @Test
    void aStopThatThrowsLeavesNothing() throws StartException {
        String number = "static final Option<Integer> N ="
                + " Option.integer(\"a-number\", 0, 9, \"A number.\").defaultsTo(3).build();"
                + " public java.util.List<Option<?>> options() { return java.util.List.of(N); }";
        plugin("a", "", number + "public void stop() { throw new AssertionError(\"no\"); }");
        start(List.of("a"));
        plugins.unload("a");
        awaitLogged("a plugin failed to stop");
        awaitLogged("plugin a 1.2.3 stopped");
        assertThat(options.options()).extracting(option -> option.name()).doesNotContain("a-number");
        log.list.clear();
        assertCollected(0);
    }

    @Test
    void aConsumerOfOptionsThatThrowsChangesNothing() throws StartException {
        String number = "static final Option<Integer> N ="
                + " Option.integer(\"a-number\", 0, 9, \"A number.\").defaultsTo(3).changeable().build();"
                + " public java.util.List<Option<?>> options() { return java.util.List.of(N); }";
        plugin(
                "a",
                "context.onChange(N, n -> say(\"first \" + n));"
                        + " context.onChange(N, n -> { throw new NoClassDefFoundError(\"no\"); });",
                number);
        start(List.of("a"));
        assertThatThrownBy(() -> options.set("a-number", "4", "op"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("plugin a failed to take the new value");
        assertThat(events).containsExactly("first 4", "first 3");
        assertThat(options.options())
                .filteredOn(option -> option.name().equals("a-number"))
                .extracting(option -> option.value())
                .containsExactly("3");
    }

    /** It says another thing each time it is asked which commands it wants. */
    @Test
    void aHookThatForgetsWhatItWantsChangesNothing() throws StartException {
        talker("b", "1.0.0").into(folder, "b.jar");
        plugin(
                "a",
                "context.addHook(new dev.mysqlproxy.api.hook.QueryHook() {\n"
                        + "  int asked;\n"
                        + "  public dev.mysqlproxy.api.decision.QueryDecision onQuery("
                        + "dev.mysqlproxy.api.view.SessionView s, dev.mysqlproxy.api.view.Command c) { return null; }\n"
                        + "  public java.util.Set<dev.mysqlproxy.api.view.CommandType> commandTypes() {"
                        + " if (++asked > 2) { throw new IllegalStateException(\"forgotten\"); }"
                        + " return java.util.Set.of(); }\n"
                        + "});");
        start(List.of("b", "a"));
        plugins.enable("b", false);
        assertThatThrownBy(() -> plugins.enable("b", true)).hasMessage("forgotten");
        assertThat(plugins.plugins()).extracting(PluginInfo::enabled).containsExactly(false, true);
        plugins.unload("a");
        plugins.enable("b", true);
        assertThat(who()).contains("b 1.0.0");
    }

    // --- what does not end ------------------------------------------------------------------------------------------

    private static final String HANGS = "public void stop() { say(\"stopping\"); try { " + WAIT
            + " } catch (InterruptedException e) { say(\"interrupted\"); } }";

    @Test
    void aStopThatHangsHoldsNobodyUp() throws StartException {
        patience = Duration.ofMillis(10);
        plugin("a", "", HANGS);
        talker("b", "1.0.0").into(folder, "b.jar");
        start(List.of("b", "a"));
        plugins.unload("a");
        await().until(() -> events.contains("stopping"));
        session.query("DO 1");
        await().until(() -> events.contains("completed b 1.0.0: DO 1"));
        plugins.reload("b");
        // a newer instance does not wait for the old one
        plugins.load("a");
        for (int i = 1; i < Departures.MOST; i++) {
            plugins.reload("a");
        }
        await().untilAsserted(() -> assertThatThrownBy(() -> plugins.reload("a"))
                .hasMessageStartingWith("16 plugins are leaving, of which a, a")
                .hasMessageEndingWith("do not come to the end of their stop: start the proxy anew to be rid of them"));
        gate.countDown();
        await().untilAsserted(() -> plugins.reload("a"));
    }

    @Test
    void aStopThatHangsDoesNotKeepTheProcess() throws StartException {
        stopLimit = Duration.ofMillis(10);
        talker("a", "1.0.0").into(folder, "a.jar");
        plugin("b", "", HANGS);
        start(List.of("a", "b"));
        plugins.stop();
        plugins = null;
        awaitLogged("a plugin does not stop: the process ends all the same");
        assertThat(events).endsWith("stop a 1.0.0");
    }

    @Test
    void aThreadLeftBehindIsNamed() throws StartException {
        plugin(
                "a",
                "Thread own = new Thread(() -> { try { " + WAIT
                        + " } catch (InterruptedException e) { } }, \"a's own\");"
                        + " own.setDaemon(true); own.start();");
        talker("b", "1.0.0").into(folder, "b.jar");
        start(List.of("a", "b"));
        plugins.unload("b");
        plugins.unload("a");
        await().until(() -> List.copyOf(log.list).stream()
                .anyMatch(event -> event.getMessage().contains("has left threads behind")));
        assertThat(log.list)
                .filteredOn(event -> event.getMessage().contains("has left threads behind"))
                .singleElement()
                .satisfies(
                        event -> assertThat(event.getKeyValuePairs().toString()).contains("a's own", "\"a\""));
        log.list.clear();
        gate.countDown();
        assertCollected(0);
    }

    @Test
    void aDecisionThatNeverComesKeepsThePluginUntilItsSessionEnds() throws StartException {
        patience = Duration.ofMillis(10);
        talker(
                        "a",
                        "1.0.0",
                        "",
                        "  QueryDecision more(SessionView session, String text) {"
                                + " return QueryDecision.later(new java.util.concurrent.CompletableFuture<>()); }\n")
                .into(folder, "a.jar");
        start(List.of("a"));
        session.send("DO 1");
        await().until(() -> session.state().equals("deciding"));
        plugins.unload("a");
        assertThat(events).doesNotContain("stop a 1.0.0");
        session.kill();
        await().until(() -> events.contains("stop a 1.0.0"));
        log.list.clear();
        assertCollected(0);
    }

    /** The stage is completed by a thread that knows nothing of sessions, while its plugin is on its way out. */
    @Test
    void aDecisionThatComesDuringAnUnloadCounts() throws Exception {
        patience = Duration.ofMillis(10);
        talker(
                        "a",
                        "1.0.0",
                        "",
                        "  QueryDecision more(SessionView session, String text) {\n"
                                + "    java.util.concurrent.CompletableFuture<QueryDecision> stage ="
                                + " new java.util.concurrent.CompletableFuture<>();\n"
                                + "    new Thread(() -> { try { " + WAIT + " } catch (InterruptedException e) { }"
                                + " stage.complete(QueryDecision.answer(Reply.error(" + WHO
                                + ", \"HY000\", \"late\"))); }).start();\n"
                                + "    return QueryDecision.later(stage);\n"
                                + "  }\n")
                .into(folder, "a.jar");
        start(List.of("a"));
        session.send("DO 1");
        await().until(() -> session.state().equals("deciding"));
        plugins.unload("a");
        gate.countDown();
        assertThat(session.expectError(WHO)).contains("late");
        await().until(() -> events.contains("stop a 1.0.0"));
        session.query("DO 2");
        assertThat(events).doesNotContain("completed a 1.0.0: DO 2");
        log.list.clear();
        assertCollected(0);
    }

    // --- what is left -----------------------------------------------------------------------------------------------

    @Test
    void whatItRegistersWhileItLeavesGoesNowhere() throws StartException {
        plugin(
                "a",
                "context.metrics().counter(\"a_total\", \"A.\"); this.context = context;",
                "PluginContext context;\n"
                        + "public void stop() {\n"
                        + "  context.metrics().gauge(\"a_now\", \"A.\", () -> (double) hashCode());\n"
                        + "  context.metrics().counter(\"a_total\", \"A.\").with().increment();\n"
                        + "}\n");
        start(List.of("a"));
        plugins.unload("a");
        assertThat(metrics.snapshot()).isEmpty();
        log.list.clear();
        assertCollected(0);
    }

    @Test
    void startAndStopFindThePluginsOwnFiles() throws StartException {
        String own = "say(String.valueOf(Thread.currentThread().getContextClassLoader()"
                + " == getClass().getClassLoader()));";
        plugin("a", own, "public void stop() { " + own + " }");
        start(List.of("a"));
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        plugins.reload("a");
        plugins.unload("a");
        assertThat(events).containsExactly("true", "true", "true", "true");
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    /** The platform's thread for timeouts is begun by whoever needs it first, and stays. */
    @Test
    void timeoutsOfThePlatformKeepNoLoader() throws StartException {
        plugin(
                "a",
                "context.tasks().execute(() -> new java.util.concurrent.CompletableFuture<String>()"
                        + ".orTimeout(1, java.util.concurrent.TimeUnit.MILLISECONDS)"
                        + ".whenComplete((value, error) -> say(\"timeout\")));");
        start(List.of("a"));
        await().until(() -> events.contains("timeout"));
        plugins.unload("a");
        log.list.clear();
        assertCollected(0);
    }

    // --- jars -------------------------------------------------------------------------------------------------------

    /** As cp does it; classes that were not loaded yet are lost to the instance at work, and nothing else is. */
    @Test
    void aJarThatIsOverwrittenInUse() throws IOException, StartException {
        talker("a", "1.0.0").into(folder, "a.jar");
        start(List.of("a"));
        assertThat(who()).contains("a 1.0.0");
        Path newer = Files.createTempDirectory(folder, "newer");
        byte[] bytes = Files.readAllBytes(
                talker("a", "2.0.0", table("more") + command("SAY MORE"), "").into(newer, "a.jar"));
        Files.write(folder.resolve("a.jar"), bytes);
        session.query("DO 1");
        plugins.reload("a");
        assertThat(who()).contains("a 2.0.0");
        assertThat(plugins.tables()).hasSize(1);
        assertThat(plugins.commands()).hasSize(1);
    }
}
