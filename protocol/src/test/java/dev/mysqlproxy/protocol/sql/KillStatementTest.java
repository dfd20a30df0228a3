package dev.mysqlproxy.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KillStatementTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Optional<KillStatement> parse(String text) {
        return KillStatement.parse(bytes(text));
    }

    private static String changed(String text) {
        KillStatement kill = parse(text).orElseThrow();
        assertThat(kill.id()).isEqualTo(42);
        return new String(kill.withId(bytes(text), 1234567), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KILL 42",
                "kill connection 42",
                "Kill\tConnection\n42 ;",
                "  \r\n KILL 42;  ",
                "/* who: caf\u00e9 */KILL/**/42-- why\n",
                "-- x\n# y\nKILL # z\n42",
                "KILL HARD 42",
                "KILL SOFT CONNECTION 42",
                "KILL /*!50000 CONNECTION */ 42",
                "/*!50000 KILL 42 */"
            })
    void connections(String text) {
        assertThat(parse(text).orElseThrow().query()).isFalse();
        assertThat(changed(text)).isEqualTo(text.replace("42", "1234567"));
        assertThat(KillStatement.mayBegin(bytes(text)[0])).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KILL QUERY 42",
                "kill query 42;",
                "KILL /*!50000 QUERY */ 42",
                "KILL/*! QUERY*/42",
                "KILL HARD QUERY 42",
                "KILL SOFT QUERY 00042",
                "KILL QUERY 42 -- x"
            })
    void queries(String text) {
        assertThat(parse(text).orElseThrow().query()).isTrue();
        assertThat(changed(text)).isEqualTo(text.replaceFirst("0*42", "1234567"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "KILL",
                "KILL ",
                "KILL QUERY",
                "KILL QUERY ID 42",
                "KILL HARD QUERY ID 42",
                "KILL USER app",
                "KILL USER 42",
                "KILL42",
                "KILL QUERY42",
                "KILLER 42",
                "KILL 42x",
                "KILL 0x2a",
                "KILL 42.0",
                "KILL 42 + 1",
                "KILL -42",
                "KILL '42'",
                "KILL @a",
                "KILL CONNECTION_ID()",
                "KILL 42; SELECT 1",
                "KILL 42;;",
                "KILL 42, 43",
                "KILL QUERY CONNECTION 42",
                "KILL 9999999999999999999",
                "KILL /* 42",
                "KILL /*! 42",
                "KILL */ 42",
                "KILL /*M!100100 SOFT */ 42",
                "KILL --42",
                "SELECT 1 /* KILL 42 */",
                "/* KILL 42 */"
            })
    void others(String text) {
        assertThat(parse(text)).isEmpty();
    }

    @Test
    void firstBytes() {
        for (String letter : new String[] {"S", "s", "I", "U", "(", "\0", "\u00e9", "1", "B"}) {
            assertThat(KillStatement.mayBegin(bytes(letter)[0])).isFalse();
        }
    }

    @Test
    void random() {
        Random random = new Random(1092);
        String[] pieces = {"KILL", "QUERY", "HARD", "42", " ", "/*", "*/", "/*!", "#", "--", "\n", ";", "ID", "\u00fc"};
        int found = 0;
        for (int round = 0; round < 200_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "KILL " : "");
            for (int i = random.nextInt(9); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            Optional<KillStatement> kill = parse(text.toString());
            if (kill.isPresent()) {
                found++;
                byte[] same =
                        kill.get().withId(bytes(text.toString()), kill.get().id());
                assertThat(KillStatement.parse(same))
                        .map(KillStatement::id)
                        .contains(kill.get().id());
            }
        }
        assertThat(found).isGreaterThan(1_000);
    }
}
