package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.SessionView;
import java.util.List;
import java.util.Optional;

/** All statements, in the order in which they are tried. Immutable; any thread. */
final class Statements {

    private final List<Statement> statements;

    Statements(List<Statement> statements) {
        this.statements = List.copyOf(statements);
    }

    /** Whether answering this statement takes a while. */
    boolean isSlow(String sql) {
        List<Token> tokens = withoutSemicolons(Tokens.of(sql));
        return statements.stream()
                .filter(statement -> statement.syntax().match(tokens).isPresent())
                .findFirst()
                .map(Statement::slow)
                .orElse(false);
    }

    /** The one answer to this statement. */
    Reply answer(SessionView session, String sql) {
        Limit.Cut cut = Limit.cutOff(withoutSemicolons(Tokens.of(sql)));
        List<Token> tokens = cut.tokens();
        if (tokens.isEmpty()) {
            return Errors.EMPTY;
        }
        for (Statement statement : statements) {
            Optional<Syntax.Match> match = statement.syntax().match(tokens);
            if (match.isPresent()) {
                Reply reply = statement.action().run(new Statement.Request(session, sql, match.get()));
                return cut.limit().map(limit -> limit.apply(reply)).orElse(reply);
            }
        }
        return Errors.UNKNOWN_STATEMENT;
    }

    private static List<Token> withoutSemicolons(List<Token> tokens) {
        int end = tokens.size();
        while (end > 0 && tokens.get(end - 1).is(";")) {
            end--;
        }
        return tokens.subList(0, end);
    }
}
