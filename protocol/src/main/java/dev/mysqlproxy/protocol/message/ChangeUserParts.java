package dev.mysqlproxy.protocol.message;

import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A COM_CHANGE_USER cut into parts so that it can be written again with some of them changed and every other byte as it
 * came. As {@link LoginParts}, but the flags are those of the connection: the packet has none of its own, and what follows
 * the default schema may be left out.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_change_user.html">COM_CHANGE_USER</a>
 */
public final class ChangeUserParts {

    /** The longest answer: its length is one byte, whatever the flags are. */
    public static final int LONGEST_ANSWER = 0xff;

    private static final byte[] NOTHING = {};

    private Capabilities capabilities;
    private byte[] user;
    private byte[] authResponse;
    private byte[] database;
    private int characterSet = -1;
    private byte[] authPlugin;
    private ConnectAttributes attributes;
    /** What comes after the last part that anybody has defined. */
    private byte[] rest;
    /** Whether the packet ends with a database or a plugin that lacks its NUL. */
    private boolean unterminated;

    private ChangeUserParts(ByteBuf payload, Capabilities capabilities) {
        this.capabilities = capabilities;
        ByteBuf in = payload.duplicate();
        Wire.require(in, 1, "the command");
        if (in.readUnsignedByte() != CommandCode.COM_CHANGE_USER) {
            throw new ProtocolViolationException("not a COM_CHANGE_USER");
        }
        user = Wire.readNulBytes(in, "the user name");
        authResponse = readAnswer(in, capabilities);
        Wire.require(in, 1, "the default schema");
        database = HandshakeResponse.readNulOrRest(in);
        unterminated = in.getByte(in.readerIndex() - 1) != 0;
        if (in.isReadable()) {
            Wire.require(in, 2, "the character set");
            characterSet = in.readUnsignedShortLE();
        }
        if (capabilities.has(Capabilities.PLUGIN_AUTH) && in.isReadable()) {
            authPlugin = HandshakeResponse.readNulOrRest(in);
            unterminated = in.getByte(in.readerIndex() - 1) != 0;
        }
        if (capabilities.has(Capabilities.CONNECT_ATTRS) && in.isReadable()) {
            attributes = ConnectAttributes.read(in);
        }
        rest = Wire.readBytes(in, in.readableBytes());
    }

    private ChangeUserParts(LoginParts login) {
        capabilities = login.capabilities();
        user = login.user();
        authResponse = login.authResponse();
        database = login.database() == null ? NOTHING : login.database();
        characterSet = login.characterSet();
        authPlugin = capabilities.has(Capabilities.PLUGIN_AUTH)
                ? login.authPlugin().getBytes(StandardCharsets.ISO_8859_1)
                : null;
        attributes = login.connectAttributes();
        rest = NOTHING;
    }

    private ChangeUserParts(ChangeUserParts that) {
        capabilities = that.capabilities;
        user = that.user;
        authResponse = that.authResponse;
        database = that.database;
        characterSet = that.characterSet;
        authPlugin = that.authPlugin;
        attributes = that.attributes;
        rest = that.rest;
    }

    private static byte[] readAnswer(ByteBuf in, Capabilities capabilities) {
        if (!capabilities.has(Capabilities.SECURE_CONNECTION)) {
            return Wire.readNulBytes(in, "the authentication response");
        }
        Wire.require(in, 1, "the authentication response");
        int length = in.readUnsignedByte();
        Wire.require(in, length, "the authentication response");
        return Wire.readBytes(in, length);
    }

    /**
     * Cuts a payload that begins with the command byte and is only read.
     *
     * @param capabilities the flags of the connection on which it came
     * @throws ProtocolViolationException if it is no such command
     */
    public static ChangeUserParts parse(ByteBuf payload, Capabilities capabilities) {
        return new ChangeUserParts(payload, capabilities);
    }

    /** What a login says, as this command; laid out after the login's flags. */
    public static ChangeUserParts of(LoginParts login) {
        return new ChangeUserParts(login);
    }

    /** The flags after which the packet is laid out. */
    public Capabilities capabilities() {
        return capabilities;
    }

    /** The account name in the client's character set. */
    public byte[] user() {
        return user;
    }

    /** The answer to the challenge, may be empty. */
    public byte[] authResponse() {
        return authResponse;
    }

    /** The default schema in the client's character set; empty for none. */
    public byte[] database() {
        return database;
    }

    /** The collation's number; -1 when it is left out. */
    public int characterSet() {
        return characterSet;
    }

    /** The method that the answer is for; empty when the client names none. */
    public String authPlugin() {
        return authPlugin == null ? "" : new String(authPlugin, StandardCharsets.ISO_8859_1);
    }

    /** Names and values of the connection attributes as they came; null when the packet has none. */
    public byte[] attributes() {
        return attributes == null ? null : attributes.block();
    }

    /** Laid out for a connection with other flags; what they have no place for is dropped. */
    public ChangeUserParts withCapabilities(Capabilities flags) {
        ChangeUserParts parts = new ChangeUserParts(this);
        parts.capabilities = flags;
        parts.authPlugin = flags.has(Capabilities.PLUGIN_AUTH) ? authPlugin : null;
        parts.attributes = flags.has(Capabilities.CONNECT_ATTRS) ? attributes : null;
        return parts;
    }

    /** With another account name, which has no NUL. */
    public ChangeUserParts withUser(byte[] name) {
        ChangeUserParts parts = new ChangeUserParts(this);
        parts.user = LoginParts.withoutNul(name, "user name");
        return parts;
    }

    /** With another answer; whether it can be carried is seen when it is written, see {@link #fits}. */
    public ChangeUserParts withAuthResponse(byte[] response) {
        ChangeUserParts parts = new ChangeUserParts(this);
        parts.authResponse = response;
        return parts;
    }

    /** With another default schema; empty for none. */
    public ChangeUserParts withDatabase(byte[] name) {
        ChangeUserParts parts = new ChangeUserParts(this);
        parts.database = LoginParts.withoutNul(name, "schema name");
        return parts;
    }

    /**
     * With another method's name; without effect where {@link Capabilities#PLUGIN_AUTH} is not set.
     *
     * @param unsetCharacterSet the collation's number to be sent when the client left it out
     */
    public ChangeUserParts withAuthPlugin(String name, int unsetCharacterSet) {
        ChangeUserParts parts = new ChangeUserParts(this);
        if (capabilities.has(Capabilities.PLUGIN_AUTH)) {
            parts.authPlugin = LoginParts.withoutNul(name.getBytes(StandardCharsets.ISO_8859_1), "plugin name");
            parts.characterSet = characterSet < 0 ? unsetCharacterSet : characterSet;
        }
        return parts;
    }

    /**
     * With one more connection attribute, after those of the client. Without effect where the client sent none, and where
     * all of them would be more than a server takes.
     */
    public ChangeUserParts withAttribute(String name, String value) {
        ChangeUserParts parts = new ChangeUserParts(this);
        if (attributes != null) {
            parts.attributes = attributes.with(name, value);
        }
        return parts;
    }

    /** Whether the packet can carry the answer. */
    public boolean fits(byte[] response) {
        return capabilities.has(Capabilities.SECURE_CONNECTION)
                ? response.length <= LONGEST_ANSWER
                : !LoginParts.contains(response, (byte) 0);
    }

    /**
     * Appends the payload, command byte included.
     *
     * @throws IllegalStateException if the packet cannot carry the answer
     */
    public void encode(ByteBuf out) {
        if (!fits(authResponse)) {
            throw new IllegalStateException("COM_CHANGE_USER with flags " + capabilities + " cannot carry an answer of "
                    + authResponse.length + " bytes");
        }
        out.writeByte(CommandCode.COM_CHANGE_USER).writeBytes(user).writeByte(0);
        if (capabilities.has(Capabilities.SECURE_CONNECTION)) {
            out.writeByte(authResponse.length).writeBytes(authResponse);
        } else {
            out.writeBytes(authResponse).writeByte(0);
        }
        boolean hasAttributes = attributes != null || capabilities.has(Capabilities.CONNECT_ATTRS) && rest.length > 0;
        out.writeBytes(database).writeByte(0);
        if (characterSet >= 0) {
            out.writeShortLE(characterSet);
            if (authPlugin != null
                    || capabilities.has(Capabilities.PLUGIN_AUTH) && (hasAttributes || rest.length > 0)) {
                out.writeBytes(authPlugin == null ? NOTHING : authPlugin).writeByte(0);
            }
        }
        if (unterminated) {
            out.writerIndex(out.writerIndex() - 1);
        }
        if (hasAttributes) {
            (attributes == null ? ConnectAttributes.EMPTY : attributes).encode(out);
        }
        out.writeBytes(rest);
    }

    /** Overwrites the answer, which may be a password. Nothing but the other parts can be used afterwards. */
    public void wipe() {
        Arrays.fill(authResponse, (byte) 0);
    }

    @Override
    public String toString() {
        // never the answer: it is as good as a password to somebody who saw the nonce
        return "ChangeUserParts[" + Wire.utf8(user) + ", " + authPlugin() + "]";
    }
}
