package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.listener.CommandHandler;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionView;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/** Answers the admin listener's clients. Immutable; sessions of several event loops share one. */
final class AdminHandler implements CommandHandler {

    /** Bytes of the longest statement that is looked at. */
    private static final int MAX_STATEMENT = 64 * 1024;

    /** EOF_Packet without warnings, autocommit on: what COM_SET_OPTION and an empty COM_FIELD_LIST end with. */
    private static final Reply END = new Reply.Raw(List.of(new byte[] {(byte) 0xfe, 0, 0, 2, 0}));

    private final Map<CommandType, BiFunction<SessionView, Command, Reply>> answers = new EnumMap<>(CommandType.class);
    private final OperatorStatements operator;
    private final Statements statements;

    AdminHandler(Backends backends, ProxyControl control, LongSupplier uptimeSeconds) {
        Status status = new Status(control, backends, uptimeSeconds);
        ClientStatements clients = new ClientStatements(new Variables(control::version), status, control);
        this.operator = new OperatorStatements(backends, control);
        List<Statement> all = new ArrayList<>(operator.all());
        all.addAll(clients.all());
        this.statements = new Statements(all);

        answers.put(CommandType.COM_QUERY, this::query);
        answers.put(CommandType.COM_PING, (session, command) -> Reply.ok());
        answers.put(CommandType.COM_INIT_DB, (session, command) -> Reply.ok());
        answers.put(CommandType.COM_RESET_CONNECTION, (session, command) -> Reply.ok());
        answers.put(CommandType.COM_SET_OPTION, (session, command) -> END);
        answers.put(CommandType.COM_FIELD_LIST, (session, command) -> END);
        answers.put(CommandType.COM_STATISTICS, (session, command) -> new Reply.Raw(List.of(status.line())));
        answers.put(CommandType.COM_PROCESS_INFO, (session, command) -> clients.processes());
        answers.put(CommandType.COM_PROCESS_KILL, this::kill);
        answers.put(CommandType.COM_STMT_PREPARE, (session, command) -> Errors.NO_PREPARED_STATEMENTS);
    }

    @Override
    public Reply onCommand(SessionView session, Command command) {
        return command.type()
                .map(answers::get)
                .map(answer -> answer.apply(session, command))
                .orElse(Errors.NOT_TEXT);
    }

    @Override
    public CompletionStage<Reply> answer(SessionView session, Command command) {
        if (command.type().filter(type -> type == CommandType.COM_QUERY).isPresent() && isShort(command)) {
            String sql = command.text();
            if (statements.isSlow(sql)) {
                return CompletableFuture.supplyAsync(() -> statements.answer(session, sql), AdminHandler::aside);
            }
        }
        return CommandHandler.super.answer(session, command);
    }

    /** On a thread of its own: this is rare. */
    private static void aside(Runnable task) {
        Thread thread = new Thread(task, "admin-statement");
        thread.setDaemon(true);
        thread.start();
    }

    private static boolean isShort(Command command) {
        return command.complete() && command.length() <= MAX_STATEMENT;
    }

    private Reply query(SessionView session, Command command) {
        if (!isShort(command)) {
            return Errors.own("a statement for the admin listener has at most " + MAX_STATEMENT + " bytes");
        }
        return statements.answer(session, command.text());
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
        return operator.kill(session, Long.toString(id));
    }
}
