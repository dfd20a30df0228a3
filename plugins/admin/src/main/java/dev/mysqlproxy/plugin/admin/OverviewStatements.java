package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.plugin.admin.sql.Catalog;
import dev.mysqlproxy.plugin.admin.table.ProxyTables.HelpLine;
import dev.mysqlproxy.plugin.admin.table.TableRows;
import dev.mysqlproxy.plugin.admin.table.Tables;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;

/** What an operator can look at without the SQL engine: MySQL Proxy's two statements, and each table under SHOW. */
final class OverviewStatements {

    /** Columns, names, types and order of MySQL Proxy's admin script. */
    static final Table<BackendView> BACKENDS = Table.<BackendView>empty()
            .smallNumber("backend_ndx", BackendView::index)
            .text("address", BackendView::address)
            .text("state", backend -> lowerCase(backend.state()))
            .text("type", backend -> lowerCase(backend.type()))
            .text("uuid", backend -> backend.uuid().orElse(null))
            .smallNumber("connected_clients", BackendView::connectedClients);

    /** The same of its help. */
    private static final Table<HelpLine> HELP =
            Table.<HelpLine>empty().text("command", HelpLine::command).text("description", HelpLine::description);

    private static final String SHOW =
            "SHOW {BACKENDS | POOLS | SESSIONS | LISTENERS | PLUGINS | OPTIONS | METRICS | LOG | HELP | VERSION}";

    private final Backends backends;
    private final Tables tables;
    private final IntSupplier maxRows;
    private final Help help;

    OverviewStatements(Backends backends, Tables tables, IntSupplier maxRows, Help help) {
        this.backends = backends;
        this.tables = tables;
        this.maxRows = maxRows;
        this.help = help;
    }

    List<Statement> all() {
        return List.of(
                quick("SELECT * FROM help", "shows this help", request -> HELP.resultSet(help.lines())),
                quick(
                        "SELECT * FROM backends",
                        "lists the backends and their state",
                        BACKENDS.showing(backends::snapshot)),
                Statement.shown(
                        SHOW,
                        "shows all of a table",
                        request -> TableRows.of(
                                Selects.find(
                                        tables,
                                        Catalog.SCHEMA,
                                        request.match().value(0).toLowerCase(Locale.ROOT)),
                                0,
                                Long.MAX_VALUE,
                                maxRows.getAsInt())));
    }

    private static Statement quick(String syntax, String description, Statement.Look look) {
        Statement shown = Statement.shown(syntax, description, look);
        return new Statement(shown.syntax(), description, shown.role(), look, true);
    }

    private static String lowerCase(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
