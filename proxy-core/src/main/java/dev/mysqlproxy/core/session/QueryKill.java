package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.core.backend.PooledConnection;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.Wire;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/** Ends the statement that a session runs, in an operator's name, by another connection of the session's user. */
public final class QueryKill {

    private static final int ER_NO_SUCH_THREAD = 1094;

    private QueryKill() {}

    /**
     * Ends it. Any thread.
     *
     * @return false when the session runs nothing; fails with a {@link QueryKillException} when nobody can tell its server.
     *     Completed on an event loop
     */
    public static CompletionStage<Boolean> of(Session session) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        try {
            session.client().eventLoop().execute(() -> begin(session, done));
        } catch (RejectedExecutionException e) {
            done.complete(false);
        }
        return done;
    }

    private static void begin(Session session, CompletableFuture<Boolean> done) {
        BackendLink link = session.link();
        if (link == null || !session.waitsForBackend()) {
            done.complete(false);
            return;
        }
        String where =
                "session " + session.id() + " on backend " + link.backend().address();
        if (link.login() == null) {
            done.completeExceptionally(
                    new QueryKillException("the statement of " + where + " cannot be ended: its user is not known"));
            return;
        }
        byte[] command = command(link.threadId());
        PooledConnection idle =
                link.backend().pool().takeOf(link.poolUser(), session.client().eventLoop());
        CompletionStage<Reply> answer = idle != null
                ? Errand.run((BackendLink) idle, command)
                : SideConnection.run(
                        session, link.backend(), command, () -> session.link() == link && session.waitsForBackend());
        answer.whenComplete((reply, failure) -> {
            if (failure != null) {
                done.completeExceptionally(new QueryKillException(
                        "the statement of " + where + " cannot be ended: " + failure.getMessage()));
            } else if (reply instanceof Reply.Err error && error.code() != ER_NO_SUCH_THREAD) {
                done.completeExceptionally(new QueryKillException("the statement of " + where
                        + " goes on, its server says: " + error.code() + " " + error.message()));
            } else {
                done.complete(reply instanceof Reply.Ok);
            }
        });
    }

    private static byte[] command(long threadId) {
        byte[] text = Wire.utf8("KILL QUERY " + threadId);
        byte[] command = new byte[text.length + 1];
        command[0] = CommandCode.COM_QUERY;
        System.arraycopy(text, 0, command, 1, text.length);
        return command;
    }
}
