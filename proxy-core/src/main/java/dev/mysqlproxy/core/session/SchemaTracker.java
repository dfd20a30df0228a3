package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Follows user and default schema, the client's and its server connection's, through COM_INIT_DB, COM_CHANGE_USER and what
 * the server says of its session. For a client without session tracking, which is not told, plain USE statements are read.
 */
final class SchemaTracker {

    private static final int LONGEST = 64 * 1024;
    /** A name has at most 64 characters of at most 4 bytes. */
    private static final int LONGEST_USE = 300;

    private static final int USE_LENGTH = 3;

    private static final Pattern USE = Pattern.compile(
            "\\s*use(?:\\s+|(?=`))(?:`((?:[^`]|``)+)`|([^\\s;`]+))\\s*;?\\s*", Pattern.CASE_INSENSITIVE);

    private final Session session;
    private final boolean readsUse;
    private String user;
    private String schema;
    private String account;
    private int characterSet;

    SchemaTracker(Session session, Capabilities negotiated) {
        this.session = session;
        this.readsUse = !negotiated.has(Capabilities.SESSION_TRACK);
    }

    /** A command begins at the input's reader index. */
    void sending(int code, ByteBuf input) {
        user = null;
        schema = null;
        if (code == CommandCode.COM_QUERY && readsUse) {
            query(input);
        } else if (code == CommandCode.COM_INIT_DB) {
            ByteBuf name = arguments(input, LONGEST);
            schema = name == null ? null : Wire.utf8(Wire.readBytes(name, name.readableBytes()));
        } else if (code == CommandCode.COM_CHANGE_USER) {
            // until it is known who that is, nobody else may have the connection
            session.link().unknownLogin();
            ByteBuf login = arguments(input, LONGEST);
            if (login != null) {
                changeUser(login);
            }
        }
    }

    /** What follows the command byte; null when it is long or still arriving: then only the server may tell. */
    private static ByteBuf arguments(ByteBuf input, int longest) {
        int length = input.getUnsignedMediumLE(input.readerIndex());
        if (length > longest || input.readableBytes() < Wire.HEADER_LENGTH + length) {
            return null;
        }
        return input.slice(input.readerIndex() + Wire.HEADER_LENGTH + 1, length - 1);
    }

    private void query(ByteBuf input) {
        ByteBuf text = arguments(input, LONGEST_USE);
        if (text == null || !beginsLikeUse(text)) {
            return;
        }
        Matcher use = USE.matcher(Wire.utf8(Wire.readBytes(text, text.readableBytes())));
        if (use.matches()) {
            schema = use.group(1) != null ? use.group(1).replace("``", "`") : use.group(2);
        }
    }

    /** Most statements are not, and cost no more than this look at them. */
    private static boolean beginsLikeUse(ByteBuf text) {
        int at = text.readerIndex();
        int end = text.writerIndex() - USE_LENGTH;
        while (at < end && text.getByte(at) <= ' ' && text.getByte(at) > 0) {
            at++;
        }
        return at < end
                && (text.getByte(at) | 0x20) == 'u'
                && (text.getByte(at + 1) | 0x20) == 's'
                && (text.getByte(at + 2) | 0x20) == 'e';
    }

    private void changeUser(ByteBuf payload) {
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
        characterSet = payload.readableBytes() >= 3 ? payload.getUnsignedShortLE(payload.readerIndex() + 1) : -1;
    }

    /** The proxy has logged in as this account in place of the client's; null when it has not. */
    void account(String name) {
        account = name;
    }

    /** The reply is complete. */
    void replied(ReplyTracker tracker) {
        if (schema != null && !tracker.failed()) {
            if (user != null) {
                session.identity().changed(user, schema);
                userChanged(tracker);
            } else {
                schema(schema);
            }
        }
        user = null;
        schema = null;
        account = null;
        if (tracker.newSchema() != null) {
            schema(tracker.newSchema());
        }
    }

    private void userChanged(ReplyTracker tracker) {
        BackendLink link = session.link();
        // a number that no login can name cannot be asked for again
        if (link != null && characterSet >= 0 && characterSet <= 0xff) {
            ServerLogin by = new ServerLogin(
                    account == null ? user : account,
                    link.transport().poolKey(session.negotiated()),
                    characterSet,
                    "",
                    new byte[0],
                    new byte[0]);
            link.loggedIn(by, schema.isEmpty() ? null : schema, tracker.serverStatus());
        }
    }

    private void schema(String name) {
        session.identity().schema(name);
        if (session.link() != null) {
            session.link().schema(name);
        }
    }
}
