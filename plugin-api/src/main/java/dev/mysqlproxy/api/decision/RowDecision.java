package dev.mysqlproxy.api.decision;

import dev.mysqlproxy.api.view.ResultView;
import java.util.List;
import java.util.Objects;

/** What to do with the rows of a result set. */
public sealed interface RowDecision {

    /** Rows and columns pass as they are. */
    record Pass() implements RowDecision {
        private static final Pass INSTANCE = new Pass();
    }

    /**
     * Each row goes through a transformer.
     *
     * @param columns what the client is shown as the columns, as many as there are; a changed type is what values are
     *     then written as in the binary protocol (MYSQL_TYPE_VAR_STRING, 253, takes any text)
     * @param rows made for this result set alone
     */
    record Transform(List<ResultView.Column> columns, RowTransformer rows) implements RowDecision {
        public Transform {
            columns = List.copyOf(columns);
            Objects.requireNonNull(rows, "rows");
        }
    }

    /** Looks at each row of a result set, in order, on the session's event loop. Must not block. */
    @FunctionalInterface
    interface RowTransformer {

        /**
         * A row. What this throws ends the result with an error, since half of it is with the client already; so does a row
         * longer than {@code --max-hook-packet}, and a value that its column's type does not have.
         *
         * @param values one for each column: the bytes of the text protocol, or null for NULL; the list may be changed
         *     in place, not its arrays, and is valid until this returns. Values are decoded when they are asked for, and
         *     those that stay the same arrays go to the client as the server sent them.
         * @return the values for the client, as many as there are columns; null to leave the row out
         */
        List<byte[]> onRow(List<byte[]> values);

        /** The result set is over, to its end or not. */
        default void onEnd() {}
    }

    /** See {@link Pass}. */
    static RowDecision pass() {
        return Pass.INSTANCE;
    }

    /** See {@link Transform}. */
    static RowDecision transform(List<ResultView.Column> columns, RowTransformer rows) {
        return new Transform(columns, rows);
    }
}
