package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.admin.AdminCommand.Role;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.listener.CommandHandler;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.plugin.admin.account.AdminAccounts;
import dev.mysqlproxy.plugin.admin.engine.Engine;
import dev.mysqlproxy.plugin.admin.prepared.BinaryReply;
import dev.mysqlproxy.plugin.admin.sql.SqlException;
import dev.mysqlproxy.plugin.admin.sql.Syntax;
import dev.mysqlproxy.plugin.admin.sql.Token;
import dev.mysqlproxy.plugin.admin.table.ColumnTypes;
import dev.mysqlproxy.plugin.admin.table.ProxyTables;
import dev.mysqlproxy.plugin.admin.table.Tables;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Answers the admin listener's clients. Sessions of several event loops share one. */
final class AdminHandler implements CommandHandler {

    /** What the handler needs of its plugin. */
    record Parts(
            Backends backends,
            ProxyControl control,
            AdminAccounts accounts,
            Engine engine,
            IntSupplier maxRows,
            Executor tasks,
            LongSupplier uptimeSeconds) {}

    private static final Syntax USE = new Syntax("USE <name>");

    /** Bytes of the longest statement that is looked at. */
    private static final int MAX_STATEMENT = 64 * 1024;

    /** Tokens of a statement that may be answered on an event loop: what clients send by themselves has fewer. */
    private static final int MOST_QUICK = 500;

    /** Of a schema, as servers have it. */
    private static final int LONGEST_NAME = 64;

    /** EOF_Packet without warnings, autocommit on: the answer to COM_SET_OPTION. */
    private static final Reply END = new Reply.Raw(List.of(new byte[] {(byte) 0xfe, 0, 0, 2, 0}));

    /** Commands that show something, and are no statements. */
    private static final Set<CommandType> LOOKS =
            EnumSet.of(CommandType.COM_PROCESS_INFO, CommandType.COM_STATISTICS, CommandType.COM_FIELD_LIST);

    /** What USE said last: the session itself keeps only the schema of its login. */
    private static final SessionKey<String> SCHEMA = new SessionKey<>("schema");

    private final Map<CommandType, BiFunction<SessionView, Command, Reply>> answers = new EnumMap<>(CommandType.class);
    private final Executor tasks;
    private final AdminAccounts accounts;
    private final Tables tables;
    private final SessionStatements sessions;
    private final Statements statements;
    private final Preparations preparations;

    AdminHandler(Parts parts) {
        this.tasks = parts.tasks();
        this.accounts = parts.accounts();
        ProxyControl control = parts.control();
        Help help = new Help(control::commands);
        this.tables = new Tables(parts.backends(), control, ProxyTables.help(help::lines));
        this.sessions = new SessionStatements(control);
        Status status = new Status(control, parts.backends(), parts.uptimeSeconds());
        Variables variables = new Variables(control::version);
        ClientStatements clients = new ClientStatements(variables, status, control);

        BackendStatements backends = new BackendStatements(parts.backends());
        ProcessStatements process = new ProcessStatements(control, tables);
        List<Statement> own =
                new ArrayList<>(new OverviewStatements(parts.backends(), tables, parts.maxRows(), help).all());
        own.addAll(backends.all());
        own.addAll(sessions.all());
        own.addAll(process.all());
        help.describe(own);

        List<Statement> others = new ArrayList<>(backends.mistakes());
        others.addAll(sessions.mistakes());
        others.addAll(process.mistakes());
        others.addAll(clients.all());
        others.add(new SelectPlan(tables, variables).statement());
        others.addAll(new ShowStatements(tables).all());
        others.addAll(new Selects(tables, variables, parts.engine(), parts.maxRows()).all());
        this.statements = new Statements(own, control::commands, others, this::role);
        this.preparations = new Preparations(statements, MAX_STATEMENT);

        answers.put(CommandType.COM_QUERY, this::query);
        answers.put(CommandType.COM_PING, (session, command) -> Reply.ok());
        answers.put(CommandType.COM_INIT_DB, (session, command) -> use(session, command.text()));
        answers.put(CommandType.COM_RESET_CONNECTION, (session, command) -> preparations.forget(session));
        answers.put(CommandType.COM_SET_OPTION, (session, command) -> END);
        answers.put(CommandType.COM_FIELD_LIST, this::fields);
        answers.put(CommandType.COM_STATISTICS, (session, command) -> new Reply.Raw(List.of(status.line())));
        answers.put(CommandType.COM_PROCESS_INFO, (session, command) -> clients.processes());
        answers.put(CommandType.COM_PROCESS_KILL, this::kill);
        answers.put(CommandType.COM_STMT_PREPARE, this::prepare);
        answers.put(
                CommandType.COM_STMT_EXECUTE,
                (session, command) -> preparations.answer(asker(session), preparations.read(session, command)));
        answers.put(CommandType.COM_STMT_RESET, preparations::reset);
    }

    /** The handler of a running plugin. */
    static AdminHandler of(PluginContext context, AdminAccounts accounts, Engine engine) {
        long started = System.nanoTime();
        return new AdminHandler(new Parts(
                context.backends(),
                context.control(),
                accounts,
                engine,
                () -> context.options().get(AdminOptions.MAX_ROWS),
                context.tasks(),
                () -> TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started)));
    }

    /** All tables, those of plugins included. */
    Tables tables() {
        return tables;
    }

    private Optional<Role> role(SessionView session) {
        return session.user().flatMap(accounts::role);
    }

    @Override
    public Reply onCommand(SessionView session, Command command) {
        if (command.type().filter(LOOKS::contains).isPresent() && role(session).isEmpty()) {
            return Statements.GONE;
        }
        return command.type()
                .map(answers::get)
                .map(answer -> answer.apply(session, command))
                .orElse(Errors.NOT_TEXT);
    }

    @Override
    public CompletionStage<Reply> answer(SessionView session, Command command) {
        if (command.is(CommandType.COM_QUERY) && isShort(command)) {
            String sql = command.text();
            List<Token> tokens = Statements.tokens(sql);
            if (tokens.size() > MOST_QUICK || !statements.isQuick(tokens)) {
                Asker asker = asker(session);
                return later(() -> statements.answer(asker, sql, tokens));
            }
        } else if (command.is(CommandType.COM_STMT_EXECUTE)) {
            Preparations.Execution execution = preparations.read(session, command);
            Asker asker = asker(session);
            return later(() -> preparations.answer(asker, execution));
        }
        return CommandHandler.super.answer(session, command);
    }

    private CompletionStage<Reply> later(Supplier<Reply> answer) {
        try {
            return CompletableFuture.supplyAsync(answer, tasks);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedStage(Errors.own("too many statements at once; try again"));
        }
    }

    private static boolean isShort(Command command) {
        return command.complete() && command.length() <= MAX_STATEMENT;
    }

    private Reply query(SessionView session, Command command) {
        if (!isShort(command)) {
            return Errors.own("a statement for the admin listener has at most " + MAX_STATEMENT + " bytes");
        }
        String sql = command.text();
        List<Token> tokens = Statements.tokens(sql);
        return USE.match(tokens)
                .map(use -> use(session, use.value(0)))
                .orElseGet(() -> statements.answer(asker(session), sql, tokens));
    }

    private static Asker asker(SessionView session) {
        return new Asker(session, Optional.ofNullable(session.get(SCHEMA)).or(session::schema));
    }

    /** Any schema will do: clients name the one of their server. */
    private static Reply use(SessionView session, String schema) {
        if (schema.length() > LONGEST_NAME) {
            return Reply.error(1102, "42000", "Incorrect database name");
        }
        session.put(SCHEMA, schema.isEmpty() ? null : schema);
        return Reply.ok();
    }

    /** The name of a table up to a NUL, and a pattern that nobody sends; the answer to a wrong one is an error, as ever. */
    private Reply fields(SessionView session, Command command) {
        String argument = command.text();
        int end = argument.indexOf('\0');
        String schema = Selects.schema(asker(session).schema());
        try {
            return BinaryReply.fields(
                    Selects.find(tables, schema, end < 0 ? argument : argument.substring(0, end)).columns().stream()
                            .map(column -> new Reply.Column(column.name(), ColumnTypes.number(column.type())))
                            .toList());
        } catch (SqlException e) {
            return Errors.of(e);
        }
    }

    private Reply prepare(SessionView session, Command command) {
        if (!isShort(command)) {
            return Errors.own("a statement for the admin listener has at most " + MAX_STATEMENT + " bytes");
        }
        return preparations.prepare(session, command.text());
    }

    /** The session's number follows the command byte, 32 bits, lowest first. */
    private Reply kill(SessionView session, Command command) {
        byte[] argument = command.statement();
        if (argument.length < 4) {
            return Errors.NOT_TEXT;
        }
        long id = 0;
        for (int at = 3; at >= 0; at--) {
            id = (id << 8) | (argument[at] & 0xff);
        }
        if (role(session).orElse(Role.READER).compareTo(Role.OPERATOR) < 0) {
            return Errors.of(Errors.denied(Role.OPERATOR));
        }
        Syntax.Match match = new Syntax.Match(List.of(Long.toString(id)), List.of());
        try {
            return sessions.killing()
                    .plan(new Statement.Request(asker(session), "", match))
                    .action()
                    .run();
        } catch (SqlException e) {
            return Errors.of(e);
        }
    }
}
