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

    /** Of one session: characters of all its statements together, of which each may be a question mark. */
    private static final int MOST_TEXT = 512 * 1024;

    /** In a value, with what stands about it. */
    private static final int BYTES_OF_A_CHARACTER = 8;

    private static final Reply.Err UNKNOWN =
            Reply.error(1243, "HY000", "Unknown prepared statement handler given to EXECUTE");

    private static final SessionKey<Prepared> KEY = new SessionKey<>("prepared statements");

    /** One statement. */
    private static final class Preparation {
        private final String sql;
        /** Where its question marks are. */
        private final int[] marks;

        private int[] types;

        Preparation(String sql, int[] marks) {
            this.sql = sql;
            this.marks = marks;
            this.types = new int[0];
        }
    }

    /** Those of a session. */
    private static final class Prepared {
        private final Map<Integer, Preparation> byId = new LinkedHashMap<>();
        private int last;
        private int text;

        void add(Preparation preparation) {
            byId.put(++last, preparation);
            text += preparation.sql.length();
            var oldest = byId.values().iterator();
            while (byId.size() > MOST || text > MOST_TEXT) {
                text -= oldest.next().sql.length();
                oldest.remove();
            }
        }
    }

    /**
     * A statement with its values.
     *
     * @param sql to be answered; null when there is an error instead
     */
    record Execution(String sql, Reply.Err error) {}

    private final Statements statements;
    private final int longest;

    /**
     * Those of all sessions.
     *
     * @param longest characters of a statement with its values
     */
    Preparations(Statements statements, int longest) {
        this.statements = statements;
        this.longest = longest;
    }

    /** On the session's event loop, as all but {@link #answer}. */
    Reply prepare(SessionView session, String sql) {
        List<Token> tokens = Statements.tokens(sql);
        if (tokens.isEmpty()) {
            return Errors.EMPTY;
        }
        int[] marks = tokens.stream()
                .filter(token -> token.sort() == Token.Sort.SYMBOL && token.is("?"))
                .mapToInt(Token::start)
                .toArray();
        if (marks.length > 0xffff) {
            return Reply.error(1390, "HY000", "Prepared statement contains too many placeholders");
        }
        Prepared prepared = session.get(KEY);
        if (prepared == null) {
            prepared = new Prepared();
            session.put(KEY, prepared);
        }
        prepared.add(new Preparation(sql, marks));
        return BinaryReply.prepared(prepared.last, marks.length);
    }

    /** Puts the values in. */
    Execution read(SessionView session, Command command) {
        if (command.length() > (long) BYTES_OF_A_CHARACTER * longest) {
            return tooLong();
        }
        byte[] payload = command.statement();
        Preparation preparation = find(session, payload);
        if (preparation == null || !command.complete()) {
            return new Execution(null, UNKNOWN);
        }
        int count = preparation.marks.length;
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
            String sql = filled(preparation, Parameters.values(payload, preparation.types));
            return sql.length() > longest ? tooLong() : new Execution(sql, null);
        } catch (IllegalArgumentException e) {
            return new Execution(
                    null, Reply.error(1210, "HY000", "Incorrect arguments to mysqld_stmt_execute: " + e.getMessage()));
        }
    }

    private Execution tooLong() {
        return new Execution(null, Errors.own("a statement with its values has at most " + longest + " characters"));
    }

    private static Preparation find(SessionView session, byte[] payload) {
        Prepared prepared = session.get(KEY);
        return prepared == null ? null : prepared.byId.get(Parameters.statement(payload));
    }

    private static String filled(Preparation preparation, List<String> values) {
        StringBuilder sql = new StringBuilder();
        int from = 0;
        for (int at = 0; at < values.size(); at++) {
            int mark = preparation.marks[at];
            sql.append(preparation.sql, from, mark).append(values.get(at));
            from = mark + 1;
        }
        return sql.append(preparation.sql, from, preparation.sql.length()).toString();
    }

    /** The answer in the binary protocol. Any thread. */
    Reply answer(Asker asker, Execution execution) {
        if (execution.error() != null) {
            return execution.error();
        }
        String sql = execution.sql();
        return BinaryReply.of(statements.answer(asker, sql, Statements.tokens(sql)));
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
