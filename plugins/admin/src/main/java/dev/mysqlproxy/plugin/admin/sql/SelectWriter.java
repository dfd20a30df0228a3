package dev.mysqlproxy.plugin.admin.sql;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes a SELECT in MySQL's dialect anew in the engine's. Every token is known or refused, and is written in one plain
 * form: what a lenient reader could take for a comment, another kind of quote or an escape does not get that far.
 */
public final class SelectWriter {

    private static final String CAST = "CAST";
    private static final String CONVERT = "CONVERT";

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern EXPONENT = Pattern.compile("[0-9]+[eE][0-9]{1,3}");
    /** Of what is written: a name in HAVING stands for an expression of any length. */
    private static final int LONGEST = 1024 * 1024;

    private static final Set<String> SYMBOLS = Set.of("(", ")", ",", ".", "*", "+", "-", "/", "%", "=", "<", ">", "!");
    /** Tokens in the list of a made-up table's columns. */
    private static final int MOST_NAMES = 1000;

    private static final Set<String> COMPARISON = Set.of("<", ">", "=", "!");

    private final String original;
    private final List<Token> tokens;
    private final Catalog catalog;
    private final SelectList list;
    private final Set<String> columns = new HashSet<>();
    private final Set<Select.Table> tables = new HashSet<>();
    private final StringBuilder out = new StringBuilder();
    /** For each open bracket whose it is: CAST, CONVERT, or nothing. */
    private final Deque<String> brackets = new ArrayDeque<>();

    private int at;
    /** Behind HAVING in a SELECT without groups: what the SELECT calls its expressions. */
    private Map<String, Having.Range> names = Map.of();

    private int namesDepth;

    private SelectWriter(String sql, List<Token> tokens, Catalog catalog) {
        this.original = sql;
        this.tokens = tokens;
        this.catalog = catalog;
        this.list = SelectList.of(sql, tokens);
    }

    /**
     * Writes a statement anew.
     *
     * @param tokens of {@code sql}, without semicolons at the end
     */
    public static Select write(String sql, List<Token> tokens, Catalog catalog) throws SqlException {
        SelectWriter writer = new SelectWriter(sql, tokens, catalog);
        writer.names();
        while (writer.at < tokens.size()) {
            writer.next();
        }
        return new Select(writer.out.toString().strip(), writer.tables);
    }

    /** Finds the tables, and with them the words that are columns. */
    private void names() throws SqlException {
        for (int index = 0; index < tokens.size(); index++) {
            if (!isName(index)) {
                continue;
            }
            String name = tokens.get(index).text().toLowerCase(Locale.ROOT);
            boolean part = index >= 2 && tokens.get(index - 1).is(".");
            boolean inInformationSchema = part && tokens.get(index - 2).is(Catalog.INFORMATION_SCHEMA);
            String schema = inInformationSchema ? Catalog.INFORMATION_SCHEMA : part ? Catalog.SCHEMA : catalog.schema();
            Optional<List<String>> found = catalog.columns(schema, name);
            if (found.isPresent()) {
                tables.add(new Select.Table(schema, name));
                columns.addAll(found.get());
            } else if (inInformationSchema) {
                throw new SqlException(
                        1109,
                        "42S02",
                        "Unknown table '" + tokens.get(index).text() + "' in information_schema"
                                + Near.hint(name, catalog.tables(schema)));
            }
        }
    }

    private boolean previousIs(int index, String word) {
        return index > 0 && tokens.get(index - 1).is(word);
    }

    private boolean isNext(int index, String word) {
        return index + 1 < tokens.size() && tokens.get(index + 1).is(word);
    }

    private boolean isName(int index) {
        Token.Sort sort = tokens.get(index).sort();
        return sort == Token.Sort.WORD || sort == Token.Sort.QUOTED;
    }

    private void next() throws SqlException {
        if (out.length() > LONGEST) {
            throw syntax("the statement is too long");
        }
        int written = at;
        Token token = tokens.get(at);
        switch (token.sort()) {
            case WORD -> word(token);
            case QUOTED -> quotedName(token);
            case STRING -> string(token);
            case NUMBER -> put(token.text());
            case VARIABLE -> variable(token);
            case SYMBOL -> symbol(token);
        }
        at++;
        for (int index = written; index < at; index++) {
            String title = list.titles().get(index);
            if (title != null) {
                put("AS " + quoted(title));
            }
        }
    }

    private void symbol(Token token) throws SqlException {
        if (token.is("|") || token.is("&")) {
            if (!adjacent(token.text())) {
                throw syntax("bits cannot be combined here");
            }
            at++;
            put(token.is("|") ? "OR" : "AND");
            return;
        }
        if (!SYMBOLS.contains(token.text())) {
            String why = token.is(";") ? "one statement at a time" : token.is("?") ? "a value is missing" : "";
            throw syntax(why);
        }
        if (token.is("<")
                && adjacent("=")
                && at + 2 < tokens.size()
                && tokens.get(at + 2).is(">")) {
            at += 2;
            put("IS NOT DISTINCT FROM");
        } else if (token.is("/")) {
            // whole numbers divide to a fraction
            put("* 1e0 /");
        } else if (COMPARISON.contains(token.text())) {
            comparison(token);
        } else {
            if (token.is("(")) {
                brackets.push(previousIs(at, "CAST") ? CAST : previousIs(at, CONVERT) ? CONVERT : "");
            } else if (token.is(",") && isIn(CONVERT)) {
                put("AS");
                return;
            } else if (token.is(")") && !brackets.isEmpty()) {
                brackets.pop();
                names = brackets.size() < namesDepth ? Map.of() : names;
            }
            put(token.text());
        }
    }

    private void comparison(Token token) {
        StringBuilder operator = new StringBuilder(token.text());
        while (adjacentIn(COMPARISON) && operator.length() < 2) {
            operator.append(tokens.get(++at).text());
        }
        put(operator.toString().equals("!") ? "NOT" : operator.toString());
    }

    private boolean adjacent(String text) {
        return adjacentIn(Set.of(text));
    }

    private boolean adjacentIn(Set<String> texts) {
        return at + 1 < tokens.size()
                && tokens.get(at + 1).sort() == Token.Sort.SYMBOL
                && tokens.get(at + 1).start() == tokens.get(at).end()
                && texts.contains(tokens.get(at + 1).text());
    }

    private void string(Token token) throws SqlException {
        if (token.text().indexOf('\0') >= 0) {
            throw syntax("a text without NUL is needed");
        }
        put(isAlias() ? quoted(token.text()) : "'" + token.text().replace("'", "''") + "'");
    }

    /** Whether this token gives something a name, which is kept as it was written. */
    private boolean isAlias() {
        return list.aliases().contains(at) || previousIs(at, "AS") && !inCast() && !isNext(at, "(");
    }

    private boolean inCast() {
        return isIn(CAST) || isIn(CONVERT);
    }

    private boolean isIn(String function) {
        return !brackets.isEmpty() && brackets.peek().equals(function);
    }

    /** Whether a type is due: behind AS, or behind the comma of CONVERT. */
    private boolean beforeType() {
        return isIn(CAST) && previousIs(at, "AS") || isIn(CONVERT) && previousIs(at, ",");
    }

    private void variable(Token token) throws SqlException {
        if (!token.text().startsWith("@@")) {
            put("NULL");
            return;
        }
        Optional<String> value = catalog.literal(token.text());
        if (value.isEmpty()) {
            throw new SqlException(
                    1193, "HY000", "Unknown system variable '" + token.text().substring(2) + "'");
        }
        put(value.get());
    }

    private void quotedName(Token token) throws SqlException {
        if (token.text().isEmpty() || token.text().indexOf('\0') >= 0) {
            throw syntax("a name is missing");
        }
        if (isNext(at, "(") && !namesColumns()) {
            called(token);
        }
        if (isAlias()) {
            put(quoted(token.text()));
        } else {
            name(token.text());
        }
    }

    /** A name as it is, but for the schema whose name the engine uses itself. */
    private void name(String name) {
        boolean isSchema = name.equalsIgnoreCase(Catalog.INFORMATION_SCHEMA) && isNext(at, ".");
        put(quoted(isSchema ? Select.ENGINE_INFORMATION_SCHEMA : name.toLowerCase(Locale.ROOT)));
    }

    private void word(Token token) throws SqlException {
        String word = Words.upper(token);
        boolean part = previousIs(at, ".") || isNext(at, ".");
        if (!PLAIN.matcher(token.text()).matches()) {
            if (EXPONENT.matcher(token.text()).matches()) {
                put(token.text());
            } else if (Character.isDigit(token.text().charAt(0))) {
                throw syntax("this is no number");
            } else {
                name(token.text());
            }
        } else if (isAlias()) {
            put(quoted(token.text()));
        } else if (beforeType()) {
            clause(Clause.type(tokens, at), "CAST knows SIGNED, DECIMAL, DOUBLE, CHAR, DATE, DATETIME and TIME");
        } else if (!part && names.containsKey(token.text().toLowerCase(Locale.ROOT))) {
            expression(names.get(token.text().toLowerCase(Locale.ROOT)));
        } else if (isIn(CONVERT) && word.equals("USING")) {
            // all text is Unicode here
            put("AS VARCHAR");
            at++;
        } else if (isNext(at, "(") && !Words.BEFORE_BRACKET.contains(word)) {
            call(token, word);
        } else if (part || columns.contains(word.toLowerCase(Locale.ROOT)) && !Words.STRUCTURE.contains(word)) {
            name(token.text());
        } else {
            keyword(token, word);
        }
    }

    private void expression(Having.Range range) throws SqlException {
        int back = at;
        Map<String, Having.Range> outside = names;
        names = Map.of();
        put("(");
        for (at = range.from(); at < range.end(); ) {
            next();
        }
        put(")");
        names = outside;
        at = back;
    }

    private void keyword(Token token, String word) throws SqlException {
        boolean beforeText = at + 1 < tokens.size() && tokens.get(at + 1).sort() == Token.Sort.STRING;
        if (Words.REFUSED.contains(word)) {
            throw syntax("a SELECT cannot have " + word + " here");
        } else if (Words.IGNORED.contains(word) || word.equals("BINARY")) {
            return;
        } else if (beforeText && (word.startsWith("_") || word.equals("N"))) {
            // a text's character set: all text is Unicode here
            return;
        } else if (word.equals("COLLATE")) {
            at++;
        } else if (word.equals("RLIKE")) {
            put("REGEXP");
        } else if (word.equals("INTERVAL")) {
            clause(
                    Clause.interval(tokens, at),
                    "write INTERVAL with a number or column and SECOND, MINUTE, HOUR, DAY, WEEK or YEAR");
        } else if (word.equals("HAVING")) {
            Optional<Map<String, Having.Range>> found = Having.names(tokens, at);
            names = found.orElse(Map.of());
            namesDepth = brackets.size();
            put(found.isPresent() ? "QUALIFY" : word);
        } else if (word.equals("ORDER") || word.equals("UNION")) {
            names = Map.of();
            put(word);
        } else if (word.equals("LIMIT")) {
            clause(Clause.limit(tokens, at), "write LIMIT <count> [OFFSET <count>]");
        } else {
            Optional<String> value = catalog.literal(word);
            put(value.isPresent() && word.startsWith("CURRENT_") ? value.get() : token.text());
        }
    }

    private void clause(Optional<Clause> clause, String otherwise) throws SqlException {
        if (clause.isEmpty()) {
            throw syntax(otherwise);
        }
        put(clause.get().text());
        at = clause.get().last();
    }

    private void call(Token token, String word) throws SqlException {
        boolean empty = at + 2 < tokens.size() && tokens.get(at + 2).is(")");
        Optional<String> value = empty ? catalog.literal(word) : Optional.empty();
        if (value.isPresent()) {
            put(value.get());
            at += 2;
        } else if ((word.equals("NOW") || word.equals("SYSDATE")) && empty) {
            put("LOCALTIMESTAMP(0)");
            at += 2;
        } else if (namesColumns()) {
            name(token.text());
        } else {
            called(token);
            put(Words.RENAMED.getOrDefault(word, word));
        }
    }

    /** Whether this is a table that a statement makes up, with the names of its columns behind it in brackets. */
    private boolean namesColumns() {
        if (previousIs(at, "WITH") || previousIs(at, "RECURSIVE") || previousIs(at, "AS")) {
            return true;
        }
        if (!previousIs(at, ",") || !tokens.get(0).is("WITH")) {
            return false;
        }
        int close = at + 1;
        while (close < Math.min(tokens.size(), at + MOST_NAMES)
                && !tokens.get(close).is(")")) {
            close++;
        }
        return isNext(close, "AS") && isNext(close + 1, "(");
    }

    private void called(Token token) throws SqlException {
        String name = token.text();
        if (previousIs(at, ".")
                || token.sort() == Token.Sort.QUOTED
                || !Words.FUNCTIONS.contains(name.toUpperCase(Locale.ROOT))) {
            throw new SqlException(
                    1305,
                    "42000",
                    "FUNCTION " + Catalog.SCHEMA + "." + name + " does not exist"
                            + Near.hint(name.toUpperCase(Locale.ROOT), Words.FUNCTIONS));
        }
    }

    private SqlException syntax(String why) {
        return SqlException.syntax(original.substring(tokens.get(at).start()), why);
    }

    private void put(String text) {
        boolean tight = text.equals(".") || text.equals(",") || text.equals(")") || out.isEmpty();
        boolean open =
                !out.isEmpty() && out.charAt(out.length() - 1) == '.' || text.equals("(") && at > 0 && isName(at - 1);
        if (!tight && !open) {
            out.append(' ');
        }
        out.append(text);
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
