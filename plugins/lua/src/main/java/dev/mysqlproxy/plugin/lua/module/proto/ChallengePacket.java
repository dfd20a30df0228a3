package dev.mysqlproxy.plugin.lua.module.proto;

import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * A server's greeting. {@code server_version} is a number, 80036 for 8.0.36; the text is the new {@code
 * server_version_text}, which is written unless the number says something else. {@code protocol_version} comes out as
 * 0, as it always has.
 *
 * <p>{@code capabilities} decides what is written: {@code auth_plugin_name} needs CLIENT_PLUGIN_AUTH (0x80000).
 */
final class ChallengePacket {

    private static final int PART_1 = 8;
    private static final int PART_2 = 12;
    private static final long DEFAULT_CAPABILITIES = 0x8200;
    private static final byte[] DEFAULT_CHALLENGE = "01234567890123456789".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern VERSION = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final int OLDEST_VERSION = 30_000;
    private static final int NEWEST_VERSION = 100_000;

    private ChallengePacket() {}

    static LuaValue read(ByteBuf in, Varargs args) {
        ServerPackets.header(in, Greeting.PROTOCOL_VERSION, "a greeting of protocol 10");
        byte[] version = Wire.readNulBytes(in, "the server version");
        Wire.require(in, 4 + PART_1 + 1 + 2, "the greeting");
        Fields fields = new Fields()
                .put("protocol_version", 0)
                .put("server_version", number(version))
                .put("server_version_text", version)
                .put("thread_id", in.readUnsignedIntLE());
        byte[] part1 = Wire.readBytes(in, PART_1);
        in.skipBytes(1);
        long capabilities = in.readUnsignedShortLE();
        if (!in.isReadable()) {
            return fields.put("capabilities", capabilities)
                    .put("charset", 0)
                    .put("server_status", 0)
                    .put("challenge", part1)
                    .table();
        }
        Wire.require(in, 1 + 2 + 2 + 1 + 10, "the greeting");
        fields.put("charset", in.readUnsignedByte()).put("server_status", in.readUnsignedShortLE());
        capabilities |= (long) in.readUnsignedShortLE() << 16;
        int length = in.readUnsignedByte();
        in.skipBytes(10);
        boolean plugin = (capabilities & Capabilities.PLUGIN_AUTH) != 0;
        byte[] part2 = part2(in, plugin, length);
        if (plugin) {
            fields.put("auth_plugin_name", ServerPackets.textOrRest(in));
        }
        byte[] challenge = Arrays.copyOf(part1, PART_1 + part2.length);
        System.arraycopy(part2, 0, challenge, PART_1, part2.length);
        return fields.put("capabilities", capabilities)
                .put("challenge", challenge)
                .table();
    }

    private static byte[] part2(ByteBuf in, boolean plugin, int length) {
        if (!plugin) {
            // the NUL behind it is not always there
            byte[] part2 = Wire.readBytes(in, Math.min(PART_2, in.readableBytes()));
            in.skipBytes(Math.min(1, in.readableBytes()));
            return part2;
        }
        if (length < PART_1) {
            throw new ProtocolViolationException("a challenge of " + length + " bytes");
        }
        Wire.require(in, length - PART_1, "the challenge");
        return Wire.readBytes(in, length - PART_1);
    }

    private static long number(byte[] version) {
        Matcher matcher = VERSION.matcher(new String(version, StandardCharsets.ISO_8859_1));
        if (!matcher.lookingAt()) {
            return 0;
        }
        return Integer.parseInt(matcher.group(1)) * 10_000L
                + Integer.parseInt(matcher.group(2)) * 100L
                + Integer.parseInt(matcher.group(3));
    }

    static void write(Fields fields, ByteBuf out) {
        byte[] challenge = fields.has("challenge") ? fields.bytes("challenge") : DEFAULT_CHALLENGE;
        if (challenge.length < PART_1) {
            throw new LuaError(".challenge has to be at least " + PART_1 + " bytes long");
        }
        if (challenge.length > PART_1 + PART_2 && challenge[challenge.length - 1] == 0) {
            challenge = Arrays.copyOf(challenge, challenge.length - 1);
        }
        if (challenge.length > 254) {
            throw new LuaError(".challenge has to be at most 254 bytes long");
        }
        long protocol = fields.number("protocol_version", 0);
        out.writeByte(protocol == 0 ? Greeting.PROTOCOL_VERSION : (int) protocol);
        writeVersion(fields, out);
        out.writeIntLE((int) fields.number("thread_id", 0));
        out.writeBytes(challenge, 0, PART_1).writeByte(0);
        long capabilities = fields.number("capabilities", DEFAULT_CAPABILITIES);
        boolean plugin = (capabilities & Capabilities.PLUGIN_AUTH) != 0;
        out.writeShortLE((int) capabilities).writeByte((int) fields.number("charset", 0));
        out.writeShortLE((int) fields.number("server_status", 0));
        out.writeShortLE((int) (capabilities >>> 16));
        int part2 = Math.max(PART_2, challenge.length - PART_1);
        out.writeByte(plugin ? PART_1 + part2 + 1 : 0).writeZero(10);
        out.writeBytes(challenge, PART_1, challenge.length - PART_1);
        out.writeZero(part2 - (challenge.length - PART_1) + 1);
        if (plugin) {
            ServerPackets.text(out, fields, "auth_plugin_name");
        }
    }

    private static void writeVersion(Fields fields, ByteBuf out) {
        long named = number(fields.bytes("server_version_text"));
        long version = fields.number("server_version", named);
        if (fields.has("server_version_text") && version == named) {
            ServerPackets.text(out, fields, "server_version_text");
            return;
        }
        String text = version > OLDEST_VERSION && version < NEWEST_VERSION
                ? String.format(Locale.ROOT, "%d.%02d.%02d", version / 10_000, version / 100 % 100, version % 100)
                : "5.0.99";
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII)).writeByte(0);
    }
}
