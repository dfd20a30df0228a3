package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.codec.CommandScanner;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Capabilities;

/**
 * What the parts of a session's command phase share.
 *
 * @param negotiated the protocol agreed on with the client
 * @param tracker follows the server's replies
 * @param scanner follows what the client sends
 * @param schema follows user and default schema
 * @param statements the prepared statements that are known
 */
record PhaseParts(
        Session session,
        Capabilities negotiated,
        ReplyTracker tracker,
        CommandScanner scanner,
        SchemaTracker schema,
        PreparedStatements statements) {

    PhaseParts(Session session, Capabilities negotiated) {
        this(
                session,
                negotiated,
                new ReplyTracker(negotiated),
                new CommandScanner(),
                new SchemaTracker(session, negotiated),
                new PreparedStatements(negotiated));
    }

    /** Whether commands carry query attributes. */
    boolean queryAttributes() {
        return negotiated.has(Capabilities.QUERY_ATTRIBUTES);
    }
}
