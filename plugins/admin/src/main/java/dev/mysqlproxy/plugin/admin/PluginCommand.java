package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.plugin.admin.sql.Syntax;
import dev.mysqlproxy.plugin.admin.sql.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A statement that a plugin brings. */
final class PluginCommand {

    private static final Logger LOG = LoggerFactory.getLogger(PluginCommand.class);

    private PluginCommand() {}

    static Statement statement(AdminCommand command) {
        return new Statement(
                new Syntax(command.words() + " ..."),
                command.comment(),
                command.role(),
                (Statement.Order) request -> change(command, request),
                false);
    }

    /** What the help shows. */
    static String shown(AdminCommand command) {
        String arguments = command.arguments().isEmpty() ? "" : " " + command.arguments();
        return command.words().toUpperCase(Locale.ROOT) + arguments;
    }

    private static Change change(AdminCommand command, Statement.Request request) {
        List<String> arguments = arguments(request.match().rest());
        return Change.of(new Change.Step(shown(command), null, null, command.comment()), () -> {
            OperatorLog.of(LOG)
                    .addKeyValue("statement", command.words().toUpperCase(Locale.ROOT))
                    .addKeyValue("by", request.by())
                    .log("an operator has given a plugin's statement");
            return command.run(arguments, request.by());
        });
    }

    /** What stands together is one argument, and so is a text in quotes. */
    private static List<String> arguments(List<Token> tokens) {
        List<String> arguments = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int end = -1;
        for (Token token : tokens) {
            boolean apart = token.start() != end || token.sort() == Token.Sort.STRING;
            if (apart && end >= 0) {
                arguments.add(word.toString());
                word.setLength(0);
            }
            word.append(token.text());
            end = token.sort() == Token.Sort.STRING ? Integer.MAX_VALUE : token.end();
        }
        if (end >= 0) {
            arguments.add(word.toString());
        }
        return arguments;
    }
}
