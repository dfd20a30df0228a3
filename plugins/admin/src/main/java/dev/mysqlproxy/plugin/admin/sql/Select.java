package dev.mysqlproxy.plugin.admin.sql;

import java.util.List;
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

    /** Whether a statement is one that {@link SelectWriter} is for. */
    public static boolean isSelect(List<Token> tokens) {
        int at = 0;
        while (at < tokens.size() && tokens.get(at).is("(")) {
            at++;
        }
        return at < tokens.size()
                && tokens.get(at).sort() == Token.Sort.WORD
                && (tokens.get(at).is("SELECT") || tokens.get(at).is("WITH"));
    }

    /** A table by its names, in lower case. */
    public record Table(String schema, String name) {}
}
