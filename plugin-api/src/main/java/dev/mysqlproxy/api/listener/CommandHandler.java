package dev.mysqlproxy.api.listener;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.SessionView;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Answers the commands of a local listener's clients. Called on the session's event loop; must not block. What it
 * throws becomes an ERR packet and a log line. COM_QUIT and commands without a reply never reach it.
 */
@FunctionalInterface
public interface CommandHandler {

    /** The one answer to this command. */
    Reply onCommand(SessionView session, Command command);

    /**
     * The same, for answers that take a while: it may complete later, on any thread; the client waits and is not read. The
     * command may not be looked at any more once this method has returned.
     */
    default CompletionStage<Reply> answer(SessionView session, Command command) {
        return CompletableFuture.completedStage(onCommand(session, command));
    }
}
