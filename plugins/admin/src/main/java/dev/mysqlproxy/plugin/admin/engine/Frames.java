package dev.mysqlproxy.plugin.admin.engine;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** How the two processes write texts and values to each other. */
final class Frames {

    /** First thing that the engine says; another number is another version of it. */
    static final int HELLO = 0x6d703031;

    /** Before each row, and after the last one. */
    static final int ROW = 1;

    static final int END = 0;

    /** How an answer begins. */
    static final int RESULT = 2;

    static final int ERROR = 3;

    /** The engine's own limits, in place of an error number of H2's. */
    static final int TOO_LARGE = -1;

    static final int TOO_DEEP = -2;

    /** Of one text; no statement, name or value comes near it. */
    private static final int LONGEST = 64 * 1024 * 1024;

    private static final int NULL = 0;
    private static final int TEXT = 1;
    private static final int INTEGER = 2;
    private static final int REAL = 3;
    private static final int BOOLEAN = 4;
    private static final int TIME = 5;

    private Frames() {}

    static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static String readText(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("a text of " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("half a text");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** One of the types of a column of the admin port, or null. */
    static void writeValue(DataOutputStream out, Object value) throws IOException {
        if (value == null) {
            out.writeByte(NULL);
        } else if (value instanceof Boolean bit) {
            out.writeByte(BOOLEAN);
            out.writeBoolean(bit);
        } else if (value instanceof Double || value instanceof Float) {
            out.writeByte(REAL);
            out.writeDouble(((Number) value).doubleValue());
        } else if (value instanceof Number number) {
            out.writeByte(INTEGER);
            out.writeLong(number.longValue());
        } else if (value instanceof Instant time) {
            out.writeByte(TIME);
            out.writeLong(time.getEpochSecond());
            out.writeInt(time.getNano());
        } else {
            out.writeByte(TEXT);
            writeText(out, value.toString());
        }
    }

    static Object readValue(DataInputStream in) throws IOException {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case NULL -> null;
            case TEXT -> readText(in);
            case INTEGER -> in.readLong();
            case REAL -> in.readDouble();
            case BOOLEAN -> in.readBoolean();
            case TIME -> Instant.ofEpochSecond(in.readLong(), in.readInt());
            default -> throw new IOException("a value of kind " + kind);
        };
    }
}
