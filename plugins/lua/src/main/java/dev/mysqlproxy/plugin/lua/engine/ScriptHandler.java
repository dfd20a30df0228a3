package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.listener.CommandHandler;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.api.view.SessionView;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Answers a local listener's commands by the {@code read_query} of one script. */
final class ScriptHandler implements CommandHandler {

    private static final Reply EMPTY = Reply.error(1065, "42000", "Query was empty");
    private static final Reply NO_LOAD = Reply.error(1105, "07000", "(admin) LOAD is not allowed here");

    private final SessionKey<SessionScripts> key = new SessionKey<>("script");
    private final List<Path> paths;
    private final Scope scope;

    ScriptHandler(Path path, Scope scope) {
        this.paths = List.of(path);
        this.scope = scope;
    }

    @Override
    public Reply onCommand(SessionView session, Command command) {
        if (command.is(CommandType.COM_QUERY)) {
            String text = command.text();
            if (text.isEmpty()) {
                return EMPTY;
            }
            if (text.toUpperCase(Locale.ROOT).startsWith("LOAD ")) {
                return NO_LOAD;
            }
        }
        SessionScripts scripts = session.get(key);
        if (scripts == null) {
            scripts = new SessionScripts(paths, scope, session, true);
            session.put(key, scripts);
        }
        return scripts.answer(command, session);
    }
}
