package dev.mysqlproxy.protocol.sql;

import java.nio.charset.StandardCharsets;

/** Words and names of a statement as text. */
final class Names {

    /** Bytes of the longest name that a server takes, 64 characters of up to four. */
    private static final int LONGEST = 256;

    private Names() {}

    /** A word in capitals; of one that is no keyword, its beginning. */
    static String upper(byte[] sql, int from, int to) {
        int length = Math.min(to - from, LONGEST);
        byte[] word = new byte[length];
        for (int i = 0; i < length; i++) {
            word[i] = Bytes.toUpper(sql[from + i]);
        }
        return new String(word, StandardCharsets.UTF_8);
    }

    /** What an identifier names, read as UTF-8: without its backticks, if it has any. */
    static String identifier(byte[] sql, int from, int to) {
        if (sql[from] != '`') {
            return new String(sql, from, Math.min(to - from, LONGEST), StandardCharsets.UTF_8);
        }
        byte[] name = new byte[Math.min(to - from, LONGEST)];
        int length = 0;
        int at = from + 1;
        while (at < to && length < name.length && (sql[at] != '`' || at + 1 < to && sql[at + 1] == '`')) {
            at += sql[at] == '`' ? 1 : 0;
            name[length++] = sql[at++];
        }
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }
}
