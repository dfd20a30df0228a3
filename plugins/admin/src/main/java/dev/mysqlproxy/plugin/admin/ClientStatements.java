package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.lifecycle.ProxyControl.SessionInfo;
import dev.mysqlproxy.plugin.admin.sql.Like;
import java.util.List;
import java.util.Map;

/**
 * What clients and drivers send by themselves when they log in, complete names or are closed. Answered as a server
 * without data would, so that they work; none is in the help.
 */
final class ClientStatements {

    private static final Statement.Look OK = request -> Reply.ok();
    private static final Statement.Look NOT_A_SERVER =
            request -> Errors.own("there is nothing to set: this is the admin listener of a proxy, not a server");

    private static final Table<Map.Entry<String, String>> NAMES_AND_VALUES = Table.<Map.Entry<String, String>>empty()
            .text("Variable_name", Map.Entry::getKey)
            .text("Value", Map.Entry::getValue);

    private static final Table<SessionInfo> PROCESSES = Table.<SessionInfo>empty()
            .number("Id", SessionInfo::id)
            .text("User", SessionInfo::user)
            .text("Host", SessionInfo::client)
            .text("db", session -> session.schema().isEmpty() ? null : session.schema())
            .text("Command", SessionInfo::command)
            .smallNumber("Time", SessionInfo::seconds)
            .text("State", SessionInfo::state)
            .text("Info", session -> session.statement().isEmpty() ? null : session.statement());

    /** A row of SHOW COLLATION. */
    private record Collation(String name, String charset, int id, boolean isDefault) {}

    private static final List<Collation> COLLATIONS = List.of(
            new Collation("latin1_swedish_ci", "latin1", 8, true),
            new Collation("utf8_general_ci", "utf8", 33, true),
            new Collation("utf8mb4_general_ci", "utf8mb4", 45, true),
            new Collation("binary", "binary", 63, true),
            new Collation("utf8mb4_0900_ai_ci", "utf8mb4", 255, false));

    private static final Table<Collation> COLLATION_TABLE = Table.<Collation>empty()
            .text("Collation", Collation::name)
            .text("Charset", Collation::charset)
            .number("Id", Collation::id)
            .text("Default", collation -> collation.isDefault() ? "Yes" : "")
            .text("Compiled", collation -> "Yes")
            .number("Sortlen", collation -> 1);

    private final Variables variables;
    private final Status status;
    private final ProxyControl control;

    ClientStatements(Variables variables, Status status, ProxyControl control) {
        this.variables = variables;
        this.status = status;
        this.control = control;
    }

    List<Statement> all() {
        return List.of(
                Statement.hidden("SET {GLOBAL | PERSIST | PERSIST_ONLY | PASSWORD} ...", NOT_A_SERVER),
                Statement.hidden("SET <name> = <value>", this::set),
                Statement.hidden("SET ...", OK),
                Statement.hidden("USE ...", OK),
                Statement.hidden("BEGIN ...", OK),
                Statement.hidden("START TRANSACTION ...", OK),
                Statement.hidden("COMMIT ...", OK),
                Statement.hidden("ROLLBACK ...", OK),
                Statement.hidden("SHOW [GLOBAL | SESSION | LOCAL] VARIABLES ...", this::variables),
                Statement.hiddenLook("SHOW [GLOBAL | SESSION | LOCAL] STATUS ...", this::status),
                Statement.hiddenLook("SHOW [FULL] PROCESSLIST", request -> processes()),
                Statement.hidden("SHOW COLLATION ...", COLLATION_TABLE.showing(() -> COLLATIONS)));
    }

    /** Variables of a session mean nothing here; no client sets one with a hyphen by itself, so an option is meant. */
    private Reply set(Statement.Request request) {
        String name = request.match().value(0);
        boolean option = name.indexOf('-') > 0
                && control.options().stream().anyMatch(each -> each.name().equals(name));
        return option ? Errors.own("'" + name + "' is an option: SET OPTION " + name + " = <value>") : Reply.ok();
    }

    /** The sessions as a server lists its threads. */
    Reply processes() {
        return PROCESSES.resultSet(control.sessions());
    }

    private Reply variables(Statement.Request request) {
        return NAMES_AND_VALUES.resultSet(variables.all().stream()
                .filter(variable -> Like.wanted(variable.name(), request.match().rest()))
                .map(variable -> Map.entry(variable.name(), variable.shown(request.session())))
                .toList());
    }

    private Reply status(Statement.Request request) {
        return NAMES_AND_VALUES.resultSet(status.figures(request.session()).entrySet().stream()
                .filter(figure -> Like.wanted(figure.getKey(), request.match().rest()))
                .toList());
    }
}
