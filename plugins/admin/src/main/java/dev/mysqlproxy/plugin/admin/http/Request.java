package dev.mysqlproxy.plugin.admin.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A request without a body.
 *
 * @param head whether only the head of the answer is wanted: HEAD, else GET
 * @param path as it came, without the query: nothing is decoded or normalised, so it is the path of a page or it is not
 * @param query what stood behind the question mark, empty without one
 * @param fields header fields in order
 * @param persistent whether the client wants to send another one on this connection
 */
record Request(boolean head, String path, String query, List<Field> fields, boolean persistent) {

    /**
     * A header field.
     *
     * @param name in lower case
     * @param value without the white space around it
     */
    record Field(String name, String value) {}

    Request {
        fields = List.copyOf(fields);
    }

    /** The values of a field that may be given once. */
    Optional<String> field(String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .map(Field::value)
                .findFirst();
    }

    /** How many fields have this name. */
    static long count(List<Field> fields, String name) {
        return fields.stream().filter(field -> field.name().equals(name)).count();
    }

    /** The elements of a field that is a comma list, in lower case, from all its lines. */
    List<String> elements(String name) {
        return elements(fields, name);
    }

    static List<String> elements(List<Field> fields, String name) {
        List<String> elements = new ArrayList<>();
        for (Field field : fields) {
            if (field.name().equals(name)) {
                for (String element : field.value().split(",", -1)) {
                    elements.add(element.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        return elements;
    }
}
