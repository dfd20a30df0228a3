package dev.mysqlproxy.protocol.sql;

/** Words near which passwords and keys stand, found anywhere in a text: in code, strings, comments and names alike. */
final class SecretWords {

    private static final byte[][][] BY_FIRST_LETTER = index(
            "identified",
            "passw",
            "passphrase",
            "pwd",
            "secret",
            "access_key",
            "credential",
            "authentication_string",
            "encrypt",
            "decrypt",
            "encode",
            "decode",
            "kdf",
            "keyring_key",
            "asymmetric_",
            "connection",
            "sst_auth",
            "private_key",
            "private key",
            // procedures of cloud providers that set up replication
            "external_master",
            "external_source",
            "externalsource",
            "change_master",
            "change_source");

    private SecretWords() {}

    private static byte[][][] index(String... words) {
        byte[][][] index = new byte[128][][];
        for (String word : words) {
            byte[] letters = new byte[word.length()];
            for (int i = 0; i < letters.length; i++) {
                letters[i] = Bytes.toUpper((byte) word.charAt(i));
            }
            add(index, letters[0], letters);
            add(index, Character.toLowerCase(letters[0]), letters);
        }
        return index;
    }

    private static void add(byte[][][] index, int first, byte[] word) {
        byte[][] before = index[first] == null ? new byte[0][] : index[first];
        byte[][] after = new byte[before.length + 1][];
        System.arraycopy(before, 0, after, 0, before.length);
        after[before.length] = word;
        index[first] = after;
    }

    /** Whether one of them is there, in any case. */
    static boolean in(byte[] sql, int from, int to) {
        for (int at = from; at < to; at++) {
            byte first = sql[at];
            if (first >= 'A' && BY_FIRST_LETTER[first] != null && begins(sql, at, to, BY_FIRST_LETTER[first])) {
                return true;
            }
        }
        return false;
    }

    private static boolean begins(byte[] sql, int at, int to, byte[][] words) {
        for (byte[] word : words) {
            if (to - at >= word.length && is(sql, at, word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean is(byte[] sql, int at, byte[] word) {
        for (int i = 0; i < word.length; i++) {
            if (Bytes.toUpper(sql[at + i]) != word[i]) {
                return false;
            }
        }
        return true;
    }
}
