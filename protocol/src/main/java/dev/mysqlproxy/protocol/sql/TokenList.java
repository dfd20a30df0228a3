package dev.mysqlproxy.protocol.sql;

import java.util.Arrays;

/** The tokens of a statement's beginning, to look at in any order. Indices outside of it are those of no token. */
final class TokenList {

    private static final int MOST = 20_000;

    private final byte[] sql;
    private int[] tokens = new int[3 * 64];
    private int size;

    TokenList(byte[] statement) {
        sql = statement;
        SqlScanner scanner = new SqlScanner().reset(statement, 0, statement.length);
        for (int token = scanner.next(); token != SqlScanner.END && size < MOST; token = scanner.next()) {
            if (3 * size == tokens.length) {
                tokens = Arrays.copyOf(tokens, tokens.length * 2);
            }
            tokens[3 * size] = token;
            tokens[3 * size + 1] = scanner.start();
            tokens[3 * size + 2] = scanner.end();
            size++;
        }
    }

    int size() {
        return size;
    }

    private int kind(int index) {
        return index >= 0 && index < size ? tokens[3 * index] : SqlScanner.END;
    }

    private int from(int index) {
        return tokens[3 * index + 1];
    }

    private int to(int index) {
        return tokens[3 * index + 2];
    }

    boolean isSign(int index, char sign) {
        return kind(index) == SqlScanner.SIGN && to(index) - from(index) == 1 && sql[from(index)] == sign;
    }

    /** Whether it is a word or a name in backticks. */
    boolean isName(int index) {
        return kind(index) == SqlScanner.WORD || kind(index) == SqlScanner.QUOTED;
    }

    /** The word in capitals; empty for what is none. */
    String word(int index) {
        return kind(index) == SqlScanner.WORD ? Names.upper(sql, from(index), to(index)) : "";
    }

    boolean isWord(int index, String word) {
        return kind(index) == SqlScanner.WORD
                && to(index) - from(index) == word.length()
                && word(index).equals(word);
    }

    /** What the name at hand says, without backticks. */
    String name(int index) {
        return Names.identifier(sql, from(index), to(index));
    }
}
