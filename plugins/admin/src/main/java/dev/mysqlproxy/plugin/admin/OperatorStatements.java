package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.SessionView;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator can ask and order. Each is a row of the help. */
final class OperatorStatements {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorStatements.class);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    /** Columns, names and order of MySQL Proxy's admin script. */
    static final Table<BackendView> BACKENDS = Table.<BackendView>empty()
            .smallNumber("backend_ndx", BackendView::index)
            .text("address", BackendView::address)
            .text("state", backend -> lowerCase(backend.state()))
            .text("type", backend -> lowerCase(backend.type()))
            .text("uuid", backend -> backend.uuid().orElse(null))
            .smallNumber("connected_clients", BackendView::connectedClients);

    private static final Table<BackendView> BACKENDS_AND_MORE = BACKENDS.text(
                    "mode", backend -> lowerCase(backend.mode()))
            .text("state_since", backend -> time(backend.stateSince()));

    private static final Table<ProxyControl.SessionInfo> SESSIONS = Table.<ProxyControl.SessionInfo>empty()
            .number("id", ProxyControl.SessionInfo::id)
            .text("listener", ProxyControl.SessionInfo::listener)
            .text("client", ProxyControl.SessionInfo::client)
            .text("user", ProxyControl.SessionInfo::user)
            .text("schema", ProxyControl.SessionInfo::schema)
            .text("backend", ProxyControl.SessionInfo::backend)
            .number("thread_id", ProxyControl.SessionInfo::threadId)
            .text("state", ProxyControl.SessionInfo::state)
            .text("command", ProxyControl.SessionInfo::command)
            .number("seconds", ProxyControl.SessionInfo::seconds);

    private static final Table<ProxyControl.PluginInfo> PLUGINS = Table.<ProxyControl.PluginInfo>empty()
            .text("name", ProxyControl.PluginInfo::name)
            .text("version", ProxyControl.PluginInfo::version)
            .text("description", ProxyControl.PluginInfo::description);

    private static final Table<ProxyControl.OptionInfo> OPTIONS = Table.<ProxyControl.OptionInfo>empty()
            .text("name", ProxyControl.OptionInfo::name)
            .text("value", ProxyControl.OptionInfo::value)
            .text("source", ProxyControl.OptionInfo::source);

    private static final Table<String> VERSION = Table.<String>empty()
            .text("version", version -> version)
            .text("java", version -> Runtime.version().toString())
            .text("os", version -> System.getProperty("os.name") + " " + System.getProperty("os.arch"));

    private static final Table<Statement> HELP = Table.<Statement>empty()
            .text("command", statement -> statement.syntax().toString())
            .text("description", Statement::description);

    private static final String SET_BACKEND = "SET BACKEND 'host:port' {ONLINE | DRAIN | OFFLINE}";
    private static final String RELOAD_TLS = "ALTER INSTANCE RELOAD TLS";
    private static final String KILL = "KILL [CONNECTION] <id>";

    private final Backends backends;
    private final ProxyControl control;
    private final List<Statement> statements;

    OperatorStatements(Backends backends, ProxyControl control) {
        this.backends = backends;
        this.control = control;
        this.statements = List.of(
                Statement.shown("SELECT * FROM help", "shows this help", this::help),
                Statement.shown(
                        "SELECT * FROM backends",
                        "lists the backends and their state",
                        BACKENDS.showing(backends::snapshot)),
                Statement.shown(
                        "SHOW BACKENDS",
                        "lists the backends with their mode and the time of their state",
                        BACKENDS_AND_MORE.showing(backends::snapshot)),
                Statement.shown(SET_BACKEND, "lets a backend take sessions, keep those it has, or end them", this::set),
                Statement.shown(
                        "SELECT * FROM sessions", "lists the open sessions", SESSIONS.showing(control::sessions)),
                Statement.shown("SHOW SESSIONS", "the same", SESSIONS.showing(control::sessions)),
                Statement.shown(
                        KILL,
                        "ends a session",
                        request -> kill(request.session(), request.match().value(1))),
                Statement.slow(RELOAD_TLS, "reads certificates, keys and files of users anew", this::reload),
                Statement.slow("RELOAD", "the same", this::reload),
                Statement.shown("SELECT * FROM plugins", "lists the loaded plugins", PLUGINS.showing(control::plugins)),
                Statement.shown("SHOW PLUGINS", "the same", PLUGINS.showing(control::plugins)),
                Statement.shown(
                        "SELECT * FROM options",
                        "lists the options, their values and where these came from",
                        OPTIONS.showing(control::options)),
                Statement.shown("SHOW OPTIONS", "the same", OPTIONS.showing(control::options)),
                Statement.shown(
                        "SELECT * FROM version",
                        "shows the version of the proxy and of what it runs on",
                        VERSION.showing(() -> List.of(control.version()))),
                Statement.shown("SHOW VERSION", "the same", VERSION.showing(() -> List.of(control.version()))),
                Statement.hidden("SHOW HELP", this::help),
                // what begins like an order and is none must not be taken for a client's harmless SET
                Statement.hidden("SET BACKEND ...", request -> Errors.own("the statement is: " + SET_BACKEND)),
                Statement.hidden("KILL ...", request -> Errors.own("the statement is: " + KILL)));
    }

    List<Statement> all() {
        return statements;
    }

    private Reply help(Statement.Request request) {
        return HELP.resultSet(statements.stream().filter(Statement::isShown).toList());
    }

    private Reply set(Statement.Request request) {
        String address = request.match().value(0);
        BackendView.Mode mode = BackendView.Mode.valueOf(request.match().value(1));
        List<BackendView> known = backends.snapshot();
        List<BackendView> named = find(known, address);
        if (named.isEmpty()) {
            String addresses = known.isEmpty()
                    ? "none is"
                    : known.stream().map(BackendView::address).collect(Collectors.joining(", ")) + " are";
            return Errors.own("backend '" + address + "' is not known; " + addresses);
        }
        named.forEach(backend -> backends.setMode(backend.index(), mode));
        LOG.atInfo()
                .addKeyValue("backend", named.get(0).address())
                .addKeyValue("mode", mode)
                .addKeyValue("by", SelectList.account(request.session()))
                .log("an operator has set a backend's mode");
        return new Reply.Ok(named.size(), 0, 0, "");
    }

    private Reply reload(Statement.Request request) {
        List<String> problems = control.reload();
        LOG.atInfo()
                .addKeyValue("by", SelectList.account(request.session()))
                .log("an operator has had certificates and users read anew");
        return problems.isEmpty() ? Reply.ok() : Errors.own(String.join("; ", problems));
    }

    /** By its address as it is listed, once for each of its groups; the default port may be left out. */
    private static List<BackendView> find(List<BackendView> known, String address) {
        return known.stream()
                .filter(backend -> backend.address().equalsIgnoreCase(address)
                        || backend.address().equalsIgnoreCase(address + ":3306"))
                .toList();
    }

    /** Ends a session; {@code id} is a whole number in decimal. */
    Reply kill(SessionView by, String id) {
        boolean killed = id.length() <= 18 && control.kill(Long.parseLong(id));
        if (!killed) {
            return Errors.unknownSession(id);
        }
        LOG.atInfo()
                .addKeyValue("session", id)
                .addKeyValue("by", SelectList.account(by))
                .log("an operator has ended a session");
        return Reply.ok();
    }

    private static String lowerCase(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    private static String time(Instant instant) {
        return instant.equals(Instant.EPOCH) ? null : TIME.format(instant);
    }
}
