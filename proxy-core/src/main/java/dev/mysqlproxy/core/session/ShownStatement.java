package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.codec.QueryAttributes;
import dev.mysqlproxy.protocol.sql.Redaction;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * The beginning of the statement that a session runs or ran last, for lists. Written on the session's event loop into an
 * array that is used again and again; read by any thread, which looks at the version before and after it has copied and
 * tries again when a statement began meanwhile.
 */
final class ShownStatement {

    private static final VarHandle VERSION = version();
    private static final byte[] NOTHING = {};
    private static final int TRIES = 16;

    // odd while it is being written
    private volatile int version;
    private byte[] bytes = NOTHING;
    private int length;
    private int wanted;
    /** Bytes from the command's first on that have been looked at. */
    private int seen;

    /**
     * A command begins at the input's reader index; its header and first byte are there.
     *
     * @param most bytes to keep
     */
    void begin(ByteBuf input, int most, PhaseParts parts) {
        int at = input.readerIndex() + Wire.HEADER_LENGTH;
        int code = input.getUnsignedByte(at);
        int end = at + input.getUnsignedMediumLE(input.readerIndex());
        byte[] prepared = parts.statements().text(code, input, at);
        int start = at + 1;
        if (code == CommandCode.COM_QUERY && parts.queryAttributes()) {
            start = statementStart(input, at, end);
        }
        boolean hasText = code == CommandCode.COM_QUERY || code == CommandCode.COM_STMT_PREPARE;
        change();
        if (bytes.length != most) {
            bytes = new byte[most];
        }
        length = 0;
        wanted = 0;
        if (prepared != null) {
            length = Math.min(most, prepared.length);
            System.arraycopy(prepared, 0, bytes, 0, length);
        } else if (hasText && start <= end) {
            wanted = Math.min(most, end - start);
            seen = input.readableBytes();
            copy(input, start, Math.min(wanted, input.writerIndex() - start));
        }
        changed();
    }

    /** Behind the attributes; beyond the end when they are not all there. */
    private static int statementStart(ByteBuf input, int at, int end) {
        if (input.writerIndex() >= at + 3 && input.getByte(at + 1) == 0) {
            // no attributes, in one set
            return at + 3;
        }
        if (input.writerIndex() < end) {
            return end + 1;
        }
        try {
            return at + QueryAttributes.decode(input.slice(at, end - at)).end();
        } catch (ProtocolViolationException e) {
            // whoever looks at the command itself will say so
            return end + 1;
        }
    }

    /** The next so many bytes of the command that began. */
    void more(ByteBuf input, int count) {
        if (wanted == 0) {
            return;
        }
        if (count > seen) {
            change();
            copy(input, input.readerIndex() + seen, Math.min(count - seen, wanted));
            changed();
        }
        seen = Math.max(0, seen - count);
    }

    private void copy(ByteBuf input, int from, int count) {
        if (count > 0) {
            input.getBytes(from, bytes, length, count);
            length += count;
            wanted -= count;
        }
    }

    // one thread writes: it needs an order, but nothing that waits until others see it
    private void change() {
        VERSION.setOpaque(this, version + 1);
        VarHandle.storeStoreFence();
    }

    private void changed() {
        VERSION.setRelease(this, version + 1);
    }

    private static VarHandle version() {
        try {
            return MethodHandles.lookup().findVarHandle(ShownStatement.class, "version", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * What there is of it now, without passwords and malformed bytes; empty when statements follow each other faster than it
     * is read.
     *
     * @param backslashEscapes as {@link Redaction#passwords} wants it
     */
    String text(boolean backslashEscapes) {
        for (int i = 0; i < TRIES; i++) {
            int before = version;
            byte[] from = bytes;
            int count = Math.min(length, from.length);
            byte[] copy = new byte[count];
            System.arraycopy(from, 0, copy, 0, count);
            VarHandle.loadLoadFence();
            if ((before & 1) == 0 && version == before) {
                return new String(Redaction.passwords(copy, backslashEscapes), StandardCharsets.UTF_8);
            }
            Thread.onSpinWait();
        }
        return "";
    }
}
