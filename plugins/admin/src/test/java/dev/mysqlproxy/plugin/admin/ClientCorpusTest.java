package dev.mysqlproxy.plugin.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The statements by which clients look around, as they send them. */
class ClientCorpusTest {

    /** Errors that say that something is not there, as older servers do; clients do without it then. */
    private static final Set<Integer> UNKNOWN = Set.of(1049, 1064, 1109);

    private static final AdminWorld WORLD = new AdminWorld();

    @AfterAll
    static void close() {
        WORLD.close();
    }

    static List<String> lines() throws IOException {
        try (InputStream in = ClientCorpusTest.class.getResourceAsStream("client-statements.txt");
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("lines")
    void isAnswered(String line) {
        int blank = line.indexOf(' ');
        String sql = line.substring(blank + 1);

        assertThat(kind(WORLD.ask(AdminWorld.session("root").schema("proxy"), sql)))
                .as(sql)
                .isEqualTo(line.substring(0, blank));
    }

    private static String kind(Reply reply) {
        if (reply instanceof Reply.ResultSet result) {
            return result.rows().isEmpty() ? "0" : "+";
        }
        if (reply instanceof Reply.Err error) {
            boolean unknown =
                    error.equals(Errors.UNKNOWN_STATEMENT) || error.message().startsWith("EXPLAIN of");
            return unknown || UNKNOWN.contains(error.code()) ? Integer.toString(error.code()) : error.toString();
        }
        return "ok";
    }
}
