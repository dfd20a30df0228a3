package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.plugin.admin.prepared.BinaryReply;
import dev.mysqlproxy.plugin.admin.prepared.Parameters;
import dev.mysqlproxy.plugin.admin.sql.Token;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Statements that clients prepare here: kept as text, with values put in place of the question marks when they are
 * executed.
 * COM_STMT_CLOSE has no answer and is not heard of, so the oldest of many make room.
 */
final class Preparations {

    /** Of one session; drivers keep fewer open. */
    private static final int MOST = 256;

    private static final Reply.Err UNKNOWN =
            Reply.error(1243, "HY000", "Unknown prepared statement handler given to EXECUTE");

    private static final SessionKey<Prepared> KEY = new SessionKey<>("prepared statements");

    /** One statement. */
    private static final class Preparation {
        private final String sql;
        private final List<Token> marks;
        private int[] types;

        Preparation(String sql, List<Token> marks) {
            this.sql = sql;
            this.marks = marks;
            this.types = new int[0];
        }
    }

    /** Those of a session. */
    private static final class Prepared {
        private final Map<Integer, Preparation> byId = new LinkedHashMap<>();
        private int last;
    }

    /**
     * A statement with its values.
     *
     * @param sql to be answered; null when there is an error instead
     */
    record Execution(String sql, Reply.Err error) {}

    private final Statements statements;

    Preparations(Statements statements) {
        this.statements = statements;
    }

    /** On the session's event loop, as all but {@link #answer}. */
    Reply prepare(SessionView session, String sql) {
        List<Token> tokens = Statements.tokens(sql);
        if (tokens.isEmpty()) {
            return Errors.EMPTY;
        }
        List<Token> marks = tokens.stream().filter(token -> token.is("?")).toList();
        if (marks.size() > 0xffff) {
            return Reply.error(1390, "HY000", "Prepared statement contains too many placeholders");
        }
        Prepared prepared = session.get(KEY);
        if (prepared == null) {
            prepared = new Prepared();
            session.put(KEY, prepared);
        }
        prepared.byId.put(++prepared.last, new Preparation(sql, marks));
        if (prepared.byId.size() > MOST) {
            prepared.byId.remove(prepared.byId.keySet().iterator().next());
        }
        return BinaryReply.prepared(prepared.last, marks.size());
    }

    /** Puts the values in. */
    Execution read(SessionView session, Command command) {
        byte[] payload = command.statement();
        Preparation preparation = find(session, payload);
        if (preparation == null || !command.complete()) {
            return new Execution(null, UNKNOWN);
        }
        int count = preparation.marks.size();
        if (count == 0) {
            return new Execution(preparation.sql, null);
        }
        try {
            int[] types = Parameters.types(payload, count);
            if (types != null) {
                preparation.types = types;
            }
            if (preparation.types.length != count) {
                return new Execution(null, Reply.error(1210, "HY000", "Incorrect arguments to mysqld_stmt_execute"));
            }
            return new Execution(filled(preparation, Parameters.values(payload, preparation.types)), null);
        } catch (IllegalArgumentException e) {
            return new Execution(
                    null, Reply.error(1210, "HY000", "Incorrect arguments to mysqld_stmt_execute: " + e.getMessage()));
        }
    }

    private static Preparation find(SessionView session, byte[] payload) {
        Prepared prepared = session.get(KEY);
        return prepared == null ? null : prepared.byId.get(Parameters.statement(payload));
    }

    private static String filled(Preparation preparation, List<String> values) {
        StringBuilder sql = new StringBuilder();
        int from = 0;
        for (int at = 0; at < values.size(); at++) {
            Token mark = preparation.marks.get(at);
            sql.append(preparation.sql, from, mark.start()).append(values.get(at));
            from = mark.end();
        }
        return sql.append(preparation.sql, from, preparation.sql.length()).toString();
    }

    /** The answer in the binary protocol. Any thread. */
    Reply answer(SessionView session, Execution execution) {
        if (execution.error() != null) {
            return execution.error();
        }
        String sql = execution.sql();
        return BinaryReply.of(statements.answer(session, sql, Statements.tokens(sql)));
    }

    Reply execute(SessionView session, Command command) {
        return answer(session, read(session, command));
    }

    Reply reset(SessionView session, Command command) {
        return find(session, command.statement()) == null ? UNKNOWN : Reply.ok();
    }

    /** COM_RESET_CONNECTION. */
    Reply forget(SessionView session) {
        session.put(KEY, null);
        return Reply.ok();
    }
}
