package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.lifecycle.StartException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The names of what plugins add to the admin port. */
final class AdminNames {

    private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,64}");
    private static final Pattern WORDS = Pattern.compile("[A-Za-z_]+( [A-Za-z_]+)*");

    private AdminNames() {}

    /** @throws StartException when one makes no sense, or two plugins, or one twice, want the same */
    static void requireUnique(List<Registration> plugins) throws StartException {
        Map<String, String> owners = new HashMap<>();
        for (Registration plugin : plugins) {
            for (AdminTable table : plugin.tables()) {
                require(table, plugin.name());
                claim(owners, "table " + table.name(), plugin.name());
            }
            for (AdminCommand command : plugin.commands()) {
                if (!WORDS.matcher(command.words()).matches()) {
                    throw new StartException("plugin " + plugin.name() + " adds the statement '" + command.words()
                            + "' to the admin port, but it must be words with one blank between them");
                }
                claim(owners, "statement " + command.words().toUpperCase(Locale.ROOT), plugin.name());
            }
        }
    }

    private static void require(AdminTable table, String plugin) throws StartException {
        if (!NAME.matcher(table.name()).matches()) {
            throw new StartException("plugin " + plugin + " adds the table '" + table.name()
                    + "' to the admin port, but names are lower case letters, digits and underscores");
        }
        if (table.columns().isEmpty()) {
            throw new StartException(
                    "plugin " + plugin + " adds the table " + table.name() + " to the admin port, but without columns");
        }
        for (AdminTable.Column column : table.columns()) {
            if (!NAME.matcher(column.name()).matches()) {
                throw new StartException("plugin " + plugin + " adds the table " + table.name() + " with the column '"
                        + column.name() + "', but names are lower case letters, digits and underscores");
            }
        }
    }

    private static void claim(Map<String, String> owners, String what, String plugin) throws StartException {
        String other = owners.putIfAbsent(what, plugin);
        if (other != null) {
            throw new StartException(
                    other.equals(plugin)
                            ? "plugin " + plugin + " adds the " + what + " to the admin port twice"
                            : "plugins " + other + " and " + plugin + " both add the " + what
                                    + " to the admin port: leave one of them out");
        }
    }
}
