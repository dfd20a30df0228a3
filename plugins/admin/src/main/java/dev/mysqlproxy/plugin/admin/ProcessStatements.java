package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.admin.AdminCommand.Role;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.plugin.admin.sql.Catalog;
import dev.mysqlproxy.plugin.admin.sql.Near;
import dev.mysqlproxy.plugin.admin.sql.SqlException;
import dev.mysqlproxy.plugin.admin.sql.Token;
import dev.mysqlproxy.plugin.admin.table.Tables;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator can order about the process: options, plugins, logs, files, tables. */
final class ProcessStatements {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessStatements.class);

    private static final String RELOAD = "reads certificates, keys and files of users anew";
    private static final String SET_OPTION = "SET OPTION <name> = <value>";

    /** Does something with a plugin. */
    @FunctionalInterface
    private interface PluginAction {
        void run(String plugin) throws StartException, SqlException;
    }

    private final ProxyControl control;
    private final Tables tables;

    ProcessStatements(ProxyControl control, Tables tables) {
        this.control = control;
        this.tables = tables;
    }

    List<Statement> all() {
        return List.of(
                Statement.order(SET_OPTION, "changes an option while the proxy runs", Role.ADMIN, this::setOption),
                Statement.order("SET GLOBAL <name> = <value>", "the same", Role.ADMIN, this::setGlobal),
                Statement.order(
                        "SAVE CONFIG",
                        "writes options and backends that were changed to the file of --saved-config",
                        Role.ADMIN,
                        this::save),
                Statement.order(
                        "PLUGIN {LOAD | UNLOAD | RELOAD | ENABLE | DISABLE} <name>",
                        "loads a plugin, takes it out, changes its jar, or lets its hooks work or rest",
                        Role.ADMIN,
                        this::plugin),
                Statement.order("LOGS ROTATE", "opens log files anew, as SIGHUP does", Role.OPERATOR, this::logs),
                Statement.order("FLUSH LOGS", "the same", Role.OPERATOR, this::logs),
                Statement.order("ALTER INSTANCE RELOAD TLS", RELOAD, Role.OPERATOR, this::reload),
                Statement.order("RELOAD", "the same", Role.OPERATOR, this::reload),
                Statement.order(
                        "DELETE FROM <name>", "empties a table that can be emptied", Role.OPERATOR, this::clear),
                Statement.order("TRUNCATE [TABLE] <name>", "the same", Role.OPERATOR, request -> clear(request, 1)));
    }

    List<Statement> mistakes() {
        return List.of(
                Statement.hidden("SET OPTION ...", request -> Errors.own("the statement is: " + SET_OPTION)),
                Statement.hidden(
                        "{DELETE | TRUNCATE} ...",
                        request -> Errors.own("the statement is: DELETE FROM <table>; it empties the table, and has no"
                                + " WHERE and no schema")),
                Statement.hidden(
                        "PLUGIN ...",
                        request -> Errors.own(
                                "the statement is: PLUGIN {LOAD | UNLOAD | RELOAD | ENABLE | DISABLE} <name>")));
    }

    private Change setOption(Statement.Request request) throws SqlException {
        return set(request, request.match().value(0));
    }

    /** MySQL's names have underscores. */
    private Change setGlobal(Statement.Request request) throws SqlException {
        String name = request.match().value(0).replace('_', '-');
        boolean known =
                control.options().stream().anyMatch(option -> option.name().equals(name));
        if (!known) {
            throw new SqlException(
                    1193, "HY000", "Unknown system variable '" + request.match().value(0) + "'" + nearOption(name));
        }
        return set(request, name);
    }

    private String nearOption(String name) {
        return Near.hint(
                name,
                control.options().stream().map(ProxyControl.OptionInfo::name).toList());
    }

    private Change set(Statement.Request request, String written) throws SqlException {
        String name = written.startsWith("--") ? written.substring(2) : written;
        String value = value(request);
        ProxyControl.OptionChange plan;
        try {
            plan = control.plan(name, value);
        } catch (IllegalArgumentException e) {
            throw Errors.failed(e.getMessage());
        }
        return Change.of(new Change.Step("option " + plan.option(), plan.from(), plan.to(), plan.effect()), () -> {
            try {
                control.set(name, value, request.by());
                return new Reply.Ok(1, 0, 0, "");
            } catch (IllegalArgumentException e) {
                throw Errors.failed(e.getMessage());
            }
        });
    }

    /** A text in quotes without them, anything else as it was written. */
    private static String value(Statement.Request request) {
        List<Token> rest = request.match().rest();
        return rest.size() == 1
                ? rest.get(0).text()
                : request.sql()
                        .substring(
                                rest.get(0).start(), rest.get(rest.size() - 1).end());
    }

    private Change save(Statement.Request request) {
        return Change.of(new Change.Step("configuration", null, "--saved-config", "read by the next start"), () -> {
            try {
                String file = control.saveConfiguration().toString();
                OperatorLog.of(LOG)
                        .addKeyValue("file", file)
                        .addKeyValue("by", request.by())
                        .log("an operator has saved the configuration");
                return new Reply.ResultSet(List.of(Reply.Column.text("saved_to")), List.of(List.of(file)));
            } catch (IOException | IllegalStateException | UnsupportedOperationException e) {
                throw Errors.failed("the configuration cannot be saved: " + e.getMessage());
            }
        });
    }

    private Change plugin(Statement.Request request) throws SqlException {
        String verb = request.match().value(0);
        String name = request.match().value(1);
        boolean loaded =
                control.plugins().stream().anyMatch(plugin -> plugin.name().equals(name));
        if (loaded == verb.equals("LOAD")) {
            throw Errors.failed(
                    loaded
                            ? "plugin '" + name + "' is loaded already; PLUGIN RELOAD takes its jar anew"
                            : "plugin '" + name + "' is not loaded"
                                    + Near.hint(
                                            name,
                                            control.plugins().stream()
                                                    .map(ProxyControl.PluginInfo::name)
                                                    .toList()));
        }
        if (verb.equals("UNLOAD") || verb.equals("RELOAD")) {
            // a plan that is shown must be one that can be carried out
            requireUnloadable(name);
        }
        return switch (verb) {
            case "LOAD" ->
                plugin(request, null, "loaded", "its hooks work from each session's next command", control::load);
            case "UNLOAD" -> plugin(request, "loaded", null, "sessions go on without it", control::unload);
            case "RELOAD" ->
                plugin(
                        request,
                        "loaded",
                        "loaded anew",
                        "sessions meet the new one with their next command",
                        control::reload);
            case "ENABLE" ->
                plugin(request, enabled(name), "enabled", "its hooks work", plugin -> enable(plugin, true));
            default ->
                plugin(request, enabled(name), "disabled", "its hooks are passed by", plugin -> enable(plugin, false));
        };
    }

    private void requireUnloadable(String name) throws SqlException {
        try {
            control.checkUnload(name);
        } catch (StartException e) {
            throw Errors.failed(e.getMessage());
        }
    }

    private String enabled(String name) {
        boolean enabled =
                control.plugins().stream().anyMatch(plugin -> plugin.name().equals(name) && plugin.enabled());
        return enabled ? "enabled" : "disabled";
    }

    private void enable(String plugin, boolean enabled) throws SqlException {
        if (!control.enable(plugin, enabled)) {
            throw Errors.failed("plugin '" + plugin + "' is not loaded");
        }
    }

    private static Change plugin(
            Statement.Request request, String from, String to, String effect, PluginAction action) {
        String verb = request.match().value(0);
        String name = request.match().value(1);
        return Change.of(new Change.Step("plugin " + name, from, to, effect), () -> {
            try {
                action.run(name);
            } catch (StartException e) {
                throw Errors.failed(e.getMessage());
            }
            OperatorLog.of(LOG)
                    .addKeyValue("plugin", name)
                    .addKeyValue("order", verb)
                    .addKeyValue("by", request.by())
                    .log("an operator has given an order about a plugin");
            return Reply.ok();
        });
    }

    private Change logs(Statement.Request request) {
        return Change.of(new Change.Step("log files", null, null, "closed and opened anew"), () -> {
            control.reopenLogs();
            OperatorLog.of(LOG).addKeyValue("by", request.by()).log("an operator has had the log files opened anew");
            return Reply.ok();
        });
    }

    private Change reload(Statement.Request request) {
        Change.Step step =
                new Change.Step("certificates, keys, files of users", null, null, "used from the next login on");
        return Change.of(step, () -> {
            List<String> problems = control.reload();
            if (!problems.isEmpty()) {
                OperatorLog.of(LOG)
                        .addKeyValue("by", request.by())
                        .addKeyValue("problems", problems)
                        .log("an operator has had certificates and users read anew, of which some cannot be used");
                return Errors.own(String.join("; ", problems));
            }
            OperatorLog.of(LOG)
                    .addKeyValue("by", request.by())
                    .log("an operator has had certificates and users read anew");
            return Reply.ok();
        });
    }

    private Change clear(Statement.Request request) throws SqlException {
        return clear(request, 0);
    }

    private Change clear(Statement.Request request, int value) throws SqlException {
        AdminTable table = Selects.find(tables, Catalog.SCHEMA, request.match().value(value));
        if (!table.clearable()) {
            throw new SqlException(
                    1288, "HY000", "The target table " + table.name() + " of the DELETE is not updatable");
        }
        return Change.of(new Change.Step("rows of " + table.name(), null, null, "all of them go"), () -> {
            long rows = table.clear();
            OperatorLog.of(LOG)
                    .addKeyValue("table", table.name())
                    .addKeyValue("rows", rows)
                    .addKeyValue("by", request.by())
                    .log("an operator has emptied a table");
            return new Reply.Ok(rows, 0, 0, "");
        });
    }
}
