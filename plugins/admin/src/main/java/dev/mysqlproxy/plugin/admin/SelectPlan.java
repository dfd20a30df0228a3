package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.plugin.admin.sql.Select;
import dev.mysqlproxy.plugin.admin.sql.SelectWriter;
import dev.mysqlproxy.plugin.admin.sql.SqlException;
import dev.mysqlproxy.plugin.admin.sql.Token;
import dev.mysqlproxy.plugin.admin.table.Tables;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * EXPLAIN of a SELECT, in the columns of MySQL's: which tables the engine would be given, which it always is as a whole. The
 * SELECT is looked at and not run.
 */
final class SelectPlan {

    private static final String COLUMNS =
            "id select_type table partitions type possible_keys key key_len ref rows filtered Extra";

    private final Tables tables;
    private final Variables variables;

    SelectPlan(Tables tables, Variables variables) {
        this.tables = tables;
        this.variables = variables;
    }

    Statement statement() {
        return Statement.hiddenLook(
                "{EXPLAIN | DESCRIBE | DESC} {SELECT | WITH | FORMAT | ANALYZE | EXTENDED} ...", this::explain);
    }

    private Reply explain(Statement.Request request) throws SqlException {
        List<Token> tokens = Statements.tokens(request.sql());
        boolean extended = tokens.get(1).is("EXTENDED");
        List<Token> select = tokens.subList(extended ? 2 : 1, tokens.size());
        if (!Select.isSelect(select)) {
            return Errors.own("EXPLAIN of a SELECT has one form here, a table: leave FORMAT and ANALYZE out");
        }
        SessionCatalog catalog = new SessionCatalog(tables, variables, request.asker());
        Select written = SelectWriter.write(request.sql(), select, catalog);
        List<List<String>> rows = written.tables().stream()
                .sorted(Comparator.comparing(Select.Table::schema).thenComparing(Select.Table::name))
                .map(table -> row(table.name(), "ALL", "Live; read as a whole"))
                .toList();
        return new Reply.ResultSet(
                Arrays.stream(COLUMNS.split(" ")).map(Reply.Column::text).toList(),
                rows.isEmpty() ? List.of(row(null, null, "No tables used")) : rows);
    }

    private static List<String> row(String table, String type, String extra) {
        return Arrays.asList("1", "SIMPLE", table, null, type, null, null, null, null, null, null, extra);
    }
}
