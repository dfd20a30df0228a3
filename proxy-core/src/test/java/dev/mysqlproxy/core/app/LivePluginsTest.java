package dev.mysqlproxy.core.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.lifecycle.ProxyControl.OptionInfo;
import dev.mysqlproxy.api.lifecycle.ProxyControl.PluginInfo;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.metric.MetricFamily;
import dev.mysqlproxy.core.plugin.PluginJarMaker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Plugins that come and go while a client is connected. */
class LivePluginsTest extends PluginBench {

    // --- load -------------------------------------------------------------------------------------------------------

    @Test
    void aJarThatCameLaterIsLoadedBehindTheOthers() throws StartException {
        talker("first", "1.0.0").into(folder, "first.jar");
        start(List.of("first"));
        talker("second", "1.0.0", table("numbers") + command("COUNT NOW"), "").into(folder, "second.jar");
        session.transaction();
        PluginInfo info = plugins.load("second");
        assertThat(info).isEqualTo(new PluginInfo("second", "1.0.0", "", true));
        assertThat(plugins.plugins()).extracting(PluginInfo::name).containsExactly("first", "second");
        assertThat(plugins.tables()).extracting(AdminTable::name).containsExactly("numbers");
        assertThat(plugins.commands()).extracting(AdminCommand::words).containsExactly("COUNT NOW");
        assertThat(who()).contains("first");
        session.query("DO 1");
        await().until(() -> events.contains("completed second 1.0.0: DO 1"));
        assertThat(events.indexOf("completed first 1.0.0: DO 1"))
                .isLessThan(events.indexOf("completed second 1.0.0: DO 1"));
        assertThat(session.state()).isEqualTo("idle");
    }

    @Test
    void itsOptionsComeFromTheFilesAsTheyAreNow() throws Exception {
        Path file = folder.resolve("proxy.cnf");
        Files.writeString(file, "[mysql-proxy]\nother=1\n", StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        start(List.of(), "--plugins=", "--defaults-file=" + file);
        String members = "  static final Option<Integer> N ="
                + " Option.integer(\"late-number\", 0, 9, \"A number.\").defaultsTo(3).changeable().build();\n"
                + "  static final Option<String> T = Option.text(\"late-text\", \"A text.\").defaultsTo(\"d\").build();\n"
                + "  public java.util.List<Option<?>> options() { return java.util.List.of(N, T); }\n";
        String say = "say(context.options().get(N) + context.options().get(T));"
                + " context.onChange(N, n -> { if (n == 8) { throw new IllegalArgumentException(\"not 8\"); }"
                + " say(\"changed to \" + n + \", before it was \" + context.options().get(N)); });";
        talker("late", "1.0.0", say, members).into(folder, "late.jar");
        Files.writeString(file, "[mysql-proxy]\nlate-number=5\n", StandardCharsets.UTF_8);
        plugins.load("late");
        assertThat(events).contains("5d");
        assertThat(options.set("late-number", "7", "op").to()).isEqualTo("7");
        assertThat(events).contains("changed to 7, before it was 5");
        assertThatThrownBy(() -> options.set("late-number", "8", "op")).hasMessage("not 8");
        assertThat(options.options())
                .filteredOn(option -> option.name().equals("late-number"))
                .extracting(OptionInfo::value)
                .containsExactly("7");

        // what was set stays set for the next instance
        plugins.reload("late");
        assertThat(events).contains("7d");
        options.set("late-number", "6", "op");
        assertThat(events.stream().filter(text -> text.startsWith("changed to 6")))
                .as("the old instance hears no more")
                .hasSize(1);
        plugins.unload("late");
        assertThat(options.options()).extracting(OptionInfo::name).doesNotContain("late-number", "late-text");
    }

    @Test
    void whatCannotBeLoadedLeavesNothing() throws StartException {
        talker("first", "1.0.0", table("numbers"), "").into(folder, "first.jar");
        start(List.of("first"));
        String gauge = "context.metrics().gauge(\"late\", \"Late.\", () -> 1.0);"
                + " context.tasks().every(java.time.Duration.ofMillis(1), () -> {});";
        assertThatThrownBy(() -> plugins.load("second"))
                .hasMessageContaining("there is no plugin second in " + folder + " (there are: first)");
        assertThatThrownBy(() -> plugins.load("first"))
                .hasMessage("plugin first is loaded already; reload it to take a newer jar");
        talker("second", "1.0.0", gauge + "if (true) throw new StartException(\"not today\");", "")
                .into(folder, "second.jar");
        assertThatThrownBy(() -> plugins.load("second"))
                .isInstanceOf(StartException.class)
                .hasMessage("not today");
        talker("second", "1.0.0", gauge + "if (true) throw new IllegalStateException(\"oops\");", "")
                .into(folder, "second.jar");
        assertThatThrownBy(() -> plugins.load("second"))
                .isInstanceOf(StartException.class)
                .hasMessage("plugin second failed to start: java.lang.IllegalStateException: oops");
        talker("second", "1.0.0", gauge + table("numbers"), "").into(folder, "second.jar");
        assertThatThrownBy(() -> plugins.load("second"))
                .isInstanceOf(StartException.class)
                .hasMessage("plugins first and second both add the table numbers to the admin port:"
                        + " leave one of them out");
        assertThat(events.stream().filter(text -> text.equals("stop second 1.0.0")))
                .as("only what has started is stopped")
                .hasSize(1);
        assertThat(plugins.plugins()).extracting(PluginInfo::name).containsExactly("first");
        assertThat(metrics.snapshot()).extracting(MetricFamily::plugin).doesNotContain("second");
        session.query("DO 1");
        assertThat(events).doesNotContain("completed second 1.0.0: DO 1");
        assertCollected(1);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("plugin-second"));
    }

    @Test
    void namesOfTablesAndStatementsAreTakenOnce() {
        talker("a", "1.0.0", command("COUNT now") + command("COUNT all"), "").into(folder, "a.jar");
        talker("b", "1.0.0", command("count NOW"), "").into(folder, "b.jar");
        talker("c", "1.0.0", table("t") + table("t"), "").into(folder, "c.jar");
        talker("d", "1.0.0", table("T"), "").into(folder, "d.jar");
        talker("e", "1.0.0", command("two  blanks"), "").into(folder, "e.jar");
        assertThatThrownBy(() -> start(List.of("a", "b")))
                .hasMessage(
                        "plugins a and b both add the statement COUNT NOW to the admin port: leave one of them out");
        assertThatThrownBy(() -> start(List.of("c"))).hasMessage("plugin c adds the table t to the admin port twice");
        assertThatThrownBy(() -> start(List.of("d"))).hasMessageContaining("plugin d adds the table 'T'");
        assertThatThrownBy(() -> start(List.of("e"))).hasMessageContaining("plugin e adds the statement 'two  blanks'");
    }

    @Test
    void registersOnlyWhileItStarts() throws StartException {
        String late = "Thread[] box = new Thread[1]; context.tasks().after(java.time.Duration.ofMillis(1), () -> {"
                + " try { context.addHook(this); } catch (IllegalStateException e) { say(e.getMessage()); } });";
        talker("a", "1.0.0", late, "").into(folder, "a.jar");
        start(List.of("a"));
        await().until(() -> events.contains("plugin a may register only while it starts"));
    }

    // --- unload -----------------------------------------------------------------------------------------------------

    @Test
    void nothingOfAnUnloadedPluginIsLeft() throws StartException {
        talker("a", "1.0.0", EVERYTHING, EVERYTHING_ELSE).into(folder, "a.jar");
        start(List.of("a"));
        session.transaction();
        assertThat(metrics.snapshot()).extracting(MetricFamily::plugin).contains("a");
        plugins.unload("a");
        assertThat(events).endsWith("stop a 1.0.0");
        assertThat(plugins.plugins()).isEmpty();
        assertThat(plugins.tables()).isEmpty();
        assertThat(plugins.commands()).isEmpty();
        assertThat(metrics.snapshot()).isEmpty();
        session.query("DO 2");
        assertThat(events).endsWith("stop a 1.0.0");
        assertThatThrownBy(() -> plugins.unload("a")).hasMessageContaining("there is no plugin a at work");
        assertCollected(0);
        // and it may come back
        plugins.load("a");
        assertThat(who()).contains("a 1.0.0");
    }

    @Test
    void aCommandEndsWithThePluginsThatItBeganWith() throws StartException {
        patience = Duration.ofMillis(10);
        talker("a", "1.0.0").into(folder, "a.jar");
        start(List.of("a"));
        session.begin("SELECT SLEEP(60)");
        plugins.unload("a");
        assertThat(plugins.plugins()).isEmpty();
        assertThat(events).as("it is needed yet").doesNotContain("stop a 1.0.0");
        session.finish();
        await().until(() -> events.contains("stop a 1.0.0"));
        assertThat(events.indexOf("completed a 1.0.0: SELECT SLEEP(60)")).isBetween(0, events.indexOf("stop a 1.0.0"));
        session.query("DO 1");
        assertThat(events).doesNotContain("completed a 1.0.0: DO 1");
        assertCollected(0);
    }

    @Test
    void pluginsThatWaitForCommandsAreCounted() throws StartException {
        patience = Duration.ofMillis(10);
        List<String> names = new ArrayList<>();
        for (int i = 0; i <= Departures.MOST; i++) {
            names.add("p" + i);
            talker("p" + i, "1.0.0").into(folder, "p" + i + ".jar");
        }
        start(names);
        session.begin("SELECT SLEEP(60)");
        for (String name : names.subList(1, names.size())) {
            plugins.unload(name);
        }
        assertThatThrownBy(() -> plugins.unload("p0"))
                .hasMessage(
                        "16 plugins wait for the commands of sessions [1] to end: try again after that, or kill these"
                                + " sessions");
        assertThatThrownBy(() -> plugins.reload("p0")).hasMessageContaining("sessions [1]");
        session.finish();
        await().until(() ->
                events.stream().filter(text -> text.startsWith("stop")).count() == Departures.MOST);
        await().untilAsserted(() -> plugins.unload("p0"));
    }

    @Test
    void nobodyWaitsForCommandsThatAPluginHasNoPartIn() throws StartException {
        talker("a", "1.0.0").into(folder, "a.jar");
        talker("b", "1.0.0").into(folder, "b.jar");
        start(List.of("a"));
        session.begin("SELECT SLEEP(60)");
        plugins.load("b");
        plugins.unload("b");
        assertThat(events).endsWith("stop b 1.0.0");
        session.finish();
        await().until(() -> events.contains("completed a 1.0.0: SELECT SLEEP(60)"));
    }

    @Test
    void theEndWaitsForNoCommand() throws StartException {
        patience = Duration.ofMillis(10);
        talker("a", "1.0.0").into(folder, "a.jar");
        talker("b", "1.0.0").into(folder, "b.jar");
        talker("c", "1.0.0").into(folder, "c.jar");
        start(List.of("a", "b", "c"));
        session.begin("SELECT SLEEP(60)");
        plugins.unload("b");
        plugins.freeze();
        assertThatThrownBy(() -> plugins.load("b")).hasMessageContaining("while the proxy starts or stops");
        plugins.stop();
        assertThat(events).endsWith("stop b 1.0.0", "stop c 1.0.0", "stop a 1.0.0");
        plugins = null;
        session.finish();
    }

    @Test
    void listenersStay() throws StartException {
        talker(
                        "a",
                        "1.0.0",
                        "context.listen(new dev.mysqlproxy.api.listener.Listener.Local(\"a\", \"127.0.0.1:0\", \"%s\","
                                + " \"9\", user -> java.util.Optional.empty(), (session, command) -> Reply.ok()));",
                        "")
                .into(folder, "a.jar");
        start(List.of());
        plugins.load("a");
        assertThat(opened).containsExactly("a");
        assertThatThrownBy(() -> plugins.unload("a"))
                .hasMessage(
                        "plugin a cannot be unloaded while the proxy runs: it listens on 127.0.0.1:0, and its clients"
                                + " would be cut off");
        assertThatThrownBy(() -> plugins.reload("a")).hasMessageContaining("plugin a cannot be replaced");
        assertThatThrownBy(() -> plugins.checkUnload("a")).hasMessageContaining("it listens on 127.0.0.1:0");
        assertThat(plugins.enable("a", false)).isTrue();
    }

    @Test
    void anEngineStaysWithItsScripts() throws StartException {
        PluginJarMaker.plugin("lua", "")
                .manifest("Script-Suffix", ".lua")
                .extension(
                        "lua.Engine",
                        "package lua;\n"
                                + "public class Engine implements dev.mysqlproxy.api.script.ScriptEngine {\n"
                                + "  static dev.mysqlproxy.api.lifecycle.PluginContext first;\n"
                                + "  public String suffix() { return \".lua\"; }\n"
                                + "  public dev.mysqlproxy.api.hook.Hook hooks(java.util.List<java.nio.file.Path> s,"
                                + " dev.mysqlproxy.api.lifecycle.PluginContext c) { if (first == null) { first = c; }"
                                + " return (dev.mysqlproxy.api.hook.DisconnectHook) (session, cause) -> {}; }\n"
                                + "  public dev.mysqlproxy.api.listener.CommandHandler handler(java.nio.file.Path s,"
                                + " dev.mysqlproxy.api.lifecycle.PluginContext c) { return null; }\n"
                                + "}\n")
                .into(folder, "lua.jar");
        talker(
                        "a",
                        "1.0.0",
                        "context.addHook(context.scriptEngine(\".lua\").get().hooks(java.util.List.of(), context));",
                        "")
                .into(folder, "a.jar");
        start(List.of("lua", "a"));
        assertThatThrownBy(() -> plugins.unload("lua"))
                .hasMessage("plugin lua cannot be unloaded: it runs the scripts of a");
        assertThatThrownBy(() -> plugins.reload("lua")).hasMessageContaining("it runs the scripts of a");
        plugins.checkUnload("a");
        plugins.unload("a");
        assertCollected(0);
        plugins.reload("lua");
        plugins.unload("lua");
        plugins.load("a");
        plugins.load("lua");
        assertThatThrownBy(() -> plugins.unload("lua")).hasMessageContaining("it runs the scripts of a");
    }

    @Test
    void aBusySessionHoldsNobodyUp() throws Exception {
        talker("a", "1.0.0").into(folder, "a.jar");
        start(List.of("a"));
        session.begin("first");
        CompletableFuture<Void> unloading = CompletableFuture.runAsync(() -> unload("a"));
        await().until(() -> plugins.plugins().isEmpty());
        // from one command into the next, it is never idle for long
        session.chase("second");
        unloading.get(20, TimeUnit.SECONDS);
        assertThat(events).contains("completed a 1.0.0: first").endsWith("stop a 1.0.0");
        session.finish();
    }

    private void unload(String name) {
        try {
            plugins.unload(name);
        } catch (StartException e) {
            throw new AssertionError(e);
        }
    }

    // --- reload -----------------------------------------------------------------------------------------------------

    @Test
    void aNewerJarTakesThePlaceOfTheOlder() throws StartException {
        talker("a", "1.0.0").into(folder, "a.jar");
        talker("b", "1.0.0").into(folder, "b.jar");
        start(List.of("a", "b"));
        session.transaction();
        assertThat(who()).contains("a 1.0.0");
        talker("a", "2.0.0").into(folder, "a.jar");
        assertThat(plugins.reload("a")).isEqualTo(new PluginInfo("a", "2.0.0", "", true));
        assertThat(events).endsWith("start a 2.0.0", "stop a 1.0.0");
        assertThat(who()).contains("a 2.0.0");
        assertThat(plugins.plugins()).extracting(PluginInfo::name).containsExactly("a", "b");
        session.query("DO 1");
        await().until(() -> events.contains("completed b 1.0.0: DO 1"));
        assertThat(events.indexOf("completed a 2.0.0: DO 1")).isLessThan(events.indexOf("completed b 1.0.0: DO 1"));
        assertThat(events).doesNotContain("completed a 1.0.0: DO 1");
    }

    @Test
    void aJarThatCannotBeStartedLeavesTheOldOneAtWork() throws Exception {
        String count = "context.metrics().counter(\"a_total\", \"All.\").with().increment();"
                + " context.metrics().gauge(\"a_now\", \"Now.\", () -> 1.0);";
        talker("a", "1.0.0", count + table("numbers"), "").into(folder, "a.jar");
        start(List.of("a"));
        talker("a", "2.0.0", count.replace("1.0", "2.0") + "if (true) throw new StartException(\"no\");", "")
                .into(folder, "a.jar");
        assertThatThrownBy(() -> plugins.reload("a")).hasMessage("no");
        talker("a", "2.0.0", "context.metrics().gauge(\"a_total\", \"All.\", () -> 1.0);", "")
                .into(folder, "a.jar");
        assertThatThrownBy(() -> plugins.reload("a")).hasMessageContaining("plugin a failed to start");
        Files.writeString(folder.resolve("a.jar"), "no jar at all", StandardCharsets.UTF_8);
        assertThatThrownBy(() -> plugins.reload("a")).hasMessageContaining("a.jar cannot be read");
        assertThat(who()).contains("a 1.0.0");
        assertThat(events).doesNotContain("stop a 1.0.0");
        assertThat(plugins.plugins()).extracting(PluginInfo::version).containsExactly("1.0.0");
        assertThat(plugins.tables()).hasSize(1);
        assertThat(metrics.snapshot())
                .extracting(
                        family -> family.name() + " " + family.samples().get(0).value())
                .containsExactly("mysqlproxy_a_now 1.0", "mysqlproxy_a_total 2.0");

        talker("a", "3.0.0", count.replace("1.0", "3.0") + table("numbers"), "").into(folder, "a.jar");
        plugins.reload("a");
        assertThat(who()).contains("a 3.0.0");
        assertThat(metrics.snapshot())
                .as("counters go on, gauges are the newer one's")
                .extracting(
                        family -> family.name() + " " + family.samples().get(0).value())
                .containsExactly("mysqlproxy_a_now 3.0", "mysqlproxy_a_total 3.0");
        assertCollected(1);
    }

    @Test
    void noClassLoaderIsLeft() throws StartException {
        talker("a", "1.0.0", EVERYTHING, EVERYTHING_ELSE).into(folder, "a.jar");
        start(List.of("a"));
        session.transaction();
        for (int i = 0; i < 200; i++) {
            // in turn: a hook that fails, one that decides later, one that injects
            session.query(List.of("DO ", "later ", "inject ").get(i % 3) + i);
            plugins.reload("a");
        }
        assertThat(loaders).hasSize(201);
        assertCollected(1);
        session.query("DO 200");
        await().until(() -> events.contains("completed a 1.0.0: DO 200"));
        assertThat(session.state()).isEqualTo("idle");
    }

    /** Registers all there is to register. */
    private static final String EVERYTHING = table("numbers")
            + command("COUNT NOW")
            + "context.metrics().gauge(\"a_now\", \"Now.\", () -> (double) Main.count);\n"
            + "context.metrics().counter(\"a_total\", \"All.\", \"kind\").with(\"x\").increment();\n"
            + "context.metrics().timer(\"a_seconds\", \"Time.\").with().record(1);\n"
            + "context.onChange(N, n -> count = n);\n"
            + "context.tasks().every(java.time.Duration.ofMillis(1), () -> count++);\n"
            + "tasks = context.tasks();\n"
            + "tasks.execute(() -> count++);\n"
            + "java.util.logging.Logger.getLogger(\"a.Main\").fine(\"started\");\n"
            + "LOG.info(\"started {}\", this);\n";

    /** Leaves state in sessions, and fails, in every way. */
    private static final String EVERYTHING_ELSE = "  static volatile int count;\n"
            + "  static final org.slf4j.Logger LOG = org.slf4j.LoggerFactory.getLogger(Main.class);\n"
            + "  static final Option<Integer> N ="
            + " Option.integer(\"a-number\", 0, 9, \"A number.\").defaultsTo(3).changeable().build();\n"
            + "  public java.util.List<Option<?>> options() { return java.util.List.of(N); }\n"
            + "  static final SessionKey<Own> OWN = new SessionKey<>(\"own\");\n"
            + "  static final SessionKey<java.util.List<Own>> LIST = new SessionKey<>(\"list\");\n"
            + "  static final SessionKey<Runnable> LAMBDA = new SessionKey<>(\"lambda\");\n"
            + "  static final class Own { byte[] large = new byte[100_000]; }\n"
            + "  static final class Failure extends RuntimeException { final Own own = new Own(); }\n"
            + "  QueryDecision more(SessionView session, String text) {\n"
            + "    session.put(OWN, new Own());\n"
            + "    session.put(LIST, new java.util.ArrayList<>(java.util.List.of(new Own())));\n"
            + "    session.put(LAMBDA, () -> say(text));\n"
            + "    if (text.startsWith(\"later\")) {\n"
            + "      return QueryDecision.later(java.util.concurrent.CompletableFuture.supplyAsync("
            + "() -> QueryDecision.forward(), tasks));\n"
            + "    }\n"
            + "    if (text.startsWith(\"inject\")) {\n"
            + "      return QueryDecision.inject(Injection.query(count, text).needingResult());\n"
            + "    }\n"
            + "    throw new Failure();\n"
            + "  }\n"
            + "  @Override public ResultDecision onQueryResult(SessionView session, Injection injection,"
            + " QuerySummary summary, java.util.Optional<ResultView> result) {\n"
            + "    session.put(LAMBDA, () -> say(\"\" + injection));\n"
            + "    return ResultDecision.pass();\n"
            + "  }\n"
            + "  static Tasks tasks;\n";

    // --- enable -----------------------------------------------------------------------------------------------------

    @Test
    void aDisabledPluginIsPassedBy() throws StartException {
        talker("a", "1.0.0", table("numbers"), "").into(folder, "a.jar");
        start(List.of("a"));
        assertThat(plugins.enable("a", false)).isTrue();
        assertThat(plugins.enable("b", false)).isFalse();
        assertThat(plugins.plugins()).extracting(PluginInfo::enabled).containsExactly(false);
        assertThat(plugins.tables()).as("its tables stay").hasSize(1);
        session.query("who");
        assertThat(events).containsExactly("start a 1.0.0");
        // it stays so when it is replaced
        talker("a", "2.0.0").into(folder, "a.jar");
        assertThat(plugins.reload("a").enabled()).isFalse();
        session.query("who");
        assertThat(plugins.enable("a", true)).isTrue();
        assertThat(who()).contains("a 2.0.0");
    }
}
