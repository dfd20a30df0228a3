package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.plugin.admin.engine.Engine;
import dev.mysqlproxy.plugin.admin.engine.EngineException;
import dev.mysqlproxy.plugin.admin.engine.EngineResult;
import dev.mysqlproxy.plugin.admin.engine.EngineTable;
import dev.mysqlproxy.plugin.admin.sql.Catalog;
import dev.mysqlproxy.plugin.admin.sql.Near;
import dev.mysqlproxy.plugin.admin.sql.Select;
import dev.mysqlproxy.plugin.admin.sql.SelectWriter;
import dev.mysqlproxy.plugin.admin.sql.SqlException;
import dev.mysqlproxy.plugin.admin.sql.Syntax;
import dev.mysqlproxy.plugin.admin.sql.Token;
import dev.mysqlproxy.plugin.admin.table.ColumnTypes;
import dev.mysqlproxy.plugin.admin.table.TableRows;
import dev.mysqlproxy.plugin.admin.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Answers SELECT: constants and whole tables by itself, everything else by the SQL engine.
 */
final class Selects {

    private static final Syntax WHOLE_TABLE = new Syntax("SELECT * FROM <name>");
    private static final Syntax WHOLE_TABLE_OF = new Syntax("SELECT * FROM <name> ...");

    private final Tables tables;
    private final Variables variables;
    private final Engine engine;
    private final IntSupplier maxRows;

    Selects(Tables tables, Variables variables, Engine engine, IntSupplier maxRows) {
        this.tables = tables;
        this.variables = variables;
        this.engine = engine;
        this.maxRows = maxRows;
    }

    List<Statement> all() {
        return List.of(
                Statement.hiddenLook("SELECT ...", this::select),
                Statement.hiddenLook("WITH ...", this::select),
                Statement.hiddenLook("( ...", this::select));
    }

    private Reply select(Statement.Request request) throws SqlException {
        List<Token> tokens = Statements.tokens(request.sql());
        if (tokens.get(0).is("SELECT")) {
            Optional<Reply> constant = ConstantSelect.answer(variables, request.asker(), request.sql(), tokens);
            if (constant.isPresent()) {
                return constant.get();
            }
            Limit.Cut cut = Limit.cutOff(tokens);
            Optional<Syntax.Match> whole = WHOLE_TABLE.match(cut.tokens());
            if (whole.isPresent()) {
                return wholeTable(schema(request), whole.get().value(0), cut.limit());
            }
            Optional<Syntax.Match> wholeOf = WHOLE_TABLE_OF.match(cut.tokens());
            if (wholeOf.isPresent() && isQualified(wholeOf.get().rest())) {
                String name = wholeOf.get().rest().get(1).text();
                return wholeTable(wholeOf.get().value(0), name, cut.limit());
            }
        }
        if (!Select.isSelect(tokens)) {
            return Errors.UNKNOWN_STATEMENT;
        }
        Catalog catalog = new SessionCatalog(tables, variables, request.asker());
        return byEngine(SelectWriter.write(request.sql(), tokens, catalog), catalog);
    }

    private static boolean isQualified(List<Token> rest) {
        return rest.size() == 2
                && rest.get(0).is(".")
                && (rest.get(1).sort() == Token.Sort.WORD || rest.get(1).sort() == Token.Sort.QUOTED);
    }

    /** Where a name without a schema is looked for. */
    static String schema(Statement.Request request) {
        return schema(request.asker().schema());
    }

    /** The same of a session with this default schema: other servers' schemas count as the one there is. */
    static String schema(Optional<String> used) {
        return used.filter(Catalog.INFORMATION_SCHEMA::equalsIgnoreCase).isPresent()
                ? Catalog.INFORMATION_SCHEMA
                : Catalog.SCHEMA;
    }

    private Reply wholeTable(String schema, String name, Optional<Limit> limit) throws SqlException {
        return TableRows.of(
                find(tables, schema, name),
                limit.map(Limit::offset).orElse(0L),
                limit.map(Limit::count).orElse(Long.MAX_VALUE),
                maxRows.getAsInt());
    }

    /** A table that is there. */
    static AdminTable find(Tables tables, String schema, String name) throws SqlException {
        String key = schema.toLowerCase(Locale.ROOT);
        Optional<AdminTable> table = tables.find(key, name.toLowerCase(Locale.ROOT));
        if (table.isEmpty()) {
            String near = Near.hint(
                    name, tables.of(key).stream().map(AdminTable::name).toList());
            throw Errors.noTable(
                    schema,
                    name,
                    near.isEmpty() ? "; SHOW TABLES lists those there are, 'SELECT * FROM help' the statements" : near);
        }
        return table.get();
    }

    private Reply byEngine(Select select, Catalog catalog) throws SqlException {
        List<EngineTable> filled = new ArrayList<>();
        for (Select.Table table : select.tables()) {
            boolean described = table.schema().equals(Catalog.INFORMATION_SCHEMA);
            Optional<AdminTable> found = tables.find(table.schema(), table.name());
            found.ifPresent(rows ->
                    filled.add(new EngineTable(described ? Select.ENGINE_INFORMATION_SCHEMA : table.schema(), rows)));
            boolean taken = select.tables().contains(new Select.Table(Catalog.SCHEMA, table.name()));
            if (described && !taken && catalog.schema().equals(Catalog.INFORMATION_SCHEMA)) {
                // the engine looks for names without a schema always in the same one
                found.ifPresent(rows -> filled.add(new EngineTable(Catalog.SCHEMA, rows)));
            }
        }
        try {
            return reply(engine.query(filled, select.sql()));
        } catch (EngineException e) {
            throw EngineErrors.of(e, select, catalog);
        }
    }

    private static Reply reply(EngineResult result) {
        return new Reply.ResultSet(
                result.columns().stream()
                        .map(column -> new Reply.Column(column.name(), ColumnTypes.ofJdbc(column.type())))
                        .toList(),
                result.rows());
    }
}
