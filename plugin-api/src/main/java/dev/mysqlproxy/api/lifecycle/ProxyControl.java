package dev.mysqlproxy.api.lifecycle;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.metric.MetricFamily;
import dev.mysqlproxy.api.view.SessionView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The running process, as an operator sees it. Any thread. */
public interface ProxyControl {

    /** Version of the proxy. */
    String version();

    /** Sessions open now. */
    List<SessionInfo> sessions();

    /** Ends a session with an error to its client; false when there is none with this number. */
    boolean kill(long sessionId);

    /**
     * Ends the statement that a session runs, by KILL QUERY on another server connection of the same user.
     *
     * @return false when there is no such session or it runs nothing; fails, with a sentence for the operator, when there is
     *     no other connection and the proxy may not open one (see {@code --proxy-auth})
     */
    CompletionStage<Boolean> killQuery(long sessionId);

    /**
     * Runs a statement on another server connection of a session's user, to the backend and in the default schema that the
     * session has now; the session itself neither waits for it nor notices. The connection comes from the pool, or is opened
     * where the proxy knows how to log in (see {@code --proxy-auth}). For short results: 1 MiB and more is a failure.
     *
     * @param statement one SQL statement; not copied, so not to be changed afterwards
     * @param limit after this the connection is closed and the result is a failure
     * @return the server's answer as {@link Reply.Ok}, {@link Reply.Err} or {@link Reply.ByteRows}, completed on an event
     *     loop; fails, with a sentence for the operator, when there is no such session, no connection or no answer
     */
    default CompletionStage<Reply> query(long sessionId, byte[] statement, Duration limit) {
        return CompletableFuture.failedFuture(
                new UnsupportedOperationException("this proxy runs no statements for plugins"));
    }

    /**
     * Runs a task on the event loop of a session, with its live view, between two of its hooks.
     *
     * @return false when there is no such session; true promises nothing, it may end first
     */
    boolean onSession(long sessionId, Consumer<SessionView> task);

    /**
     * Whether this process only says whether its options make sense ({@code --check-config}): a plugin's start then opens
     * no port and touches no file of another process.
     */
    default boolean checksOnly() {
        return false;
    }

    /**
     * Asks every event loop for a sign of life: completes once each has run a task, and does not while one hangs. By
     * default complete at once: for where there are no event loops.
     */
    default CompletionStage<Void> pulse() {
        return CompletableFuture.completedFuture(null);
    }

    /** From now on sessions keep the beginnings of their statements, this many bytes, for {@link SessionInfo#statement}. */
    void showStatements(int bytes);

    /** Places where clients connect. */
    List<ListenerInfo> listeners();

    /** Tables that the proxy and its plugins have for the admin port. */
    List<AdminTable> tables();

    /** Statements that plugins have for the admin port. */
    List<AdminCommand> commands();

    /** All metrics as they stand. */
    List<MetricFamily> metrics();

    /** The last lines of the log, at most 1,000, oldest first. */
    List<LogLine> log();

    /** Opens log files anew, as SIGHUP does. */
    void reopenLogs();

    /**
     * Reads certificates, keys and files of users anew; a file that cannot be used leaves in force what was there. Not on
     * an event loop: it reads files.
     *
     * @return what went wrong, a sentence for each; empty when all is well
     */
    List<String> reload();

    /** Loaded plugins in the order of {@code --plugins}. */
    List<PluginInfo> plugins();

    /** All options with their values; values of secret ones are masked. */
    List<OptionInfo> options();

    /**
     * What {@link #set} would do.
     *
     * @throws IllegalArgumentException with a sentence for the operator: there is no such option, it takes no such value, or
     *     it cannot change while the proxy runs
     */
    OptionChange plan(String option, String value);

    /**
     * Changes an option until the process ends, or longer by {@link #saveConfiguration}; logged.
     *
     * @param by the operator's account
     * @throws IllegalArgumentException as {@link #plan}, or because who uses the option refuses the value; nothing has
     *     changed then
     */
    OptionChange set(String option, String value, String by);

    /**
     * Writes what was changed at run time, options and backends, to the file of {@code --saved-config}, which the next start
     * reads.
     *
     * @return the file
     * @throws IOException with the file's name and the reason
     */
    Path saveConfiguration() throws IOException;

    /**
     * Loads a plugin of the plugin folder and starts it, behind those that run; sessions meet its hooks with their next
     * command. Not on an event loop: it takes as long as the plugin's start. Its options come from the configuration files as
     * they are now.
     *
     * @throws StartException with a sentence for the operator; nothing has changed then
     */
    PluginInfo load(String plugin) throws StartException;

    /**
     * Stops a plugin and lets go of its classes. Sessions go on without it; one that is in the middle of a command ends that
     * command with it. Not on an event loop: it waits two seconds for such commands; the plugin stops by itself when the last
     * of longer ones has ended.
     *
     * @throws StartException when there is no such plugin, when it has listeners: these cannot be taken from their clients,
     *     when its scripts are in use, or when 16 plugins wait for long commands already
     */
    void unload(String plugin) throws StartException;

    /**
     * Does nothing when {@link #unload} and {@link #reload} are possible as things are: for who shows a plan before it is
     * carried out. Any thread.
     *
     * @throws StartException with the sentence with which they would refuse
     */
    default void checkUnload(String plugin) throws StartException {}

    /**
     * {@link #unload} and {@link #load} of the jar that is there now, in the same place of the order: the new instance starts
     * before the old one stops. Not on an event loop.
     *
     * @throws StartException as both; the old instance is at work then as before
     */
    PluginInfo reload(String plugin) throws StartException;

    /** Lets the hooks of a plugin work, or pass them by while it stays loaded; false when there is no such plugin. */
    boolean enable(String plugin, boolean enabled);

    /**
     * A session at one moment.
     *
     * @param id number in this process
     * @param listener the listener's name
     * @param client address of the client
     * @param user user name, empty before login
     * @param schema default schema, may be empty
     * @param backend address of the backend, may be empty
     * @param threadId the server's connection id, 0 if none
     * @param state one of the words that the manual lists (login, idle, running, ...)
     * @param command name of the command being run, or of the last one
     * @param seconds since the state began, to within a second
     * @param statement beginning of the statement that runs or ran last; empty unless somebody wants to see them
     * @param pinned why the session keeps its server connection for itself: a word of the manual, empty when it does not
     */
    record SessionInfo(
            long id,
            String listener,
            String client,
            String user,
            String schema,
            String backend,
            long threadId,
            String state,
            String command,
            long seconds,
            String statement,
            String pinned) {}

    /**
     * A loaded plugin.
     *
     * @param name its id
     * @param version its version
     * @param description what it says of itself
     * @param enabled whether its hooks are at work
     */
    record PluginInfo(String name, String version, String description, boolean enabled) {}

    /**
     * A place where clients connect.
     *
     * @param name as in session lists
     * @param kind {@code forwarding}, {@code local} or {@code relay}
     * @param address where it listens, with the port that it has got
     * @param group whose backends it uses, may be empty
     * @param sessions open now
     */
    record ListenerInfo(String name, String kind, String address, String group, int sessions) {}

    /**
     * A line of the log.
     *
     * @param time when
     * @param level as in {@code --log-level}
     * @param text without time and level
     */
    record LogLine(Instant time, String level, String text) {}

    /**
     * A change of an option; values of secret ones are masked.
     *
     * @param option its name
     * @param from the value now, empty when there is none
     * @param to the value wanted
     * @param effect from when it holds, a sentence
     */
    record OptionChange(String option, String from, String to, String effect) {}

    /**
     * An option.
     *
     * @param name without dashes
     * @param value as text, empty when there is none
     * @param source where the value came from
     * @param changeable whether {@link #set} can change it
     */
    record OptionInfo(String name, String value, String source, boolean changeable) {}
}
