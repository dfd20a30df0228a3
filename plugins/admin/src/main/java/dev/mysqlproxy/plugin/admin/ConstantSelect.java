package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.plugin.admin.sql.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers {@code SELECT} without a table: a list of variables, literals and the few functions that clients call, each
 * with an alias if wanted. One row comes back.
 */
final class ConstantSelect {

    /** An expression that is understood. */
    private record Value(Reply.Column column, String text, int tokens) {}

    private static final Map<String, Function<Asker, Value>> FUNCTIONS = Map.ofEntries(
            Map.entry("DATABASE", asker -> text(asker.schema().orElse(null))),
            Map.entry("SCHEMA", asker -> text(asker.schema().orElse(null))),
            Map.entry("USER", asker -> text(asker.account())),
            Map.entry("CURRENT_USER", asker -> text(asker.account())),
            Map.entry("SESSION_USER", asker -> text(asker.account())),
            Map.entry("SYSTEM_USER", asker -> text(asker.account())),
            Map.entry("VERSION", asker -> text(asker.session().serverVersion())),
            // the number that SHOW SESSIONS lists and KILL takes
            Map.entry(
                    "CONNECTION_ID",
                    asker -> number(Long.toString(asker.session().id()))),
            Map.entry("LAST_INSERT_ID", asker -> number("0")),
            Map.entry("FOUND_ROWS", asker -> number("0")),
            Map.entry("ROW_COUNT", asker -> number("-1")));

    private static final Map<String, Value> WORDS =
            Map.of("NULL", text(null), "TRUE", number("1"), "FALSE", number("0"));

    private final Variables variables;
    private final Asker asker;
    private final String sql;
    private final List<Token> tokens;
    private final List<Reply.Column> columns = new ArrayList<>();
    private final List<String> row = new ArrayList<>();

    private ConstantSelect(Variables variables, Asker asker, String sql, List<Token> tokens) {
        this.variables = variables;
        this.asker = asker;
        this.sql = sql;
        this.tokens = withoutDual(tokens);
    }

    /**
     * The answer to a SELECT of nothing else; empty when there is more to it.
     *
     * @param tokens of {@code sql}, SELECT being the first
     */
    static Optional<Reply> answer(Variables variables, Asker asker, String sql, List<Token> tokens) {
        Limit.Cut cut = Limit.cutOff(tokens);
        return new ConstantSelect(
                        variables,
                        asker,
                        sql,
                        cut.tokens().subList(1, cut.tokens().size()))
                .answer()
                .map(reply -> cut.limit().map(limit -> limit.apply(reply)).orElse(reply));
    }

    private Optional<Reply> answer() {
        int at = 0;
        while (at < tokens.size()) {
            Token token = tokens.get(at);
            if (isUnknownVariable(token)) {
                return Optional.of(Errors.unknownVariable(Variables.nameOf(token.text())));
            }
            Optional<Value> value = value(at);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            int end = alias(at + value.get().tokens(), value.get(), token.start());
            if ((end < tokens.size() && !tokens.get(end).is(",")) || end == tokens.size() - 1) {
                return Optional.empty();
            }
            at = end + 1;
        }
        return columns.isEmpty() ? Optional.empty() : Optional.of(new Reply.ResultSet(columns, List.of(row)));
    }

    /**
     * The value of a function without arguments, as a statement would have to spell it; empty when it is another one.
     */
    static Optional<String> literal(Asker asker, String function) {
        return Optional.ofNullable(FUNCTIONS.get(function)).map(value -> literal(value.apply(asker)));
    }

    private static String literal(Value value) {
        boolean number = value.column().type() == Reply.Column.MYSQL_TYPE_LONGLONG;
        return literal(value.text(), number);
    }

    /** A value as a statement would have to spell it. */
    static String literal(String value, boolean number) {
        if (value == null) {
            return "NULL";
        }
        return number ? value : "'" + value.replace("'", "''") + "'";
    }

    private boolean isUnknownVariable(Token token) {
        return token.sort() == Token.Sort.VARIABLE
                && token.text().startsWith("@@")
                && variables.find(token.text()).isEmpty();
    }

    /** Adds the column under its alias, or as it was written; returns where the next comma should be. */
    private int alias(int at, Value value, int start) {
        int alias = at < tokens.size() && tokens.get(at).is("AS") ? at + 1 : at;
        boolean named = alias < tokens.size() && isName(tokens.get(alias));
        String title = named
                ? tokens.get(alias).text()
                : sql.substring(start, tokens.get(at - 1).end());
        columns.add(new Reply.Column(title, value.column().type()));
        row.add(value.text());
        return named ? alias + 1 : at;
    }

    private static boolean isName(Token token) {
        return switch (token.sort()) {
            case WORD, QUOTED, STRING -> true;
            case NUMBER, VARIABLE, SYMBOL -> false;
        };
    }

    private Optional<Value> value(int at) {
        Token token = tokens.get(at);
        return switch (token.sort()) {
            case NUMBER -> Optional.of(number(token.text()));
            case STRING -> Optional.of(text(token.text()));
            case VARIABLE -> Optional.of(variable(token.text()));
            case WORD -> word(at);
            case QUOTED, SYMBOL -> Optional.empty();
        };
    }

    private Optional<Value> word(int at) {
        String name = tokens.get(at).text().toUpperCase(Locale.ROOT);
        Function<Asker, Value> function = FUNCTIONS.get(name);
        if (function == null) {
            return Optional.ofNullable(WORDS.get(name));
        }
        boolean called = at + 2 < tokens.size()
                && tokens.get(at + 1).is("(")
                && tokens.get(at + 2).is(")");
        if (!called && !name.equals("CURRENT_USER")) {
            return Optional.empty();
        }
        Value value = function.apply(asker);
        return Optional.of(new Value(value.column(), value.text(), called ? 3 : 1));
    }

    private Value variable(String written) {
        // a user variable that was never set is NULL, and here none ever is
        return variables
                .find(written)
                .map(variable ->
                        new Value(variable.column(written), variable.value().apply(asker.session()), 1))
                .orElseGet(() -> text(null));
    }

    private static Value text(String value) {
        return new Value(Reply.Column.text(""), value, 1);
    }

    private static Value number(String value) {
        boolean whole = value.indexOf('.') < 0;
        return new Value(whole ? Reply.Column.number("") : Reply.Column.text(""), value, 1);
    }

    private static List<Token> withoutDual(List<Token> tokens) {
        int size = tokens.size();
        boolean dual = size > 2
                && tokens.get(size - 2).is("FROM")
                && tokens.get(size - 1).is("DUAL");
        return dual ? tokens.subList(0, size - 2) : tokens;
    }
}
