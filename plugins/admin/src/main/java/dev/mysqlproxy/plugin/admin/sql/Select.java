package dev.mysqlproxy.plugin.admin.sql;

import java.util.Set;

/**
 * A SELECT in the words of the SQL engine.
 *
 * @param sql made of the tokens of the original, never of its text: what the engine reads is what was looked at
 * @param tables the tables it may name
 */
public record Select(String sql, Set<Table> tables) {

    /** The schema in the engine under which the information schema goes: the engine has one of its own. */
    public static final String ENGINE_INFORMATION_SCHEMA = "i_s";

    public Select {
        tables = Set.copyOf(tables);
    }

    /** A table by its names, in lower case. */
    public record Table(String schema, String name) {}
}
