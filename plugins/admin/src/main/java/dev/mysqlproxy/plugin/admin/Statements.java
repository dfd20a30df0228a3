package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminCommand.Role;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.plugin.admin.sql.SqlException;
import dev.mysqlproxy.plugin.admin.sql.Syntax;
import dev.mysqlproxy.plugin.admin.sql.Token;
import dev.mysqlproxy.plugin.admin.sql.Tokens;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** All statements, in the order in which they are tried. Immutable; any thread. */
final class Statements {

    /** A statement that was found, and how it fits. */
    private record Found(Statement statement, Syntax.Match match) {}

    /** To a user who was there when the session began. */
    static final Reply.Err GONE = new Reply.Err(1045, "28000", "Access denied; this account is gone");

    private static final Syntax EXPLAIN = new Syntax("{EXPLAIN | DESCRIBE | DESC} ...");

    private final List<Statement> own;
    private final Supplier<List<AdminCommand>> commands;
    private final List<Statement> clients;
    private final Function<SessionView, Optional<Role>> roles;

    /**
     * All statements.
     *
     * @param own the operators' own
     * @param commands those that plugins have now
     * @param clients what clients send by themselves
     * @param roles what the user of a session may do; empty when the account is gone
     */
    Statements(
            List<Statement> own,
            Supplier<List<AdminCommand>> commands,
            List<Statement> clients,
            Function<SessionView, Optional<Role>> roles) {
        this.own = List.copyOf(own);
        this.commands = commands;
        this.clients = List.copyOf(clients);
        this.roles = roles;
    }

    /** Whether the answer to this statement can be had at once. */
    boolean isQuick(List<Token> tokens) {
        return tokens.isEmpty()
                || find(tokens).map(found -> found.statement().quick()).orElse(false);
    }

    static List<Token> tokens(String sql) {
        List<Token> tokens = Tokens.of(sql);
        int end = tokens.size();
        while (end > 0 && tokens.get(end - 1).is(";")) {
            end--;
        }
        return tokens.subList(0, end);
    }

    /** The one answer to this statement. */
    Reply answer(Asker asker, String sql, List<Token> all) {
        if (all.isEmpty()) {
            return Errors.EMPTY;
        }
        try {
            Limit.Cut cut = Limit.cutOff(all);
            if (cut.limit().isPresent()) {
                Optional<Found> limited = find(own, cut.tokens());
                if (limited.isPresent()) {
                    return cut.limit().get().apply(run(asker, sql, limited.get()));
                }
            }
            Optional<Found> explained = EXPLAIN.match(all).flatMap(match -> order(all.subList(1, all.size())));
            if (explained.isPresent()) {
                return explain(asker, sql, explained.get());
            }
            Optional<Found> found = find(all);
            return found.isPresent() ? run(asker, sql, found.get()) : Errors.UNKNOWN_STATEMENT;
        } catch (SqlException e) {
            return Errors.of(e);
        }
    }

    private Reply run(Asker asker, String sql, Found found) throws SqlException {
        check(asker.session(), found.statement());
        Statement.Request request = new Statement.Request(asker, sql, found.match());
        return found.statement().action() instanceof Statement.Order order
                ? order.plan(request).action().run()
                : ((Statement.Look) found.statement().action()).run(request);
    }

    private Reply explain(Asker asker, String sql, Found found) throws SqlException {
        check(asker.session(), found.statement());
        Statement.Order order = (Statement.Order) found.statement().action();
        return order.plan(new Statement.Request(asker, sql, found.match())).explained();
    }

    private Optional<Found> order(List<Token> tokens) {
        return find(tokens).filter(found -> found.statement().action() instanceof Statement.Order);
    }

    private void check(SessionView session, Statement statement) throws SqlException {
        Role needed = statement.role();
        Role role =
                roles.apply(session).orElseThrow(() -> new SqlException(GONE.code(), GONE.sqlState(), GONE.message()));
        if (role.compareTo(needed) < 0) {
            throw Errors.denied(needed);
        }
    }

    private Optional<Found> find(List<Token> tokens) {
        return find(own, tokens)
                .or(() -> find(
                        commands.get().stream().map(PluginCommand::statement).toList(), tokens))
                .or(() -> find(clients, tokens));
    }

    private static Optional<Found> find(List<Statement> statements, List<Token> tokens) {
        for (Statement statement : statements) {
            Optional<Syntax.Match> match = statement.syntax().match(tokens);
            if (match.isPresent()) {
                return Optional.of(new Found(statement, match.get()));
            }
        }
        return Optional.empty();
    }
}
