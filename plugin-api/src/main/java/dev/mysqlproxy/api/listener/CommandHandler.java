package dev.mysqlproxy.api.listener;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.SessionView;

/**
 * Answers the commands of a local listener's clients. Called on the session's event loop; must not block. What it
 * throws becomes an ERR packet and a log line. COM_QUIT and commands without a reply never reach it.
 */
@FunctionalInterface
public interface CommandHandler {

    /** The one answer to this command. */
    Reply onCommand(SessionView session, Command command);
}
