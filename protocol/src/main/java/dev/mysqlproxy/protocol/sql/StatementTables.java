package dev.mysqlproxy.protocol.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds the tables that a statement reads and writes, by the places in which names of tables stand: this is no parser.
 * Names of common table expressions, aliases, table functions and DUAL are not among them; what a procedure, a trigger or a
 * view uses is not known here. Of several statements those of all are found.
 *
 * <p>Any bytes are accepted, what is behind 20,000 tokens is not looked at. Not for access control.
 */
public final class StatementTables {

    /**
     * A table in a statement.
     *
     * @param schema as written, empty when the statement does not say
     * @param name as written, without backticks
     * @param written whether the statement writes it; one that it reads and writes is there twice
     */
    public record Table(String schema, String name, boolean written) {}

    /** Most tables of one statement. */
    public static final int MOST = 100;

    private static final int DEEPEST = 64;

    private static final Set<String> NOT_ALIASES = Set.of(
            "ON",
            "USING",
            "SET",
            "WHERE",
            "JOIN",
            "INNER",
            "LEFT",
            "RIGHT",
            "CROSS",
            "NATURAL",
            "STRAIGHT_JOIN",
            "USE",
            "FORCE",
            "IGNORE",
            "FOR",
            "ORDER",
            "GROUP",
            "LIMIT",
            "RETURNING",
            "UNION",
            "HAVING",
            "WINDOW",
            "PARTITION");
    private static final Set<String> MODIFIERS =
            Set.of("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "QUICK", "IGNORE", "INTO", "HISTORY");

    /** A table of the statement itself, not of a query in it, or one that it says it writes. */
    private record Reference(String schema, String name, String alias) {

        boolean isNamed(Reference target) {
            return target.schema.isEmpty()
                    ? (alias.isEmpty() ? name : alias).equalsIgnoreCase(target.name)
                    : name.equalsIgnoreCase(target.name) && target.schema.equalsIgnoreCase(schema);
        }
    }

    private final TokenList tokens;
    private final Set<Table> found = new LinkedHashSet<>();
    private final Set<String> ctes = new HashSet<>();
    private final List<Reference> references = new ArrayList<>();
    private final List<Reference> targets = new ArrayList<>();
    private int at;

    private StatementTables(byte[] statement) {
        tokens = new TokenList(statement);
    }

    /** The tables of a statement in the order in which they stand there, at most {@link #MOST}. */
    public static List<Table> of(byte[] statement) {
        StatementTables tables = new StatementTables(statement);
        while (tables.at < tables.tokens.size()) {
            tables.statement();
        }
        return tables.found.stream().limit(MOST).toList();
    }

    private void statement() {
        ctes.clear();
        references.clear();
        targets.clear();
        if (tokens.isWord(at, "WITH")) {
            at++;
            commonTables(0);
        }
        String verb = tokens.word(at);
        switch (verb) {
            case "INSERT", "REPLACE" -> {
                at++;
                skipModifiers();
                written();
                level(0, true, false);
            }
            case "UPDATE" -> {
                at++;
                skipModifiers();
                level(0, false, true);
                resolve(targets.isEmpty());
            }
            case "DELETE" -> delete();
            case "TRUNCATE", "CREATE", "ALTER", "DROP", "LOAD" -> definition(verb);
            case "SELECT", "TABLE", "VALUES", "SET", "DO", "CALL", "" -> level(0, true, false);
            default -> {
                // nothing in it counts
            }
        }
        while (at < tokens.size() && !tokens.isSign(at, ';')) {
            at++;
        }
        at++;
    }

    private void skipModifiers() {
        while (MODIFIERS.contains(tokens.word(at))) {
            at++;
        }
    }

    /** The name at hand, if it is one, is that of a table that is written. */
    private void written() {
        Reference table = name();
        if (table != null) {
            add(table, true);
        }
    }

    private void add(Reference table, boolean write) {
        boolean temporary = table.schema.isEmpty() && ctes.contains(table.name.toLowerCase(Locale.ROOT));
        boolean dual = table.schema.isEmpty() && table.name.equalsIgnoreCase("DUAL");
        if (!temporary && !dual && found.size() < MOST) {
            found.add(new Table(table.schema, table.name, write));
        }
    }

    /** Reads {@code name} or {@code schema.name}; null when there is none. */
    private Reference name() {
        if (!tokens.isName(at)) {
            return null;
        }
        String first = tokens.name(at++);
        if (tokens.isSign(at, '.') && tokens.isName(at + 1)) {
            at += 2;
            return new Reference(first, tokens.name(at - 1), "");
        }
        return new Reference("", first, "");
    }

    private void commonTables(int depth) {
        if (tokens.isWord(at, "RECURSIVE")) {
            at++;
        }
        while (tokens.isName(at)) {
            ctes.add(tokens.name(at++).toLowerCase(Locale.ROOT));
            skipParentheses();
            while (tokens.isWord(at, "AS") || tokens.isWord(at, "NOT") || tokens.isWord(at, "MATERIALIZED")) {
                at++;
            }
            parentheses(depth, true, false);
            // MariaDB: CYCLE columns RESTRICT
            if (!tokens.isSign(at, ',')) {
                return;
            }
            at++;
        }
    }

    /** Goes through what stands in parentheses, if they are next; what is too deep is passed over. */
    private void parentheses(int depth, boolean reads, boolean list) {
        if (!tokens.isSign(at, '(') || depth >= DEEPEST) {
            skipParentheses();
            return;
        }
        at++;
        level(depth + 1, reads, list);
    }

    private void skipParentheses() {
        if (!tokens.isSign(at, '(')) {
            return;
        }
        int depth = 0;
        do {
            depth += tokens.isSign(at, '(') ? 1 : tokens.isSign(at, ')') ? -1 : 0;
            at++;
        } while (depth > 0 && at < tokens.size());
    }

    private void delete() {
        at++;
        skipModifiers();
        boolean from = tokens.isWord(at, "FROM");
        int list = from ? at + 1 : at;
        at = list;
        names();
        String next = tokens.word(at);
        if (from ? next.equals("USING") : next.equals("FROM")) {
            at++;
        } else {
            // one table
            targets.clear();
            at = list;
        }
        boolean single = targets.isEmpty();
        level(0, false, true);
        resolve(single);
    }

    /** Reads the tables to delete from, which may have {@code .*} behind them. */
    private void names() {
        boolean more = true;
        while (more) {
            Reference target = name();
            if (target == null) {
                return;
            }
            targets.add(target);
            if (tokens.isSign(at, '.') && tokens.isSign(at + 1, '*')) {
                at += 2;
            }
            more = tokens.isSign(at, ',');
            at += more ? 1 : 0;
        }
    }

    private void definition(String verb) {
        at++;
        boolean truncate = verb.equals("TRUNCATE");
        int end = Math.min(tokens.size(), at + (verb.equals("LOAD") ? 30 : 6));
        int table = at;
        while (table < end && !tokens.isWord(table, "TABLE")) {
            table++;
        }
        if (table < end) {
            at = table + 1;
        } else if (!truncate) {
            return;
        }
        while (tokens.isWord(at, "IF") || tokens.isWord(at, "NOT") || tokens.isWord(at, "EXISTS")) {
            at++;
        }
        written();
        while (verb.equals("DROP") && tokens.isSign(at, ',')) {
            at++;
            written();
        }
        level(0, true, false);
    }

    /** Says of the statement's own tables which are written: the first, or those that it names as targets. */
    private void resolve(boolean first) {
        boolean write = first;
        for (Reference table : references) {
            add(table, first ? write : targets.stream().anyMatch(table::isNamed));
            write = false;
        }
    }

    /**
     * Goes through what stands between two parentheses, or through the rest of the statement, and behind it.
     *
     * @param reads whether tables here are only read: in a query
     * @param list whether it begins with tables
     */
    private void level(int depth, boolean reads, boolean list) {
        boolean query = reads;
        boolean tables = list;
        boolean expecting = list;
        boolean select = false;
        while (at < tokens.size()) {
            if (tokens.isSign(at, '(')) {
                parentheses(depth, query || !expecting, expecting);
                expecting = false;
            } else if (tokens.isSign(at, ')')) {
                at++;
                if (depth > 0) {
                    return;
                }
            } else if (tokens.isSign(at, ';') && depth == 0) {
                return;
            } else if (tokens.isSign(at, ',')) {
                at++;
                expecting = tables;
                if (!query && !tables && depth == 0) {
                    assigned();
                }
            } else if (tokens.isSign(at, '.')) {
                at += tokens.isName(at + 1) ? 2 : 1;
            } else if (expecting
                    && tokens.isName(at)
                    && !tokens.isWord(at, "SELECT")
                    && !tokens.isWord(at, "LATERAL")) {
                reference(query);
                expecting = false;
            } else {
                String word = tokens.word(at++);
                switch (word) {
                    case "SELECT" -> {
                        select = true;
                        query = true;
                        tables = false;
                        expecting = false;
                    }
                    case "WITH" -> commonTablesOfQuery(depth);
                    case "FROM" -> {
                        // IS DISTINCT FROM is none
                        tables = select && !tokens.isWord(at - 2, "DISTINCT");
                        expecting = tables;
                    }
                    case "TABLE" -> {
                        tables = query;
                        expecting = query;
                    }
                    case "JOIN", "STRAIGHT_JOIN" -> expecting = tables;
                    case "WHERE",
                            "GROUP",
                            "HAVING",
                            "ORDER",
                            "LIMIT",
                            "WINDOW",
                            "UNION",
                            "EXCEPT",
                            "INTERSECT",
                            "INTO",
                            "RETURNING",
                            "VALUES",
                            "LOCK",
                            "PROCEDURE" -> {
                        tables = false;
                        expecting = false;
                        query |= depth == 0;
                    }
                    case "SET" -> {
                        tables = false;
                        expecting = false;
                        if (!query && depth == 0) {
                            assigned();
                        }
                    }
                    default -> {
                        // of no interest
                    }
                }
            }
        }
    }

    /** WITH in a query; WITH ROLLUP and others have no parenthesis where this one has. */
    private void commonTablesOfQuery(int depth) {
        int name = tokens.isWord(at, "RECURSIVE") ? at + 1 : at;
        if (tokens.isName(name) && (tokens.isWord(name + 1, "AS") || tokens.isSign(name + 1, '('))) {
            commonTables(depth);
        }
    }

    /** A table in a list of tables, with its alias; of a statement that writes, which of them it writes is known later. */
    private void reference(boolean read) {
        Reference table = name();
        if (tokens.isSign(at, '(')) {
            // a table function
            return;
        }
        if (tokens.isWord(at, "PARTITION")) {
            at++;
            skipParentheses();
        }
        if (read) {
            add(table, false);
            return;
        }
        at += tokens.isWord(at, "AS") ? 1 : 0;
        boolean aliased = tokens.isName(at) && !NOT_ALIASES.contains(tokens.word(at));
        references.add(aliased ? new Reference(table.schema, table.name, tokens.name(at++)) : table);
    }

    /** The column that UPDATE sets next may say of which table it is. */
    private void assigned() {
        if (tokens.isName(at) && tokens.isSign(at + 1, '.') && tokens.isName(at + 2)) {
            boolean schema = tokens.isSign(at + 3, '.');
            targets.add(
                    schema
                            ? new Reference(tokens.name(at), tokens.name(at + 2), "")
                            : new Reference("", tokens.name(at), ""));
        }
    }
}
