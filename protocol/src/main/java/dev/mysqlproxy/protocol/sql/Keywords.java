package dev.mysqlproxy.protocol.sql;

import java.nio.charset.StandardCharsets;

/**
 * The keyword list as an open hash table over bytes, so that looking a word up allocates nothing. The hash takes the
 * length and four of the bytes, which keeps the 233 words apart well enough that most lookups see one slot.
 */
final class Keywords {
    private static final int SLOTS = 1024;
    /** Clears the bit that tells lower case from upper; one-to-one on the bytes a word can have. */
    private static final int FOLD = 0xDF;

    private static final byte[][] WORDS = new byte[SLOTS][];
    private static final TokenKind[] KINDS = new TokenKind[SLOTS];
    private static final int SHORTEST;
    private static final int LONGEST;

    static {
        int shortest = Integer.MAX_VALUE;
        int longest = 0;
        for (TokenKind kind : TokenKind.values()) {
            if (kind.isKeyword()) {
                byte[] word = kind.name().substring("SQL_".length()).getBytes(StandardCharsets.US_ASCII);
                shortest = Math.min(shortest, word.length);
                longest = Math.max(longest, word.length);
                insert(word, kind);
            }
        }
        SHORTEST = shortest;
        LONGEST = longest;
    }

    private Keywords() {}

    /** The keyword spelled in any case by the word bytes {@code from} to {@code to}, or {@link TokenKind#LITERAL}. */
    static TokenKind lookup(byte[] source, int from, int to) {
        int length = to - from;
        if (length < SHORTEST || length > LONGEST) {
            return TokenKind.LITERAL;
        }
        int slot = hash(source, from, length);
        byte[] word = WORDS[slot];
        while (word != null) {
            if (word.length == length && spells(word, source, from)) {
                return KINDS[slot];
            }
            slot = (slot + 1) & (SLOTS - 1);
            word = WORDS[slot];
        }
        return TokenKind.LITERAL;
    }

    private static void insert(byte[] word, TokenKind kind) {
        int slot = hash(word, 0, word.length);
        while (WORDS[slot] != null) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        for (int i = 0; i < word.length; i++) {
            word[i] = (byte) (word[i] & FOLD);
        }
        WORDS[slot] = word;
        KINDS[slot] = kind;
    }

    private static int hash(byte[] source, int from, int length) {
        int first = source[from] & FOLD;
        int second = source[from + 1] & FOLD;
        int middle = source[from + (length >> 1)] & FOLD;
        int last = source[from + length - 1] & FOLD;
        int mixed = ((first << 24) | (second << 16) | (middle << 8) | last) * 0x9E3779B1 + length * 0x85EBCA6B;
        return mixed >>> 22;
    }

    private static boolean spells(byte[] word, byte[] source, int from) {
        for (int i = 0; i < word.length; i++) {
            if (word[i] != (byte) (source[from + i] & FOLD)) {
                return false;
            }
        }
        return true;
    }
}
