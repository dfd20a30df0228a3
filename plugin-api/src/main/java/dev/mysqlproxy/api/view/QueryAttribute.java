package dev.mysqlproxy.api.view;

import java.util.Objects;
import java.util.Optional;

/**
 * One query attribute.
 *
 * @param name its name, may be empty
 * @param value its value as text (numbers in decimal, times as the server prints them); empty for NULL
 * @see <a href="https://dev.mysql.com/doc/refman/9.0/en/query-attributes.html">Query Attributes</a>
 */
public record QueryAttribute(String name, Optional<String> value) {

    public QueryAttribute {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
    }
}
