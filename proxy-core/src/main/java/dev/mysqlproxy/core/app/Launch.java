package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.core.chassis.FileLimits;
import dev.mysqlproxy.core.chassis.Levels;
import dev.mysqlproxy.core.chassis.LogLevel;
import dev.mysqlproxy.core.chassis.LogSettings;
import dev.mysqlproxy.core.chassis.Logs;
import dev.mysqlproxy.core.chassis.PidFile;
import dev.mysqlproxy.core.chassis.Privileges;
import dev.mysqlproxy.core.chassis.Signals;
import dev.mysqlproxy.core.chassis.Supervisor;
import dev.mysqlproxy.core.config.ChassisOptions;
import dev.mysqlproxy.core.config.Configuration;
import dev.mysqlproxy.core.config.HelpText;
import dev.mysqlproxy.core.config.OptionGroup;
import dev.mysqlproxy.core.plugin.LoadedPlugin;
import dev.mysqlproxy.core.plugin.PluginLoading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One run of the command, from its arguments to its exit code. Main thread. */
final class Launch {

    private static final Logger LOG = LoggerFactory.getLogger(Launch.class);
    private static final String HOME_PROPERTY = "mysqlproxy.home";

    private final List<String> arguments;
    private final Logs logs;
    private final Supervisor supervisor;
    private final Configuration.Places places;

    Launch(List<String> arguments, Logs logs, Supervisor supervisor) {
        this.arguments = arguments;
        this.logs = logs;
        this.supervisor = supervisor;
        Path directory = supervisor.workingDirectory();
        this.places = new Configuration.Places(
                directory.resolve(System.getProperty(HOME_PROPERTY, "")).normalize(), directory);
    }

    /** The exit code. */
    int run() throws StartException {
        Configuration chassis = Configuration.first(arguments, places);
        boolean asksOnly = chassis.help().isPresent()
                || chassis.get(ChassisOptions.VERSION)
                || chassis.get(ChassisOptions.CHECK_CONFIG);
        if (!asksOnly) {
            logs.configure(settings(chassis));
            OptionalInt done =
                    supervisor.supervise(chassis.get(ChassisOptions.DAEMON), chassis.get(ChassisOptions.KEEPALIVE));
            if (done.isPresent()) {
                return done.getAsInt();
            }
        } else {
            logs.setLevel(LogLevel.WARNING);
        }
        try (PluginLoading loading = new PluginLoading(chassis.get(ChassisOptions.PLUGIN_DIR))) {
            List<LoadedPlugin> plugins = loading.load(names(chassis, loading));
            Configuration configuration = Configuration.load(arguments, places, groups(plugins));
            return asksOnly ? answer(configuration, plugins, loading) : serve(configuration, plugins, loading);
        }
    }

    private static LogSettings settings(Configuration chassis) {
        return new LogSettings(
                chassis.find(ChassisOptions.LOG_FILE),
                LogLevel.of(chassis.get(ChassisOptions.LOG_LEVEL)).orElse(LogLevel.MESSAGE),
                chassis.get(ChassisOptions.LOG_USE_SYSLOG),
                chassis.get(ChassisOptions.LOG_FORMAT).equals("json"));
    }

    /** The plugins of {@code --plugins}, then those whose help is wanted. */
    private static List<String> names(Configuration chassis, PluginLoading loading) {
        Set<String> names = new LinkedHashSet<>(chassis.get(ChassisOptions.PLUGINS));
        chassis.help()
                .ifPresent(help -> help.groups().stream().filter(loading::has).forEach(names::add));
        return List.copyOf(names);
    }

    private static List<OptionGroup> groups(List<LoadedPlugin> plugins) throws StartException {
        List<OptionGroup> groups = new ArrayList<>();
        for (LoadedPlugin plugin : plugins) {
            groups.add(PluginOptions.group(plugin));
        }
        return groups;
    }

    // --- questions
    // ----------------------------------------------------------------------------------------------------

    private int answer(Configuration configuration, List<LoadedPlugin> plugins, PluginLoading loading)
            throws StartException {
        if (configuration.help().isPresent()) {
            System.out.print(HelpText.of(configuration.help().get(), configuration.groups()));
        } else if (configuration.get(ChassisOptions.VERSION)) {
            System.out.print(Reports.version(plugins));
        } else {
            configuration.warnings().forEach(LOG::warn);
            try (Engine engine = new Engine(configuration, plugins, loading, logs)) {
                logs.setLevel(LogLevel.ERROR);
                try {
                    engine.startPlugins();
                } finally {
                    // the line that says what is wrong is not to be hidden with those of the plugins' starts
                    logs.setLevel(LogLevel.WARNING);
                }
                engine.checkFiles();
                System.out.print(Reports.configuration(configuration, plugins, engine));
            }
        }
        System.out.flush();
        return 0;
    }

    // --- service
    // ------------------------------------------------------------------------------------------------------

    private int serve(Configuration configuration, List<LoadedPlugin> plugins, PluginLoading loading)
            throws StartException {
        configuration.warnings().forEach(LOG::warn);
        Signals signals = Signals.install();
        supervisor.listen(signals);
        FileLimits.apply(configuration.get(ChassisOptions.MAX_OPEN_FILES));
        Optional<Privileges> privileges = Optional.empty();
        Optional<String> user = configuration.find(ChassisOptions.USER);
        if (user.isPresent()) {
            privileges = Optional.of(Privileges.of(user.get()));
        }
        Optional<PidFile> pidFile = Optional.empty();
        try (Engine engine = new Engine(configuration, plugins, loading, logs)) {
            engine.startPlugins();
            engine.listen();
            if (configuration.isGiven(ChassisOptions.PID_FILE)) {
                pidFile = Optional.of(PidFile.write(configuration.get(ChassisOptions.PID_FILE)));
            }
            if (privileges.isPresent()) {
                privileges.get().drop(filesOfTheUser(configuration, engine));
            }
            runUntilStopped(engine, signals);
        } finally {
            pidFile.ifPresent(PidFile::close);
        }
        Level level = configuration.get(ChassisOptions.VERBOSE_SHUTDOWN) ? Level.ERROR : Level.INFO;
        LOG.makeLoggingEventBuilder(level)
                .addMarker(level == Level.INFO ? Levels.MESSAGE : null)
                .log("shutting down normally, exit code is: 0");
        return 0;
    }

    private static List<Path> filesOfTheUser(Configuration configuration, Engine engine) {
        List<Path> files = new ArrayList<>(engine.socketFiles());
        configuration.find(ChassisOptions.LOG_FILE).ifPresent(files::add);
        return files;
    }

    private void runUntilStopped(Engine engine, Signals signals) {
        CountDownLatch stopped = new CountDownLatch(1);
        signals.onHangup(() -> {
            logs.reopen();
            engine.reload();
        });
        signals.onStop(stopped::countDown, engine::hurry);
        supervisor.ready();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        supervisor.stopping();
        engine.stop();
    }
}
