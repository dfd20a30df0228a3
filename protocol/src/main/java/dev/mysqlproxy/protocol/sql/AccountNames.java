package dev.mysqlproxy.protocol.sql;

import java.nio.charset.StandardCharsets;

/**
 * Tells which strings of a statement are account names, and where a password is due, from the words before them. In
 * {@code CREATE USER 'bob'@'%' IDENTIFIED BY 'x'} the first two strings name an account. Nothing that follows IDENTIFIED
 * or PASSWORD is taken for one: then it is better to hide too much. Servers refuse passwords without quotes, but people
 * forget them.
 */
final class AccountNames {

    /** What the token before was. */
    private enum Before {
        OTHER,
        /** A word behind which an account's name stands: USER, FOR, TO, ... */
        LEAD,
        ACCOUNT,
        /** The at-sign between a name and a host. */
        AT
    }

    /** IDENTIFIED WITH plugin BY: so many tokens behind the first the password is led to. */
    private static final int CLAUSE = 4;

    /** Length of the longest word that means something: IDENTIFIED. */
    private static final int LONGEST = "IDENTIFIED".length();

    private static final String PASSWORD = "PASSWORD";

    private final byte[] letters = new byte[LONGEST];

    private Before before = Before.OTHER;
    private int words;
    private String first = "";
    private boolean accounts;
    private boolean ofPassword;
    /** Whether options such as SOURCE_PASSWORD are set. */
    private boolean ofOptions;

    private boolean over;
    private int clause;
    private boolean secretDue;

    /** A statement begins. */
    void reset() {
        before = Before.OTHER;
        words = 0;
        first = "";
        accounts = false;
        ofPassword = false;
        ofOptions = false;
        over = false;
        clause = 0;
        secretDue = false;
    }

    /** Whether a name or word that comes now can only be a password without quotes. */
    boolean isSecret(byte[] sql, int from, int to) {
        if (!secretDue) {
            return false;
        }
        String word = to - from <= LONGEST ? upper(sql, from, to) : "";
        return !word.equals(PASSWORD) && !word.equals("RANDOM");
    }

    /** The same of a sign, or of a number by its first digit. */
    boolean isSecret(byte sign) {
        return secretDue && sign != '(' && sign != '=' && sign != '?';
    }

    /** Whether a string that comes now is an account's name; it has come. */
    boolean string() {
        boolean name = accounts && !over && before != Before.OTHER && before != Before.ACCOUNT;
        before = name ? Before.ACCOUNT : Before.OTHER;
        step();
        return name;
    }

    /** A name in backticks has come. */
    void identifier() {
        before = accounts && before != Before.OTHER ? Before.ACCOUNT : Before.OTHER;
        step();
    }

    /** Any other sign or number has come. */
    void sign(byte sign) {
        if (sign == ';') {
            reset();
            return;
        }
        if (sign == '@' && before == Before.ACCOUNT) {
            before = Before.AT;
        } else if (sign == ',' && before == Before.ACCOUNT) {
            before = Before.LEAD;
        } else {
            before = Before.OTHER;
        }
        boolean due = sign == '=' && (ofPassword || secretDue) || sign == '(' && secretDue;
        step();
        secretDue = due;
    }

    private void step() {
        secretDue = false;
        if (clause > 0) {
            clause--;
        }
    }

    /** A word has come. */
    void word(byte[] sql, int from, int to) {
        words++;
        if (words > 2 && !accounts && !ofOptions && clause == 0 && !secretDue && to - from != LONGEST) {
            // what most words of most statements are: without any meaning here
            before = Before.OTHER;
            return;
        }
        String word = to - from <= LONGEST ? upper(sql, from, to) : "";
        if (words <= 2) {
            begin(word);
        }
        boolean led = before == Before.LEAD || before == Before.AT;
        before = accounts && (leads(word) || words == 1) ? Before.LEAD : led ? Before.ACCOUNT : Before.OTHER;
        boolean due = clause > 0 && (word.equals("BY") || word.equals("AS") || word.equals("USING"))
                || secretDue && word.equals(PASSWORD)
                || ofOptions && words > 1 && endsWithPassword(sql, from, to)
                || ofPassword && word.equals("TO")
                || accounts && word.equals("REPLACE") && (over || ofPassword);
        step();
        secretDue = due;
        if (word.equals("IDENTIFIED")) {
            clause = CLAUSE;
            over = true;
        } else if (word.equals(PASSWORD) && !ofPassword) {
            over = true;
        }
    }

    private void begin(String word) {
        if (words == 1) {
            first = word;
            accounts = word.equals("GRANT") || word.equals("REVOKE");
            ofOptions = word.equals("CHANGE") || word.equals("START") || word.equals("INSTALL");
            return;
        }
        switch (first) {
            case "CREATE", "ALTER", "DROP", "RENAME" -> {
                accounts = word.equals("USER") || word.equals("ROLE");
                ofOptions = word.equals("SERVER");
                if (word.equals("OR")) {
                    // CREATE OR REPLACE USER
                    words = 0;
                }
            }
            case "REPLACE" -> {
                accounts = word.equals("USER") || word.equals("ROLE");
                ofOptions = word.equals("SERVER");
            }
            case "SHOW" -> accounts = word.equals("GRANTS") || word.equals("CREATE");
            case "SET" -> {
                ofPassword = word.equals(PASSWORD);
                accounts = ofPassword || word.equals("DEFAULT") || word.equals("ROLE");
            }
            default -> {}
        }
    }

    private boolean leads(String word) {
        if (ofPassword) {
            return word.equals("FOR");
        }
        return switch (word) {
            case "USER", "ROLE", "EXISTS", "FOR", "TO", "FROM", "ON" -> true;
            default -> false;
        };
    }

    private static boolean endsWithPassword(byte[] sql, int from, int to) {
        int at = to - PASSWORD.length();
        if (at < from) {
            return false;
        }
        for (int i = 0; i < PASSWORD.length(); i++) {
            if (Bytes.toUpper(sql[at + i]) != PASSWORD.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String upper(byte[] sql, int from, int to) {
        int length = to - from;
        for (int i = 0; i < length; i++) {
            letters[i] = Bytes.toUpper(sql[from + i]);
        }
        return new String(letters, 0, length, StandardCharsets.ISO_8859_1);
    }
}
