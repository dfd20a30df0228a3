package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.plugin.admin.sql.SqlException;
import java.util.Arrays;
import java.util.List;

/**
 * What a statement would change, and the way to do it.
 *
 * @param steps what EXPLAIN shows
 * @param action does it, and logs who wanted it
 */
record Change(List<Step> steps, Action action) {

    /**
     * One of the things that change.
     *
     * @param what changes
     * @param from what it is now; null when there is nothing
     * @param to what it would be; null when there would be nothing
     * @param effect when that shows, and how long it lasts
     */
    record Step(String what, String from, String to, String effect) {}

    /** Does it. */
    @FunctionalInterface
    interface Action {
        Reply run() throws SqlException;
    }

    Change {
        steps = List.copyOf(steps);
    }

    static Change of(Step step, Action action) {
        return new Change(List.of(step), action);
    }

    /** The answer to EXPLAIN. */
    Reply explained() {
        List<Reply.Column> columns = List.of(
                Reply.Column.text("change"),
                Reply.Column.text("from"),
                Reply.Column.text("to"),
                Reply.Column.text("effect"));
        return new Reply.ResultSet(
                columns,
                steps.stream()
                        .map(step -> Arrays.asList(step.what(), step.from(), step.to(), step.effect()))
                        .toList());
    }
}
