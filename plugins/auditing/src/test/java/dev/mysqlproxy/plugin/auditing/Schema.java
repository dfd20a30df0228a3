package dev.mysqlproxy.plugin.auditing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The schema that comes with the distribution. */
final class Schema {

    private static final Path FILE =
            Path.of("../../distribution/src/main/dist/share/mysql-proxy/auditing-schema-1.json");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonSchema SCHEMA = load();

    private Schema() {}

    private static JsonSchema load() {
        Path file = Path.of(System.getProperty("auditing.schema", FILE.toString()));
        try {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a line, which must be as the schema says. */
    static JsonNode record(String line) {
        try {
            JsonNode record = MAPPER.readTree(line);
            assertThat(SCHEMA.validate(record)).as(line).isEmpty();
            return record;
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + line, e);
        }
    }

    /** What is wrong with a line. */
    static int complaints(String line) {
        try {
            return SCHEMA.validate(MAPPER.readTree(line)).size();
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + line, e);
        }
    }

    /** Reads a file of records, whose numbers must have no gaps. */
    static List<JsonNode> records(Path file) {
        try {
            List<JsonNode> records =
                    Files.readAllLines(file).stream().map(Schema::record).toList();
            for (int i = 0; i < records.size(); i++) {
                assertThat(records.get(i).get("seq").asInt()).isEqualTo(i + 1);
            }
            return records;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
