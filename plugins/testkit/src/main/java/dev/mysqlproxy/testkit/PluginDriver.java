package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Listener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * A started plugin, and the proxy around it as far as the plugin can tell. {@link #connect} makes sessions that call
 * the plugin's hooks in the order of the contract.
 *
 * <pre>{@code
 * try (PluginDriver driver = PluginDriver.start(new GuardPlugin(), "--guard-exempt=dba")) {
 *     SessionDriver session = driver.connect().login("app", "shop");
 *     assertThat(session.query("DELETE FROM orders")).answersError(1175);
 * }
 * }</pre>
 */
public final class PluginDriver implements AutoCloseable {

    private final ProxyPlugin plugin;
    private final FakeContext context;
    private final HookList hooks;
    private final List<SessionDriver> open = new ArrayList<>();
    private Function<FakeCommand, FakeResult> server = command -> FakeResult.ok();
    private long lastSession;
    private boolean stopped;

    private PluginDriver(ProxyPlugin plugin, FakeContext context) {
        this.plugin = plugin;
        this.context = context;
        this.hooks = new HookList(context.hooks());
    }

    /**
     * Starts a plugin with the arguments of a command line. One backend is there, number 1, unless the plugin adds
     * others.
     *
     * @throws IllegalArgumentException for an argument that makes no sense
     * @throws IllegalStateException when the plugin refuses to start; see {@link #startFails}
     */
    public static PluginDriver start(ProxyPlugin plugin, String... arguments) {
        return start(plugin, new FakeContext(plugin.options(), arguments));
    }

    /** Starts a plugin in a context that the test has prepared. */
    public static PluginDriver start(ProxyPlugin plugin, FakeContext context) {
        context.declare(plugin.options());
        try {
            plugin.start(context);
            context.started();
        } catch (StartException e) {
            throw new IllegalStateException("the plugin refuses to start: " + e.getMessage(), e);
        }
        if (context.backends().snapshot().isEmpty()) {
            context.backends().addUp("198.51.100.1:3306");
        }
        return new PluginDriver(plugin, context);
    }

    /** Starts a plugin that must refuse, and gives its sentence for the operator. */
    public static String startFails(ProxyPlugin plugin, String... arguments) {
        try {
            plugin.start(new FakeContext(plugin.options(), arguments));
        } catch (StartException e) {
            return e.getMessage();
        }
        throw new AssertionError("the plugin started with " + Arrays.toString(arguments));
    }

    /** What the plugin was given at its start. */
    public FakeContext context() {
        return context;
    }

    /** What the server answers when {@link SessionDriver#run} sends it something; an OK until this is called. */
    public PluginDriver server(Function<FakeCommand, FakeResult> answers) {
        this.server = answers;
        return this;
    }

    FakeResult ask(FakeCommand command) {
        return server.apply(command);
    }

    HookList hooks() {
        return hooks;
    }

    /** A client connects; its session has the next number, from 1. */
    public SessionDriver connect() {
        return connect(view());
    }

    /** The view of the next session, for {@link #connect(FakeSession)}. */
    public FakeSession view() {
        lastSession++;
        return new FakeSession(lastSession);
    }

    /** A client connects whose session looks like this. */
    public SessionDriver connect(FakeSession view) {
        SessionDriver session = new SessionDriver(this, view);
        open.add(session);
        context.control().with(view);
        session.open();
        return session;
    }

    void ended(SessionDriver session) {
        open.remove(session);
        context.control().ended(session.view().id());
    }

    /** Lets time go by: timers that become due run, and tasks. */
    public void advance(Duration time) {
        context.tasks().advance(time);
    }

    /** Runs the tasks that the plugin has handed in. */
    public void runTasks() {
        context.tasks().runPending();
    }

    /**
     * Changes an option as an operator does while the proxy runs.
     *
     * @throws IllegalArgumentException when that cannot be, or the plugin refuses it
     */
    public void set(String option, String value) {
        context.change(option, value);
    }

    /** The number of a counter or gauge, or how many durations a timer has counted. */
    public double metric(String name, String... labels) {
        return context.metrics().value(name, labels);
    }

    /** A table that the plugin has for the admin port. */
    public AdminTable table(String name) {
        return context.tables().stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the plugin has no table " + name));
    }

    /** The rows of a table, each checked against its columns. */
    public List<List<Object>> rows(String table) {
        return Tables.rows(table(table));
    }

    /** Gives a statement of the plugin on the admin port, as the account {@code root}. */
    public Reply command(String statement) {
        for (AdminCommand command : context.commands()) {
            Optional<List<String>> arguments = arguments(command.words(), statement);
            if (arguments.isPresent()) {
                return command.run(arguments.get(), "root");
            }
        }
        throw new AssertionError("the plugin has no statement for " + statement);
    }

    private static Optional<List<String>> arguments(String words, String statement) {
        String start = words.toLowerCase(Locale.ROOT);
        String given = statement.strip();
        if (!given.toLowerCase(Locale.ROOT).startsWith(start)) {
            return Optional.empty();
        }
        String rest = given.substring(start.length());
        if (!rest.isEmpty() && !Character.isWhitespace(rest.charAt(0))) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(rest.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .map(PluginDriver::unquoted)
                .toList());
    }

    private static String unquoted(String word) {
        boolean quoted = word.length() > 1
                && (word.charAt(0) == '\'' || word.charAt(0) == '"')
                && word.charAt(word.length() - 1) == word.charAt(0);
        return quoted ? word.substring(1, word.length() - 1) : word;
    }

    /** Asks the handler of a local listener of the plugin; the session is {@code root}'s. */
    public Reply ask(String listener, FakeCommand command) {
        Listener.Local local = context.listeners().stream()
                .filter(Listener.Local.class::isInstance)
                .map(Listener.Local.class::cast)
                .filter(candidate -> candidate.name().equals(listener))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the plugin has no local listener " + listener));
        FakeSession session = new FakeSession(0).listener(listener).user("root");
        try {
            var answer = local.handler().answer(session, command).toCompletableFuture();
            runTasks();
            return answer.join();
        } catch (CompletionException e) {
            throw new AssertionError("the handler failed: " + e.getCause(), e);
        }
    }

    /** Ends all sessions as a shutdown does, then the plugin's tasks, then the plugin. */
    @Override
    public void close() {
        if (stopped) {
            return;
        }
        stopped = true;
        List.copyOf(open).forEach(session -> session.disconnect("shutdown"));
        context.tasks().stop();
        plugin.stop();
    }
}
