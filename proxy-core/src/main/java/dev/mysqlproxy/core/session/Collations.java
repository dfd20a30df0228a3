package dev.mysqlproxy.core.session;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the collation numbers of logins are called, as {@code information_schema.collations} lists them. A reset forgets
 * what the login chose; this is how to ask for it again.
 */
final class Collations {

    private static final String UTF8 = "SET NAMES utf8";
    private static final String[] SET_NAMES = read();

    private Collations() {}

    private static String[] read() {
        String[] statements = new String[256];
        try (InputStream in = Collations.class.getResourceAsStream("collations.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", -1);
                statements[Integer.parseInt(words[0])] = "SET NAMES " + words[1] + " COLLATE " + words[2];
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return statements;
    }

    /** Whether text in it is UTF-8. */
    static boolean isUtf8(int number) {
        return setNames(number).filter(sql -> sql.startsWith(UTF8)).isPresent();
    }

    /** The statement that sets what a login with this number would have set; empty for one that no server knows. */
    static Optional<String> setNames(int number) {
        return Optional.ofNullable(SET_NAMES[number & 0xff]);
    }
}
