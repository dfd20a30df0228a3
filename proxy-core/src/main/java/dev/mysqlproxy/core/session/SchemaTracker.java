package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;

/**
 * Follows user and default schema through COM_INIT_DB, COM_CHANGE_USER and what the server says of its session. A USE
 * statement sent as COM_QUERY shows only when the client negotiated session tracking.
 */
final class SchemaTracker {

    private static final int LONGEST = 64 * 1024;

    private final Identity identity;
    private String user;
    private String schema;

    SchemaTracker(Identity identity) {
        this.identity = identity;
    }

    /** A command begins at the input's reader index. */
    void sending(int code, ByteBuf input) {
        user = null;
        schema = null;
        if (code != CommandCode.COM_INIT_DB && code != CommandCode.COM_CHANGE_USER) {
            return;
        }
        int length = input.getUnsignedMediumLE(input.readerIndex());
        if (length > LONGEST || input.readableBytes() < Wire.HEADER_LENGTH + length) {
            // still arriving: seen again by what the server says, if it does
            return;
        }
        ByteBuf payload = input.slice(input.readerIndex() + Wire.HEADER_LENGTH + 1, length - 1);
        if (code == CommandCode.COM_INIT_DB) {
            schema = Wire.utf8(Wire.readBytes(payload, payload.readableBytes()));
            return;
        }
        int userLength = payload.bytesBefore((byte) 0);
        if (userLength < 0) {
            return;
        }
        String name = Wire.utf8(Wire.readBytes(payload, userLength));
        payload.skipBytes(1);
        if (!payload.isReadable()) {
            return;
        }
        int response = payload.readUnsignedByte();
        if (payload.readableBytes() <= response) {
            return;
        }
        payload.skipBytes(response);
        int schemaLength = payload.bytesBefore((byte) 0);
        user = name;
        schema = Wire.utf8(Wire.readBytes(payload, schemaLength < 0 ? payload.readableBytes() : schemaLength));
    }

    /** The reply is complete. */
    void replied(ReplyTracker tracker) {
        if (schema != null && !tracker.failed()) {
            if (user != null) {
                identity.changed(user, schema);
            } else {
                identity.schema(schema);
            }
        }
        user = null;
        schema = null;
        if (tracker.newSchema() != null) {
            identity.schema(tracker.newSchema());
        }
    }
}
