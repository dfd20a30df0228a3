package dev.mysqlproxy.plugin.admin.sql;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * HAVING in a SELECT without groups, where it is another WHERE, behind the names that the SELECT gives. The engine calls
 * that QUALIFY, and has columns of a table go before such names.
 */
final class Having {

    private static final Set<String> AGGREGATES = Set.of("""
            ANY_VALUE AVG BIT_AND BIT_OR BIT_XOR COUNT GROUP_CONCAT MAX MEDIAN MIN
            STD STDDEV STDDEV_POP STDDEV_SAMP SUM VARIANCE VAR_POP VAR_SAMP""".split("\\s+"));

    /**
     * Tokens of an expression.
     *
     * @param from the first
     * @param end behind the last
     */
    record Range(int from, int end) {}

    private Having() {}

    /**
     * What the SELECT calls its expressions; empty when there are groups, and HAVING is what it is called.
     *
     * @param at where HAVING stands
     */
    static Optional<Map<String, Range>> names(List<Token> tokens, int at) {
        int depth = 0;
        int select = at;
        while (--select >= 0) {
            depth += tokens.get(select).is(")") ? 1 : tokens.get(select).is("(") ? -1 : 0;
            if (depth < 0 || depth == 0 && isWord(tokens.get(select), "SELECT")) {
                break;
            }
        }
        Map<String, Range> names = new HashMap<>();
        depth = 0;
        int start = select + 1;
        while (start < at
                && (isWord(tokens.get(start), "DISTINCT")
                        || isWord(tokens.get(start), "ALL")
                        || Words.IGNORED.contains(Words.upper(tokens.get(start))))) {
            start++;
        }
        boolean inList = true;
        for (int index = Math.max(select, 0) + 1; index < tokens.size() && depth >= 0; index++) {
            Token token = tokens.get(index);
            if (depth == 0
                    && index > at
                    && (isWord(token, "UNION") || isWord(token, "EXCEPT") || isWord(token, "INTERSECT"))) {
                break;
            }
            if (token.is("(") && index + 1 < tokens.size() && isWord(tokens.get(index + 1), "SELECT")) {
                // what a subquery counts is its own
                index = close(tokens, index);
                continue;
            }
            boolean called = index + 1 < tokens.size() && tokens.get(index + 1).is("(");
            if (depth == 0 && isWord(token, "GROUP") || called && AGGREGATES.contains(Words.upper(token))) {
                return Optional.empty();
            }
            boolean ends = depth == 0 && (token.is(",") || Words.AFTER_LIST.contains(Words.upper(token)));
            if (inList && ends) {
                if (index - start > 2 && isWord(tokens.get(index - 2), "AS")) {
                    names.put(tokens.get(index - 1).text().toLowerCase(Locale.ROOT), new Range(start, index - 2));
                } else if (index - start > 1 && SelectList.isImplicitAlias(tokens, start, index)) {
                    names.put(tokens.get(index - 1).text().toLowerCase(Locale.ROOT), new Range(start, index - 1));
                }
                start = index + 1;
                inList = token.is(",");
            }
            depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
        }
        return Optional.of(names);
    }

    /** Where a bracket is closed, or the last token. */
    private static int close(List<Token> tokens, int open) {
        int depth = 1;
        int index = open;
        while (depth > 0 && index + 1 < tokens.size()) {
            index++;
            depth += tokens.get(index).is("(") ? 1 : tokens.get(index).is(")") ? -1 : 0;
        }
        return index;
    }

    private static boolean isWord(Token token, String word) {
        return token.sort() == Token.Sort.WORD && token.is(word);
    }
}
