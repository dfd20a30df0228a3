package dev.mysqlproxy.plugin.admin.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.admin.AdminTable;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TablePagesTest {

    /** A table of a text and a number. */
    private record Numbers(String name, Iterable<List<Object>> rows) implements AdminTable {
        @Override
        public String comment() {
            return "Some \"numbers\".";
        }

        @Override
        public List<Column> columns() {
            return List.of(Column.text("word", "what"), Column.integer("number", "how many"));
        }
    }

    private static final AdminTable KINDS = new AdminTable() {
        @Override
        public String name() {
            return "kinds";
        }

        @Override
        public String comment() {
            return "One row of each kind of value.";
        }

        @Override
        public List<Column> columns() {
            return List.of(
                    Column.text("t", ""),
                    Column.integer("i", ""),
                    Column.real("r", ""),
                    Column.bool("b", ""),
                    Column.time("at", ""));
        }

        @Override
        public Iterable<List<Object>> rows() {
            return List.of(
                    List.of(
                            "a\"\\\n\u0001ä😀",
                            Long.MIN_VALUE,
                            0.5,
                            true,
                            Instant.parse("2026-11-23T06:00:00.123456789Z")),
                    Arrays.asList(null, null, Double.NaN, null, null));
        }
    };

    private static TablePages pages(AdminTable... tables) {
        return new TablePages(() -> List.of(tables));
    }

    private static String text(Response response) {
        assertThat(response.type()).isEqualTo("application/json; charset=utf-8");
        return new String(response.body(), UTF_8);
    }

    @Test
    void everyKindOfValue() {
        assertThat(text(pages(KINDS).page("kinds", ""))).isEqualTo("""
                        {"table":"kinds","rows":[
                        {"t":"a\\"\\\\\\u000a\\u0001ä😀","i":-9223372036854775808,"r":0.5,"b":true,"at":"2026-11-23T06:00:00.123456Z"},
                        {"t":null,"i":null,"r":null,"b":null,"at":null}],
                        "truncated":false}
                        """);
    }

    @Test
    void listOfTables() {
        assertThat(text(pages(new Numbers("zoo", List.of()), KINDS).page("", "")))
                .startsWith(
                        "{\"tables\":[{\"name\":\"kinds\",\"comment\":\"One row of each kind of value.\",\"columns\":[")
                .contains("{\"name\":\"at\",\"type\":\"time\",\"comment\":\"\"}]}")
                .endsWith("{\"name\":\"zoo\",\"comment\":\"Some \\\"numbers\\\".\",\"columns\":["
                        + "{\"name\":\"word\",\"type\":\"text\",\"comment\":\"what\"},"
                        + "{\"name\":\"number\",\"type\":\"integer\",\"comment\":\"how many\"}]}]}\n");
        assertThat(text(pages().page("", ""))).isEqualTo("{\"tables\":[]}\n");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1000, true",
        "limit=2, 2, true",
        "limit=0, 0, true",
        "limit=5000, 5000, false",
        "limit=999999999, 5000, false"
    })
    void limits(String query, int rows, boolean truncated) {
        String json = text(pages(new Numbers("n", Collections.nCopies(5000, List.of("x", 1L))))
                .page("n", query));

        assertThat(json.split("\\{\"word\"", -1)).hasSize(rows + 1);
        assertThat(json).endsWith("\"truncated\":" + truncated + "}\n");
    }

    @Test
    void whatDoesNotFitIntoMemoryIsCut() {
        String json = text(pages(new Numbers("n", Collections.nCopies(100_000, List.of("x".repeat(100_000), 1L))))
                .page("n", "limit=100000"));

        assertThat(json.length()).isBetween(4_000_000, 5_000_000);
        assertThat(json).endsWith("],\n\"truncated\":true}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit",
                "limit=",
                "limit=-1",
                "limit=x",
                "limit=1&limit=2",
                "offset=1",
                "limit=1%30",
                "limit=9999999999"
            })
    void otherParametersAreRefused(String query) {
        Response response = pages(KINDS).page("kinds", query);

        assertThat(response.status()).isEqualTo(400);
        assertThat(text(response)).startsWith("{\"error\":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "KINDS", "kinds/", "kinds%00", "..", "../metrics", "%6binds"})
    void otherNamesAreNotFound(String name) {
        assertThat(pages(KINDS).page(name, "").status()).isEqualTo(404);
    }
}
