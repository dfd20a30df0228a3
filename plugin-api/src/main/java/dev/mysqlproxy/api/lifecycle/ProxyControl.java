package dev.mysqlproxy.api.lifecycle;

import java.util.List;

/** The running process, as an operator sees it. Any thread. */
public interface ProxyControl {

    /** Version of the proxy. */
    String version();

    /** Sessions open now. */
    List<SessionInfo> sessions();

    /** Ends a session with an error to its client; false when there is none with this number. */
    boolean kill(long sessionId);

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
            long seconds) {}

    /** A loaded plugin: name, version, and what it says of itself. */
    record PluginInfo(String name, String version, String description) {}

    /** An option: name, value as text (empty when none), and where the value came from. */
    record OptionInfo(String name, String value, String source) {}
}
