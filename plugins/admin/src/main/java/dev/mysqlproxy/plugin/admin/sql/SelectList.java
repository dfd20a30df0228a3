package dev.mysqlproxy.plugin.admin.sql;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The expressions that a statement's first SELECT selects. Those without a name get the text they were written as,
 * which
 * is what MySQL calls their columns.
 *
 * @param titles by the last token of an expression: what it is to be called
 * @param aliases tokens that are names given without AS
 */
record SelectList(Map<Integer, String> titles, Set<Integer> aliases) {

    private static final int LONGEST = 250;

    static SelectList of(String sql, List<Token> tokens) {
        SelectList list = new SelectList(new HashMap<>(), new HashSet<>());
        int at = 0;
        int depth = 0;
        while (at < tokens.size() && !(depth == 0 && isWord(tokens.get(at), "SELECT"))) {
            depth += change(tokens.get(at++));
        }
        at++;
        while (at < tokens.size()
                && (isWord(tokens.get(at), "DISTINCT")
                        || isWord(tokens.get(at), "ALL")
                        || tokens.get(at).sort() == Token.Sort.WORD
                                && Words.IGNORED.contains(Words.upper(tokens.get(at))))) {
            at++;
        }
        int first = at;
        for (; at < tokens.size(); at++) {
            Token token = tokens.get(at);
            boolean ends = depth == 0
                    && token.sort() == Token.Sort.WORD
                    && Words.AFTER_LIST.contains(Words.upper(token))
                    && !(at > first && tokens.get(at - 1).is("."));
            if (ends) {
                break;
            }
            if (depth == 0 && token.is(",")) {
                list.item(sql, tokens, first, at);
                first = at + 1;
            }
            depth += change(token);
        }
        list.item(sql, tokens, first, Math.min(at, tokens.size()));
        return list;
    }

    private static int change(Token token) {
        return token.is("(") ? 1 : token.is(")") ? -1 : 0;
    }

    private static boolean isWord(Token token, String word) {
        return token.sort() == Token.Sort.WORD && token.is(word);
    }

    private void item(String sql, List<Token> tokens, int from, int end) {
        if (from >= end || tokens.get(end - 1).is("*") || hasAs(tokens, from, end)) {
            return;
        }
        if (isImplicitAlias(tokens, from, end)) {
            aliases.add(end - 1);
        } else if (!isColumn(tokens, from, end)) {
            String text =
                    sql.substring(tokens.get(from).start(), tokens.get(end - 1).end());
            titles.put(end - 1, text.length() <= LONGEST ? text : text.substring(0, LONGEST));
        }
    }

    private static boolean hasAs(List<Token> tokens, int from, int end) {
        int depth = 0;
        for (int at = from; at < end; at++) {
            depth += change(tokens.get(at));
            if (depth == 0 && isWord(tokens.get(at), "AS")) {
                return true;
            }
        }
        return false;
    }

    static boolean isImplicitAlias(List<Token> tokens, int from, int end) {
        boolean isUnit = end - from > 2 && isWord(tokens.get(end - 3), "INTERVAL");
        if (end - from < 2 || isUnit) {
            return false;
        }
        Token last = tokens.get(end - 1);
        Token before = tokens.get(end - 2);
        boolean name = switch (last.sort()) {
            case WORD -> !Words.STRUCTURE.contains(Words.upper(last));
            case QUOTED, STRING -> true;
            case NUMBER, VARIABLE, SYMBOL -> false;
        };
        boolean operand = switch (before.sort()) {
            case WORD ->
                !Words.OPERATORS.contains(Words.upper(before)) && !before.text().startsWith("_");
            case SYMBOL -> before.is(")");
            case QUOTED, STRING, NUMBER, VARIABLE -> true;
        };
        return name && operand;
    }

    private static boolean isColumn(List<Token> tokens, int from, int end) {
        for (int at = from; at < end; at++) {
            Token token = tokens.get(at);
            boolean part = (at - from) % 2 == 0
                    ? token.sort() == Token.Sort.QUOTED
                            || token.sort() == Token.Sort.WORD && !Words.STRUCTURE.contains(Words.upper(token))
                    : token.is(".");
            if (!part) {
                return false;
            }
        }
        return true;
    }
}
