package dev.mysqlproxy.core.app;

import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.core.config.Configuration;
import dev.mysqlproxy.core.config.OptionGroup;
import dev.mysqlproxy.core.config.RuntimeOptions;
import dev.mysqlproxy.core.metric.MetricRegistry;
import dev.mysqlproxy.core.plugin.LoadedPlugin;
import dev.mysqlproxy.core.plugin.PluginJarMaker;
import dev.mysqlproxy.core.plugin.PluginLoading;
import dev.mysqlproxy.core.session.LiveSession;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Plugins made from source text, and a session that they meet. */
abstract class PluginBench {

    /** By this plugins of the tests say what happens to them: a list of texts. */
    static final String EVENTS = "PluginBench.events";

    static final String LOADERS = "PluginBench.loaders";
    static final int WHO = 4000;

    @TempDir
    Path folder;

    final List<String> events = new CopyOnWriteArrayList<>();
    final List<WeakReference<ClassLoader>> loaders = new CopyOnWriteArrayList<>();
    final List<String> opened = new ArrayList<>();
    final MetricRegistry metrics = new MetricRegistry();

    Duration patience = Duration.ofSeconds(30);
    Duration stopLimit = Duration.ofSeconds(30);
    LiveSession session;
    PluginLoading loading;
    RuntimeOptions options;
    LivePlugins plugins;

    @BeforeEach
    void connect() throws StartException {
        System.getProperties().put(EVENTS, events);
        System.getProperties().put(LOADERS, loaders);
        session = new LiveSession();
    }

    @AfterEach
    void end() {
        if (plugins != null) {
            plugins.stop();
        }
        if (loading != null) {
            loading.close();
        }
        session.close();
        System.getProperties().remove(EVENTS);
        System.getProperties().remove(LOADERS);
    }

    /** A proxy with these plugins, and these words on its command line. */
    void start(List<String> names, String... arguments) throws StartException {
        loading = new PluginLoading(folder);
        List<LoadedPlugin> loaded = loading.load(names);
        List<OptionGroup> groups = new ArrayList<>();
        for (LoadedPlugin plugin : loaded) {
            groups.add(PluginOptions.group(plugin));
        }
        Configuration configuration =
                Configuration.load(List.of(arguments), new Configuration.Places(folder, folder), groups);
        options = new RuntimeOptions(configuration);
        plugins = new LivePlugins(session.chain(), session.sessions(), patience, stopLimit);
        plugins.start(
                loaded,
                configuration.groups(),
                new Registration.Services(options, metrics, session.backends(), null, loading, List.of()));
        plugins.opened(listeners -> listeners.forEach(listener -> opened.add(listener.name())));
    }

    static final String SAY = "  static void say(String text) { ((java.util.List<String>)"
            + " System.getProperties().get(\"" + EVENTS + "\")).add(text); }\n";

    /** A plugin that says what happens to it, and answers {@code who} with its version. */
    static PluginJarMaker talker(String name, String version, String start, String members) {
        return PluginJarMaker.plugin(name)
                .manifest("Plugin-Version", version)
                .extension(
                        name + ".Main",
                        "package " + name + ";\n"
                                + "import dev.mysqlproxy.api.decision.*;\n"
                                + "import dev.mysqlproxy.api.hook.*;\n"
                                + "import dev.mysqlproxy.api.lifecycle.*;\n"
                                + "import dev.mysqlproxy.api.view.*;\n"
                                + "import dev.mysqlproxy.api.option.Option;\n"
                                + "@SuppressWarnings(\"unchecked\")\n"
                                + "public class Main implements ProxyPlugin, QueryHook, QueryCompletedHook"
                                + (members.contains(" onQueryResult(") ? ", QueryResultHook" : "") + " {\n"
                                + SAY + members
                                + "  @Override public java.util.Set<CommandType> commandTypes() {"
                                + " return java.util.Set.of(CommandType.COM_QUERY); }\n"
                                + "  @Override public boolean needsPreparedStatements() { return false; }\n"
                                + "  @Override public void start(PluginContext context) throws StartException {\n"
                                + "    ((java.util.List<Object>) System.getProperties().get(\"" + LOADERS + "\"))"
                                + ".add(new java.lang.ref.WeakReference<>(getClass().getClassLoader()));\n"
                                + "    context.addHook(this);\n" + start + "\n"
                                + "    say(\"start " + name + " " + version + "\");\n"
                                + "  }\n"
                                + "  @Override public void stop() { say(\"stop " + name + " " + version + "\"); }\n"
                                + "  @Override public QueryDecision onQuery(SessionView session, Command command) {\n"
                                + "    return command.text().equals(\"who\") ? QueryDecision.answer("
                                + "Reply.error(" + WHO + ", \"HY000\", \"" + name + " " + version + "\"))"
                                + " : more(session, command.text());\n"
                                + "  }\n"
                                + "  @Override public void onQueryCompleted("
                                + "SessionView session, Command command, QuerySummary summary) {\n"
                                + "    say(\"completed " + name + " " + version + ": \" + command.text());\n"
                                + "  }\n"
                                + (members.contains(" more(")
                                        ? ""
                                        : "  QueryDecision more(SessionView session, String text) {"
                                                + " return QueryDecision.forward(); }\n")
                                + "}\n");
    }

    static PluginJarMaker talker(String name, String version) {
        return talker(name, version, "", "");
    }

    static String table(String name) {
        return "context.addTable(new dev.mysqlproxy.api.admin.AdminTable() {\n"
                + "  public String name() { return \"" + name + "\"; }\n"
                + "  public String comment() { return \"A table.\"; }\n"
                + "  public java.util.List<Column> columns() { return java.util.List.of(Column.text(\"a\", \"A.\")); }\n"
                + "  public Iterable<java.util.List<Object>> rows() { return java.util.List.of(); }\n"
                + "});\n";
    }

    static String command(String words) {
        return "context.addCommand(new dev.mysqlproxy.api.admin.AdminCommand() {\n"
                + "  public String words() { return \"" + words + "\"; }\n"
                + "  public String comment() { return \"A statement.\"; }\n"
                + "  public Reply run(java.util.List<String> arguments, String by) { return Reply.ok(); }\n"
                + "});\n";
    }

    String who() {
        return session.error("who", WHO);
    }

    void assertCollected(int but) {
        await("class loaders left").atMost(Duration.ofSeconds(60)).until(() -> {
            System.gc();
            return loaders.stream().filter(loader -> loader.get() != null).count() <= but;
        });
    }
}
