package dev.mysqlproxy.it.matrix;

import dev.mysqlproxy.it.server.TestServer.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** The features of {@code src/test/clients/features.txt}, which all clients read. */
final class Features {
    private static Path rows;

    private Features() {}

    /** A client's plain statement interfaces. It says what it sees under the feature's name. */
    interface Speaker {
        /** Goes back to the client's own database. */
        void begin() throws Exception;

        /** Runs a text, which may hold several statements. */
        void query(String feature, String sql) throws Exception;

        /** Prepares a statement unless it is the one prepared last, and executes it. */
        void prepared(String feature, String sql, List<Object> values) throws Exception;
    }

    static Path folder() {
        return Path.of(System.getProperty("basedir", ""), "src", "test", "clients")
                .toAbsolutePath();
    }

    static Path file() {
        return folder().resolve("features.txt");
    }

    /** A file for LOAD DATA. */
    static synchronized Path rows() {
        if (rows == null) {
            StringBuilder text = new StringBuilder();
            for (int i = 1; i <= 3000; i++) {
                text.append(i).append("\trow ").append(i).append('\n');
            }
            try {
                rows = Files.createTempFile("it-matrix-", ".tsv");
                rows.toFile().deleteOnExit();
                Files.writeString(rows, text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return rows;
    }

    /** Lets the client do all that its server knows. */
    static void run(Kind kind, Speaker speaker) throws Exception {
        String feature = "";
        String sql = "";
        boolean wanted = false;
        for (String line : Files.readAllLines(file())) {
            String[] words = line.split("\t");
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("[")) {
                String[] name = line.substring(1, line.length() - 1).split(" @");
                feature = name[0];
                wanted = name.length == 1 || name[1].equals(kind == Kind.MYSQL ? "mysql" : "mariadb");
                speaker.begin();
            } else if (wanted && (words[0].equals("query") || words[0].equals("multi"))) {
                speaker.query(feature, words[1]);
            } else if (wanted) {
                boolean again = words[0].equals("again");
                sql = again ? sql : words[1];
                speaker.prepared(feature, sql, values(words, again ? 1 : 2));
            }
        }
    }

    private static List<Object> values(String[] words, int from) {
        return Arrays.stream(words, from, words.length).map(Features::value).toList();
    }

    /** Values of statements; SQL's NULL is {@link Null#NULL}, as lists take no null. */
    private static Object value(String word) {
        String text = word.substring(2);
        return switch (word.charAt(0)) {
            case 'n' -> Null.NULL;
            case 'i' -> Integer.valueOf(text);
            case 'd' -> Double.valueOf(text);
            case 'x' -> HexFormat.of().parseHex(text);
            default -> text;
        };
    }

    /** SQL's NULL. */
    enum Null {
        NULL
    }
}
