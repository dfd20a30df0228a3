package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.view.ResultView.Column;
import dev.mysqlproxy.core.hook.HookChain.RowVerdict;
import dev.mysqlproxy.protocol.message.ColumnDefinition;
import java.util.ArrayList;
import java.util.List;

/** Columns as servers describe them, as hooks see them, and as clients are shown them. */
final class ShownColumns {

    private static final int NOT_FIXED = 31;
    private static final int LEAST_LENGTH = 1024;

    private ShownColumns() {}

    /** For hooks. */
    static List<Column> views(List<ColumnDefinition> columns) {
        List<Column> views = new ArrayList<>(columns.size());
        for (ColumnDefinition column : columns) {
            views.add(view(column));
        }
        return views;
    }

    private static Column view(ColumnDefinition column) {
        return new Column(
                column.name(),
                column.orgName(),
                column.table(),
                column.orgTable(),
                column.schema(),
                column.type(),
                column.characterSet(),
                column.flags());
    }

    /**
     * For clients: what the last of the hooks says. A column that none has changed is the very object it was.
     *
     * @param columns as the server described them
     * @param views the same, as the first hook has seen them
     */
    static List<ColumnDefinition> shown(List<ColumnDefinition> columns, List<Column> views, List<RowVerdict> verdicts) {
        if (verdicts.isEmpty()) {
            return columns;
        }
        List<Column> wanted = verdicts.get(verdicts.size() - 1).decision().columns();
        List<ColumnDefinition> shown = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            ColumnDefinition column = columns.get(i);
            shown.add(wanted.get(i).equals(views.get(i)) ? column : changed(column, wanted.get(i)));
        }
        return shown;
    }

    private static ColumnDefinition changed(ColumnDefinition from, Column to) {
        boolean alike = to.type() == from.type();
        return new ColumnDefinition(
                to.schema(),
                to.table(),
                to.orgTable(),
                to.name(),
                to.orgName(),
                to.characterSet(),
                alike ? from.length() : Math.max(from.length(), LEAST_LENGTH),
                to.type(),
                to.flags(),
                alike ? from.decimals() : NOT_FIXED);
    }

    /** Whether values of all columns are of the same types. */
    static boolean sameTypes(List<ColumnDefinition> some, List<ColumnDefinition> others) {
        if (some.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < some.size(); i++) {
            if (some.get(i).type() != others.get(i).type()) {
                return false;
            }
        }
        return true;
    }
}
