package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.plugin.admin.sql.Catalog;
import dev.mysqlproxy.plugin.admin.sql.Like;
import dev.mysqlproxy.plugin.admin.sql.SqlException;
import dev.mysqlproxy.plugin.admin.sql.Token;
import dev.mysqlproxy.plugin.admin.table.ColumnTypes;
import dev.mysqlproxy.plugin.admin.table.Tables;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The statements by which clients and people look around: schemas, tables, columns. */
final class ShowStatements {

    private static final String COLLATION = "utf8mb4_general_ci";

    /** A table that a statement names, and what stands behind the name. */
    private record Named(String schema, AdminTable table, List<Token> rest) {}

    private final Tables tables;

    ShowStatements(Tables tables) {
        this.tables = tables;
    }

    List<Statement> all() {
        return List.of(
                Statement.hidden("SHOW {DATABASES | SCHEMAS} ...", ShowStatements::schemas),
                Statement.hiddenLook("SHOW [EXTENDED] [FULL] TABLES ...", this::tables),
                Statement.hiddenLook("SHOW TABLE STATUS ...", this::status),
                Statement.hiddenLook(
                        "SHOW [EXTENDED] [FULL] {COLUMNS | FIELDS} {FROM | IN} ...",
                        request -> columns(request, !request.match().value(1).isEmpty())),
                Statement.hiddenLook("{DESCRIBE | DESC | EXPLAIN} <name> ...", this::describe),
                Statement.hiddenLook("SHOW CREATE {TABLE | VIEW} ...", this::createTable),
                Statement.hidden("SHOW CREATE {DATABASE | SCHEMA} ...", request -> createSchema()),
                Statement.hidden(
                        "SHOW {INDEX | INDEXES | KEYS} ...",
                        nothing("Table Non_unique Key_name Seq_in_index"
                                + " Column_name Collation Cardinality Sub_part Packed Null Index_type Comment Index_comment"
                                + " Visible Expression")),
                Statement.hidden("SHOW {WARNINGS | ERRORS} ...", nothing("Level Code Message")),
                Statement.hidden(
                        "SHOW COUNT ( * ) {WARNINGS | ERRORS}", request -> one("@@session.warning_count", "0")),
                Statement.hidden(
                        "SHOW [STORAGE] ENGINES",
                        request -> row(
                                "Engine Support Comment Transactions XA Savepoints",
                                "MEMORY",
                                "DEFAULT",
                                "Live state of the proxy",
                                "NO",
                                "NO",
                                "NO")),
                Statement.hidden(
                        "SHOW {CHARSET | CHARACTER} ...",
                        request -> row(
                                "Charset Description Default collation Maxlen"
                                        .replace("Default collation", "Default_collation"),
                                "utf8mb4",
                                "UTF-8 Unicode",
                                COLLATION,
                                "4")),
                Statement.hidden(
                        "SHOW GRANTS ...",
                        request -> one(
                                "Grants for " + request.by(),
                                "GRANT SELECT ON *.* TO '" + request.by().replace("@", "'@'") + "'")),
                Statement.hidden("SHOW PRIVILEGES", nothing("Privilege Context Comment")),
                Statement.hidden(
                        "SHOW [FULL] TRIGGERS ...",
                        nothing("Trigger Event Table Statement Timing Created sql_mode"
                                + " Definer character_set_client collation_connection Database_Collation")),
                Statement.hidden(
                        "SHOW EVENTS ...",
                        nothing("Db Name Definer Time_zone Type Execute_at Interval_value"
                                + " Interval_field Starts Ends Status Originator character_set_client collation_connection"
                                + " Database_Collation")),
                Statement.hidden(
                        "SHOW {PROCEDURE | FUNCTION} STATUS ...",
                        nothing(
                                "Db Name Type Definer Modified Created"
                                        + " Security_type Comment character_set_client collation_connection Database_Collation")),
                Statement.hidden("SHOW OPEN TABLES ...", nothing("Database Table In_use Name_locked")),
                Statement.hidden("SHOW {REPLICA | SLAVE} STATUS ...", nothing("Replica_IO_State Source_Host")),
                Statement.hidden("SHOW {REPLICAS | SLAVE} ...", nothing("Server_Id Host Port Source_Id Replica_UUID")),
                Statement.hidden("SHOW ENGINE <name> ...", nothing("Type Name Status")),
                Statement.hidden("SHOW {MASTER | BINARY} ...", nothing("File Position Binlog_Do_DB Binlog_Ignore_DB")),
                Statement.hidden("SHOW PROFILES", nothing("Query_ID Duration Query")));
    }

    private static Statement.Look nothing(String columns) {
        Reply none = new Reply.ResultSet(
                Arrays.stream(columns.split(" ")).map(Reply.Column::text).toList(), List.of());
        return request -> none;
    }

    private static Reply one(String column, String value) {
        return new Reply.ResultSet(List.of(Reply.Column.text(column)), List.of(List.of(value)));
    }

    private static Reply row(String columns, String... values) {
        return new Reply.ResultSet(
                Arrays.stream(columns.split(" "))
                        .map(name -> Reply.Column.text(name.replace('_', name.startsWith("Default_") ? ' ' : '_')))
                        .toList(),
                List.of(List.of(values)));
    }

    private static Reply schemas(Statement.Request request) {
        List<List<String>> rows = List.of(Catalog.INFORMATION_SCHEMA, Catalog.SCHEMA).stream()
                .filter(schema -> Like.wanted(schema, request.match().rest()))
                .map(List::of)
                .toList();
        return new Reply.ResultSet(List.of(Reply.Column.text("Database")), rows);
    }

    private static Reply createSchema() {
        return row("Database Create", Catalog.SCHEMA, "CREATE DATABASE `" + Catalog.SCHEMA + "`");
    }

    /** The schema behind FROM or IN, else the session's. */
    private static String schema(Statement.Request request, List<Token> rest) {
        boolean named =
                rest.size() > 1 && (rest.get(0).is("FROM") || rest.get(0).is("IN"));
        return named ? rest.get(1).text().toLowerCase(Locale.ROOT) : Selects.schema(request);
    }

    private static List<Token> condition(List<Token> rest) {
        boolean named =
                rest.size() > 1 && (rest.get(0).is("FROM") || rest.get(0).is("IN"));
        return named ? rest.subList(2, rest.size()) : rest;
    }

    private Reply tables(Statement.Request request) {
        List<Token> rest = request.match().rest();
        String schema = schema(request, rest);
        boolean full = !request.match().value(1).isEmpty();
        String type = schema.equals(Catalog.INFORMATION_SCHEMA) ? "SYSTEM VIEW" : "BASE TABLE";
        List<Token> condition = condition(rest);
        List<List<String>> rows = tables.of(schema).stream()
                .map(AdminTable::name)
                .filter(name -> Like.wanted(name, condition) || full && Like.wanted(type, condition))
                .sorted()
                .map(name -> full ? List.of(name, type) : List.of(name))
                .toList();
        Reply.Column column = Reply.Column.text("Tables_in_" + schema);
        return new Reply.ResultSet(full ? List.of(column, Reply.Column.text("Table_type")) : List.of(column), rows);
    }

    private Reply status(Statement.Request request) {
        List<Token> rest = request.match().rest();
        String columns = "Name Engine Version Row_format Rows Avg_row_length Data_length Max_data_length Index_length"
                + " Data_free Auto_increment Create_time Update_time Check_time Collation Checksum Create_options Comment";
        List<List<String>> rows = tables.of(schema(request, rest)).stream()
                .filter(table -> Like.wanted(table.name(), condition(rest)))
                .map(table -> Arrays.asList(
                        table.name(),
                        "MEMORY",
                        "10",
                        "Fixed",
                        null,
                        "0",
                        "0",
                        "0",
                        "0",
                        "0",
                        null,
                        null,
                        null,
                        null,
                        COLLATION,
                        null,
                        "",
                        table.comment()))
                .toList();
        return new Reply.ResultSet(
                Arrays.stream(columns.split(" ")).map(Reply.Column::text).toList(), rows);
    }

    /** Reads {@code [schema .] table [FROM schema]}. */
    private Named named(Statement.Request request, List<Token> tokens) throws SqlException {
        if (tokens.isEmpty()) {
            throw SqlException.syntax("", "the name of a table is missing");
        }
        String schema = Selects.schema(request);
        String name = tokens.get(0).text();
        int at = 1;
        if (tokens.size() > 2 && tokens.get(1).is(".")) {
            schema = name;
            name = tokens.get(2).text();
            at = 3;
        }
        if (tokens.size() > at + 1
                && (tokens.get(at).is("FROM") || tokens.get(at).is("IN"))) {
            schema = tokens.get(at + 1).text();
            at += 2;
        }
        return new Named(schema, Selects.find(tables, schema, name), tokens.subList(at, tokens.size()));
    }

    private Reply describe(Statement.Request request) throws SqlException {
        List<Token> tokens = Statements.tokens(request.sql());
        return columns(named(request, tokens.subList(1, tokens.size())), false);
    }

    private Reply columns(Statement.Request request, boolean full) throws SqlException {
        return columns(named(request, request.match().rest()), full);
    }

    private static Reply columns(Named named, boolean full) {
        String columns = full
                ? "Field Type Collation Null Key Default Extra Privileges Comment"
                : "Field Type Null Key Default Extra";
        List<List<String>> rows = named.table().columns().stream()
                .filter(column -> Like.wanted(column.name(), named.rest()))
                .map(column -> full ? fullRow(column) : shortRow(column))
                .toList();
        return new Reply.ResultSet(
                Arrays.stream(columns.split(" ")).map(Reply.Column::text).toList(), rows);
    }

    private static List<String> shortRow(AdminTable.Column column) {
        return Arrays.asList(column.name(), ColumnTypes.columnType(column.type()), "YES", "", null, "");
    }

    private static List<String> fullRow(AdminTable.Column column) {
        String collation = column.type() == AdminTable.Type.TEXT ? COLLATION : null;
        return Arrays.asList(
                column.name(),
                ColumnTypes.columnType(column.type()),
                collation,
                "YES",
                "",
                null,
                "",
                "select",
                column.comment());
    }

    private Reply createTable(Statement.Request request) throws SqlException {
        AdminTable table = named(request, request.match().rest()).table();
        String columns = table.columns().stream()
                .map(column -> "  `" + column.name() + "` " + ColumnTypes.columnType(column.type()) + " COMMENT '"
                        + column.comment().replace("'", "''") + "'")
                .collect(Collectors.joining(",\n"));
        return new Reply.ResultSet(
                List.of(Reply.Column.text("Table"), Reply.Column.text("Create Table")),
                List.of(List.of(
                        table.name(),
                        "CREATE TABLE `" + table.name() + "` (\n" + columns + "\n) ENGINE=MEMORY COMMENT='"
                                + table.comment().replace("'", "''") + "'")));
    }
}
