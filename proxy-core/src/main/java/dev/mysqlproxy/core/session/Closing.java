package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** What is said at the end of a session: a log line, and an error to the client. */
final class Closing {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int LONGEST_DETAIL = 512;

    private Closing() {}

    static void log(Session session, CloseCause cause, Phase last, String detail) {
        LoggingEventBuilder line = cause.noteworthy() ? LOG.atWarn() : LOG.atDebug();
        line = line.addKeyValue("cause", cause.word());
        if (!detail.isEmpty()) {
            line = line.addKeyValue("detail", cut(detail, LONGEST_DETAIL));
        }
        if (cause == CloseCause.CLIENT_VIOLATION || cause == CloseCause.BACKEND_VIOLATION) {
            line = line.addKeyValue("side", cause == CloseCause.CLIENT_VIOLATION ? "client" : "backend");
        }
        line.addKeyValue("state", last.word())
                .addKeyValue("session", session.id())
                .addKeyValue("client", session.clientAddress())
                .addKeyValue("backend", session.backend().orElse("-"))
                .log("session closed");
    }

    /** What a peer says may be long; the log is not its notebook. */
    static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "...";
    }

    /**
     * The error as a packet.
     *
     * @param greeted whether the client has seen a greeting: before it, clients do not know of SQLSTATEs yet and would show
     *     them as part of the text
     */
    static ByteBuf packet(ByteBufAllocator allocator, ErrPacket error, int sequence, boolean greeted) {
        ByteBuf buffer = allocator.buffer();
        ErrPacket sent = greeted ? error : new ErrPacket(error.code(), "", error.message());
        new PacketWriter(buffer, Capabilities.NONE, sequence).err(sent);
        return buffer;
    }
}
