package dev.mysqlproxy.plugin.admin.sql;

/**
 * A word of a statement.
 *
 * @param text what it stands for: without quotes, escapes resolved
 * @param start where it begins in the statement
 * @param end where it ends, exclusive
 */
public record Token(Sort sort, String text, int start, int end) {

    public enum Sort {
        /** A keyword or name. */
        WORD,
        /** A name in backticks. */
        QUOTED,
        /** Text in single or double quotes. */
        STRING,
        /** Digits, with a fraction or without. */
        NUMBER,
        /** {@code @@name}, {@code @@scope.name} or {@code @name}, with its at-signs. */
        VARIABLE,
        /** Any other single character. */
        SYMBOL
    }

    /** Whether this is the given keyword, name or symbol, in any case. */
    public boolean is(String word) {
        return switch (sort) {
            case WORD, QUOTED, SYMBOL -> text.equalsIgnoreCase(word);
            case STRING, NUMBER, VARIABLE -> false;
        };
    }
}
