package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.SessionView;

/**
 * One statement that the admin listener understands.
 *
 * @param syntax its form
 * @param description its line in the help; empty for one that only clients send by themselves
 * @param action its answer
 * @param slow whether that takes a while
 */
record Statement(Syntax syntax, String description, Action action, boolean slow) {

    /** Answers a statement. On the session's event loop, where it must not block, unless it is slow. */
    @FunctionalInterface
    interface Action {
        Reply run(Request request);
    }

    /**
     * A statement to answer.
     *
     * @param session whose it is
     * @param sql all of it
     * @param match how it fits its syntax
     */
    record Request(SessionView session, String sql, Syntax.Match match) {}

    static Statement shown(String syntax, String description, Action action) {
        return new Statement(new Syntax(syntax), description, action, false);
    }

    /** One that reads files, for example. */
    static Statement slow(String syntax, String description, Action action) {
        return new Statement(new Syntax(syntax), description, action, true);
    }

    static Statement hidden(String syntax, Action action) {
        return new Statement(new Syntax(syntax), "", action, false);
    }

    boolean isShown() {
        return !description.isEmpty();
    }
}
