package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.admin.AdminCommand.Role;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.plugin.admin.sql.SqlException;
import dev.mysqlproxy.plugin.admin.sql.Syntax;

/**
 * One statement that the admin listener understands.
 *
 * @param syntax its form
 * @param description its line in the help; empty for one that only clients send by themselves
 * @param role who may give it
 * @param action its answer
 * @param quick whether that may be had on an event loop: it asks nobody for anything
 */
record Statement(Syntax syntax, String description, Role role, Action action, boolean quick) {

    /** Answers a statement. Any thread. */
    sealed interface Action {}

    /** One that looks at something. */
    @FunctionalInterface
    non-sealed interface Look extends Action {
        Reply run(Request request) throws SqlException;
    }

    /** One that changes something, and can say what before it does. */
    @FunctionalInterface
    non-sealed interface Order extends Action {
        Change plan(Request request) throws SqlException;
    }

    /**
     * A statement to answer.
     *
     * @param asker whose it is
     * @param sql all of it
     * @param match how it fits its syntax
     */
    record Request(Asker asker, String sql, Syntax.Match match) {

        /** {@code user@host} of who gives it. */
        String by() {
            return asker.account();
        }

        SessionView session() {
            return asker.session();
        }
    }

    static Statement shown(String syntax, String description, Look look) {
        return new Statement(new Syntax(syntax), description, Role.READER, look, false);
    }

    static Statement order(String syntax, String description, Role role, Order order) {
        return new Statement(new Syntax(syntax), description, role, order, false);
    }

    /** What clients send by themselves. */
    static Statement hidden(String syntax, Look look) {
        return new Statement(new Syntax(syntax), "", Role.READER, look, true);
    }

    /** The same, when the answer takes a look at the proxy. */
    static Statement hiddenLook(String syntax, Look look) {
        return new Statement(new Syntax(syntax), "", Role.READER, look, false);
    }

    /** Not in the help, and an order all the same. */
    static Statement hiddenOrder(String syntax, Role role, Order order) {
        return new Statement(new Syntax(syntax), "", role, order, false);
    }

    boolean isShown() {
        return !description.isEmpty();
    }
}
