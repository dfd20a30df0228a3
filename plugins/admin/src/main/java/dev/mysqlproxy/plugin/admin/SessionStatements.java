package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.admin.AdminCommand.Role;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.plugin.admin.sql.SqlException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator can order about sessions. */
final class SessionStatements {

    private static final Logger LOG = LoggerFactory.getLogger(SessionStatements.class);

    private static final String KILL = "KILL [CONNECTION] <id>";
    private static final String KILL_QUERY = "KILL QUERY <id>";
    private static final int LONG_DIGITS = 18;
    /** Another server connection has to be there for it, and a server that answers. */
    private static final int SECONDS = 10;

    private final ProxyControl control;

    SessionStatements(ProxyControl control) {
        this.control = control;
    }

    List<Statement> all() {
        return List.of(
                Statement.order(KILL, "ends a session", Role.OPERATOR, request -> kill(request, 1)),
                Statement.order(KILL_QUERY, "ends the statement that a session runs", Role.OPERATOR, this::killQuery));
    }

    List<Statement> mistakes() {
        return List.of(Statement.hidden(
                "KILL ...", request -> Errors.own("the statement is: " + KILL + ", or " + KILL_QUERY)));
    }

    /** COM_PROCESS_KILL. */
    Statement.Order killing() {
        return request -> kill(request, 0);
    }

    private Change kill(Statement.Request request, int value) throws SqlException {
        ProxyControl.SessionInfo session = find(request.match().value(value));
        return Change.of(
                new Change.Step(
                        "session " + session.id(), session.state(), null, "its client gets error 1317 and is cut off"),
                () -> {
                    if (!control.kill(session.id())) {
                        throw Errors.unknownSession(Long.toString(session.id()));
                    }
                    OperatorLog.of(LOG)
                            .addKeyValue("session", session.id())
                            .addKeyValue("by", request.by())
                            .log("an operator has ended a session");
                    return Reply.ok();
                });
    }

    private Change killQuery(Statement.Request request) throws SqlException {
        ProxyControl.SessionInfo session = find(request.match().value(0));
        return Change.of(
                new Change.Step(
                        "statement of session " + session.id(),
                        session.state(),
                        null,
                        "KILL QUERY goes to its server; the session stays"),
                () -> {
                    if (!await(session.id())) {
                        throw Errors.failed("session " + session.id() + " runs nothing");
                    }
                    OperatorLog.of(LOG)
                            .addKeyValue("session", session.id())
                            .addKeyValue("by", request.by())
                            .log("an operator has ended a session's statement");
                    return Reply.ok();
                });
    }

    private boolean await(long id) throws SqlException {
        try {
            return control.killQuery(id).toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw Errors.failed("the statement cannot be ended: " + cause.getMessage());
        } catch (TimeoutException e) {
            throw Errors.failed("the server has not answered for " + SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Errors.failed("the proxy stops");
        }
    }

    private ProxyControl.SessionInfo find(String id) throws SqlException {
        if (id.length() <= LONG_DIGITS) {
            long number = Long.parseLong(id);
            for (ProxyControl.SessionInfo session : control.sessions()) {
                if (session.id() == number) {
                    return session;
                }
            }
        }
        throw Errors.unknownSession(id);
    }
}
