package dev.mysqlproxy.protocol.message;

import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A client's login, Protocol::HandshakeResponse41, cut into parts so that it can be written again with some of them changed
 * and every other byte as it came. Names are bytes, since only the server knows how the client's character set spells them.
 * Changes make another object; arrays are not copied, neither those it is given nor those it returns, and only
 * {@link #wipe} writes to one. For one thread at a time.
 *
 * @see HandshakeResponse
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_response.html">HandshakeResponse41</a>
 */
public final class LoginParts {

    /** The level of a login that is given {@link Capabilities#ZSTD_COMPRESSION_ALGORITHM} and no level: MySQL's default. */
    public static final int DEFAULT_ZSTD_LEVEL = 3;

    /** The longest answer for which one byte of length is enough. */
    private static final int SHORT_ANSWER = 0xff;

    private static final int FILLER = 19;

    private static final byte[] NOTHING = {};

    private Capabilities capabilities;
    private final long maxPacketSize;
    private final int characterSet;
    private final byte[] filler;
    /** What a client without extended flags has in their place. */
    private final int fillerEnd;

    private byte[] user;
    private byte[] authResponse;
    /** The answer as it came, with its length or its end; null when answer or form have changed. */
    private byte[] authField;

    private byte[] database;
    private byte[] authPlugin;
    private ConnectAttributes attributes;
    private int zstdLevel = -1;
    /** What comes after the last part that anybody has defined. */
    private byte[] rest;
    /** Whether the login ends with a database or a plugin that lacks its NUL. */
    private boolean unterminated;

    private LoginParts(ByteBuf payload) {
        capabilities = HandshakeResponse.capabilities(payload);
        ByteBuf in = payload.duplicate().skipBytes(4);
        maxPacketSize = in.readUnsignedIntLE();
        characterSet = in.readUnsignedByte();
        filler = Wire.readBytes(in, FILLER);
        int end = in.readIntLE();
        fillerEnd = capabilities.has(Capabilities.LONG_PASSWORD) ? end : 0;
        user = Wire.readNulBytes(in, "the user name");
        int at = in.readerIndex();
        authResponse = HandshakeResponse.readAuthResponse(in, capabilities);
        authField = new byte[in.readerIndex() - at];
        in.getBytes(at, authField);
        if (capabilities.has(Capabilities.CONNECT_WITH_DB) && in.isReadable()) {
            database = HandshakeResponse.readNulOrRest(in);
            unterminated = in.getByte(in.readerIndex() - 1) != 0;
        }
        if (capabilities.has(Capabilities.PLUGIN_AUTH) && in.isReadable()) {
            authPlugin = HandshakeResponse.readNulOrRest(in);
            unterminated = in.getByte(in.readerIndex() - 1) != 0;
        }
        if (capabilities.has(Capabilities.CONNECT_ATTRS) && in.isReadable()) {
            attributes = ConnectAttributes.read(in);
        }
        if (capabilities.has(Capabilities.ZSTD_COMPRESSION_ALGORITHM) && in.isReadable()) {
            zstdLevel = in.readUnsignedByte();
        }
        rest = Wire.readBytes(in, in.readableBytes());
    }

    /** The same, to be changed: then all that it has is properly ended. */
    private LoginParts(LoginParts that) {
        capabilities = that.capabilities;
        maxPacketSize = that.maxPacketSize;
        characterSet = that.characterSet;
        filler = that.filler;
        fillerEnd = that.fillerEnd;
        user = that.user;
        authResponse = that.authResponse;
        authField = that.authField;
        database = that.database;
        authPlugin = that.authPlugin;
        attributes = that.attributes;
        zstdLevel = that.zstdLevel;
        rest = that.rest;
    }

    /**
     * Cuts a payload, which is only read; as strict as {@link HandshakeResponse#decode}.
     *
     * @throws ProtocolViolationException if it is no such login
     */
    public static LoginParts parse(ByteBuf payload) {
        return new LoginParts(payload);
    }

    /** What the client wants, MariaDB's extended flags included. */
    public Capabilities capabilities() {
        return capabilities;
    }

    /** The client's limit, unsigned 32 bit. */
    public long maxPacketSize() {
        return maxPacketSize;
    }

    /** Low byte of the collation's number. */
    public int characterSet() {
        return characterSet;
    }

    /** The account name in the client's character set. */
    public byte[] user() {
        return user;
    }

    /** The answer to the challenge, may be empty. */
    public byte[] authResponse() {
        return authResponse;
    }

    /** The default schema in the client's character set; null when the login has none. */
    public byte[] database() {
        return database;
    }

    /** The method that the answer is for; empty when the client names none. */
    public String authPlugin() {
        return authPlugin == null ? "" : new String(authPlugin, StandardCharsets.ISO_8859_1);
    }

    /** Names and values of the connection attributes as they came; null when the login has none. */
    public byte[] attributes() {
        return attributes == null ? null : attributes.block();
    }

    ConnectAttributes connectAttributes() {
        return attributes;
    }

    /** The level at which the client asks the server to compress; -1 when the login has none. */
    public int zstdLevel() {
        return zstdLevel;
    }

    /** With these flags: parts for which there is no flag any more are dropped, those with a new one are empty. */
    public LoginParts withCapabilities(Capabilities flags) {
        LoginParts parts = new LoginParts(this);
        Capabilities added = flags.without(capabilities);
        parts.capabilities = flags;
        if (flags.has(Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA)
                        != capabilities.has(Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA)
                || flags.has(Capabilities.SECURE_CONNECTION) != capabilities.has(Capabilities.SECURE_CONNECTION)) {
            parts.authField = null;
        }
        if (!flags.has(Capabilities.CONNECT_WITH_DB)) {
            parts.database = null;
        } else if (added.has(Capabilities.CONNECT_WITH_DB)) {
            parts.database = NOTHING;
        }
        if (!flags.has(Capabilities.PLUGIN_AUTH)) {
            parts.authPlugin = null;
        } else if (added.has(Capabilities.PLUGIN_AUTH)) {
            parts.authPlugin = NOTHING;
        }
        if (!flags.has(Capabilities.CONNECT_ATTRS)) {
            parts.attributes = null;
        } else if (added.has(Capabilities.CONNECT_ATTRS)) {
            parts.attributes = ConnectAttributes.EMPTY;
        }
        if (!flags.has(Capabilities.ZSTD_COMPRESSION_ALGORITHM)) {
            parts.zstdLevel = -1;
        } else if (added.has(Capabilities.ZSTD_COMPRESSION_ALGORITHM)) {
            parts.zstdLevel = DEFAULT_ZSTD_LEVEL;
        }
        return parts;
    }

    /** With another account name, which has no NUL. */
    public LoginParts withUser(byte[] name) {
        LoginParts parts = new LoginParts(this);
        parts.user = withoutNul(name, "user name");
        return parts;
    }

    /** With another answer; whether the flags allow it is seen when it is written, see {@link #fits}. */
    public LoginParts withAuthResponse(byte[] response) {
        LoginParts parts = new LoginParts(this);
        parts.authResponse = response;
        parts.authField = null;
        return parts;
    }

    /** With another method's name; without effect where {@link Capabilities#PLUGIN_AUTH} is not set. */
    public LoginParts withAuthPlugin(String name) {
        LoginParts parts = new LoginParts(this);
        if (capabilities.has(Capabilities.PLUGIN_AUTH)) {
            parts.authPlugin = withoutNul(name.getBytes(StandardCharsets.ISO_8859_1), "plugin name");
        }
        return parts;
    }

    /** With another default schema, null for none; its flag follows. */
    public LoginParts withDatabase(byte[] name) {
        LoginParts parts = withCapabilities(
                name == null
                        ? capabilities.without(new Capabilities(Capabilities.CONNECT_WITH_DB))
                        : capabilities.with(Capabilities.CONNECT_WITH_DB));
        parts.database = name == null ? null : withoutNul(name, "schema name");
        return parts;
    }

    /**
     * With one more connection attribute, after those of the client. Without effect where
     * {@link Capabilities#CONNECT_ATTRS} is not set and where all of them would be more than a server takes.
     */
    public LoginParts withAttribute(String name, String value) {
        LoginParts parts = new LoginParts(this);
        if (capabilities.has(Capabilities.CONNECT_ATTRS)) {
            parts.attributes = (attributes == null ? ConnectAttributes.EMPTY : attributes).with(name, value);
        }
        return parts;
    }

    /** With another level, 1 to 22; without effect where {@link Capabilities#ZSTD_COMPRESSION_ALGORITHM} is not set. */
    public LoginParts withZstdLevel(int level) {
        LoginParts parts = new LoginParts(this);
        if (capabilities.has(Capabilities.ZSTD_COMPRESSION_ALGORITHM)) {
            parts.zstdLevel = level;
        }
        return parts;
    }

    static byte[] withoutNul(byte[] name, String what) {
        if (contains(name, (byte) 0)) {
            throw new IllegalArgumentException("a " + what + " with a NUL");
        }
        return name;
    }

    static boolean contains(byte[] bytes, byte wanted) {
        for (byte one : bytes) {
            if (one == wanted) {
                return true;
            }
        }
        return false;
    }

    /** Whether a login with these flags can carry the answer: a long one needs a length of more than a byte. */
    public boolean fits(byte[] response) {
        if (capabilities.has(Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA)) {
            return true;
        }
        return capabilities.has(Capabilities.SECURE_CONNECTION)
                ? response.length <= SHORT_ANSWER
                : !contains(response, (byte) 0);
    }

    /**
     * Appends the payload.
     *
     * @throws IllegalStateException if the flags cannot carry the answer
     */
    public void encode(ByteBuf out) {
        writeHead(out, capabilities);
        out.writeBytes(user).writeByte(0);
        writeAnswer(out);
        // what a client left out at its end must be there when something is to follow
        boolean hasAttributes = capabilities.has(Capabilities.CONNECT_ATTRS) && (attributes != null || hasEnd());
        boolean hasPlugin =
                capabilities.has(Capabilities.PLUGIN_AUTH) && (authPlugin != null || hasAttributes || hasEnd());
        boolean hasDatabase = capabilities.has(Capabilities.CONNECT_WITH_DB)
                && (database != null || hasPlugin || hasAttributes || hasEnd());
        if (hasDatabase) {
            writeNulBytes(out, database);
        }
        if (hasPlugin) {
            writeNulBytes(out, authPlugin);
        }
        if (unterminated) {
            out.writerIndex(out.writerIndex() - 1);
        }
        if (hasAttributes) {
            (attributes == null ? ConnectAttributes.EMPTY : attributes).encode(out);
        }
        if (zstdLevel >= 0) {
            out.writeByte(zstdLevel);
        }
        out.writeBytes(rest);
    }

    private boolean hasEnd() {
        return zstdLevel >= 0 || rest.length > 0;
    }

    private static void writeNulBytes(ByteBuf out, byte[] value) {
        out.writeBytes(value == null ? NOTHING : value).writeByte(0);
    }

    private void writeAnswer(ByteBuf out) {
        if (authField != null) {
            out.writeBytes(authField);
            return;
        }
        if (!fits(authResponse)) {
            throw new IllegalStateException("the login's flags " + capabilities + " cannot carry an answer of "
                    + authResponse.length + " bytes");
        }
        if (capabilities.has(Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA)) {
            Wire.writeLenEncBytes(out, authResponse);
        } else if (capabilities.has(Capabilities.SECURE_CONNECTION)) {
            out.writeByte(authResponse.length).writeBytes(authResponse);
        } else {
            out.writeBytes(authResponse).writeByte(0);
        }
    }

    /** Appends the payload of the SSLRequest that goes before the login: its head, with the flag. */
    public void encodeSslRequest(ByteBuf out) {
        writeHead(out, capabilities.with(Capabilities.SSL));
    }

    private void writeHead(ByteBuf out, Capabilities flags) {
        out.writeIntLE(flags.low()).writeIntLE((int) maxPacketSize).writeByte(characterSet);
        out.writeBytes(filler).writeIntLE(flags.has(Capabilities.LONG_PASSWORD) ? fillerEnd : flags.high());
    }

    /** What the parts say, as text. */
    public HandshakeResponse decoded() {
        Optional<String> schema = Optional.ofNullable(database).map(Wire::utf8).filter(name -> !name.isEmpty());
        return new HandshakeResponse(
                capabilities,
                maxPacketSize,
                characterSet,
                Wire.utf8(user),
                authResponse,
                schema,
                authPlugin(),
                attributes == null ? Map.of() : attributes.decoded());
    }

    /** Overwrites the answer, which may be a password. Nothing but the other parts can be used afterwards. */
    public void wipe() {
        Arrays.fill(authResponse, (byte) 0);
        if (authField != null) {
            Arrays.fill(authField, (byte) 0);
        }
    }

    @Override
    public String toString() {
        // never the answer: it is as good as a password to somebody who saw the nonce
        return "LoginParts[" + Wire.utf8(user) + ", " + authPlugin() + ", " + capabilities + "]";
    }
}
