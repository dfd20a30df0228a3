package dev.mysqlproxy.it.raw;

import java.util.Arrays;

/**
 * A packet as it came, parts over 16 MiB joined.
 *
 * @param sequence of its first part
 * @param payload without headers; not copied
 * @param parts how many there were on the wire
 */
public record Packet(int sequence, byte[] payload, int parts) {

    /** The byte that tells what it is; -1 when it is empty. */
    public int first() {
        return payload.length == 0 ? -1 : payload[0] & 0xff;
    }

    public boolean isOk() {
        return first() == 0;
    }

    public boolean isErr() {
        return first() == 0xff;
    }

    /** MariaDB's news of a long statement, in the clothes of an error. */
    public boolean isProgress() {
        return isErr() && payload.length > 2 && (payload[1] & 0xff) == 0xff && (payload[2] & 0xff) == 0xff;
    }

    /** Without the number that COM_STMT_PREPARE answers with. */
    Packet withoutStatement() {
        if (!isOk() || payload.length < 5) {
            return this;
        }
        byte[] masked = payload.clone();
        Arrays.fill(masked, 1, 5, (byte) 0);
        return new Packet(sequence, masked, parts);
    }

    @Override
    public String toString() {
        return sequence + ": " + Bytes.show(payload) + (parts == 1 ? "" : " in " + parts + " parts");
    }
}
