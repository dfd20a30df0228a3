package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminCommand.Role;
import dev.mysqlproxy.plugin.admin.table.ProxyTables.HelpLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The lines of the help: those of the statements here, and those that plugins bring. */
final class Help {

    private final Supplier<List<AdminCommand>> commands;
    private volatile List<HelpLine> own = List.of();

    Help(Supplier<List<AdminCommand>> commands) {
        this.commands = commands;
    }

    /** Says what there is. */
    void describe(List<Statement> statements) {
        List<HelpLine> lines = new ArrayList<>();
        for (Statement statement : statements) {
            if (statement.isShown()) {
                lines.add(line(statement.syntax().toString(), statement.description(), statement.role()));
            }
        }
        lines.add(line(
                "SELECT ... FROM <table> ...",
                "asks about tables: WHERE, JOIN, GROUP BY, ORDER BY, LIMIT",
                Role.READER));
        lines.add(line("SHOW TABLES", "lists the tables", Role.READER));
        lines.add(line("DESCRIBE <table>", "lists the columns of a table", Role.READER));
        lines.add(line("EXPLAIN <statement>", "shows what a statement would change, and does nothing", Role.READER));
        own = List.copyOf(lines);
    }

    List<HelpLine> lines() {
        List<HelpLine> lines = new ArrayList<>(own);
        for (AdminCommand command : commands.get()) {
            lines.add(line(PluginCommand.shown(command), command.comment(), command.role()));
        }
        return lines;
    }

    private static HelpLine line(String command, String description, Role role) {
        return new HelpLine(command, description, role.name().toLowerCase(Locale.ROOT));
    }
}
