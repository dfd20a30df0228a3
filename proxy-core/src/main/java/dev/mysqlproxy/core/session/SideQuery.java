package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.core.backend.PooledConnection;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.Wire;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs a plugin's statement on another connection of a session's user, in the session's schema: an idle one of the pool that
 * is in that schema, else one that is opened for it. Nothing about a pooled connection may be changed by it.
 */
public final class SideQuery {

    /** Bytes of the longest answer. */
    private static final int LONGEST = 1024 * 1024;

    private SideQuery() {}

    /**
     * Runs it. Any thread.
     *
     * @param statement not to be changed afterwards
     * @return the answer; fails, with a sentence, when there is none. Completed on an event loop
     */
    public static CompletionStage<Reply> of(Session session, byte[] statement, Duration limit) {
        CompletableFuture<Reply> done = new CompletableFuture<>();
        try {
            session.client().eventLoop().execute(() -> begin(session, statement, limit, done));
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(new IllegalStateException("the proxy ends", e));
        }
        return done;
    }

    private static void begin(Session session, byte[] statement, Duration limit, CompletableFuture<Reply> done) {
        BackendLink link = session.link();
        if (link == null || link.login() == null) {
            done.completeExceptionally(new IllegalStateException(
                    "session " + session.id() + " has no server connection, or no known user"));
            return;
        }
        byte[] command = new byte[statement.length + 1];
        command[0] = CommandCode.COM_QUERY;
        System.arraycopy(statement, 0, command, 1, statement.length);
        String schema = session.schema().orElse(null);
        PooledConnection idle =
                link.backend().pool().takeOf(link.poolUser(), session.client().eventLoop());
        CompletionStage<Reply> answer;
        if (idle instanceof BackendLink pooled && Objects.equals(pooled.schema().orElse(null), schema)) {
            answer = Errand.run(pooled, command, LONGEST, limit);
        } else {
            if (idle != null) {
                ((BackendLink) idle).backToPool();
            }
            byte[] name = schema == null ? null : Wire.utf8(schema);
            answer = SideConnection.run(session, link.backend(), name, command, LONGEST, limit);
        }
        answer.whenComplete((reply, failure) -> {
            if (failure == null) {
                done.complete(reply);
            } else {
                done.completeExceptionally(failure);
            }
        });
    }
}
