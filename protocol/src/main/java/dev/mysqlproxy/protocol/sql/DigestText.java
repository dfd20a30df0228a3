package dev.mysqlproxy.protocol.sql;

import java.util.Arrays;

/**
 * The text of a {@link Digest} while it is made: bytes that are added at the end, and taken back from there. What is longer
 * than 64 KiB is hashed away but for its end, and its beginning kept up to a bound. Not thread-safe.
 */
final class DigestText {

    /** The longest text that is there as a whole. */
    static final int LARGEST = 64 * 1024;

    private static final int SMALLEST = 1024;

    private final int most;
    private final SipHash hash = new SipHash();

    private byte[] bytes = new byte[SMALLEST];
    private int length;
    /** The beginning, once {@link #bytes} does not hold all of it. */
    private byte[] head = new byte[0];

    private boolean spilled;

    /** @param most bytes to keep in the end */
    DigestText(int most) {
        this.most = most;
    }

    /** Begins with nothing. */
    void reset() {
        if (bytes.length > LARGEST) {
            bytes = new byte[SMALLEST];
        }
        length = 0;
        spilled = false;
    }

    /** Where the next byte goes. What was hashed away does not count. */
    int length() {
        return length;
    }

    byte at(int index) {
        return bytes[index];
    }

    /** Takes back what is behind. */
    void truncate(int end) {
        length = end;
    }

    /** Adds a byte; there must be {@link #room}. */
    void add(int value) {
        bytes[length++] = (byte) value;
    }

    /** Adds bytes; there must be {@link #room}. */
    void add(byte[] from, int begin, int end) {
        for (int at = begin; at < end; at++) {
            bytes[length++] = from[at];
        }
    }

    /** Adds bytes with letters in capitals; there must be {@link #room}. */
    void addCapitals(byte[] from, int begin, int end) {
        for (int at = begin; at < end; at++) {
            bytes[length++] = Bytes.toUpper(from[at]);
        }
    }

    /** Puts as many bytes of another array in the place of those from an index to the end. */
    void replace(int index, byte[] from, int begin) {
        System.arraycopy(from, begin, bytes, index, length - index);
    }

    /** Writes the letters from an index to the end in capitals. */
    void capitals(int index) {
        for (int at = index; at < length; at++) {
            bytes[at] = Bytes.toUpper(bytes[at]);
        }
    }

    /** Puts backticks around what is there from an index to the end; there must be {@link #room}. */
    void quote(int index) {
        System.arraycopy(bytes, index, bytes, index + 1, length - index);
        bytes[index] = '`';
        bytes[length + 1] = '`';
        length += 2;
    }

    /** What {@link DigestWords} knows of the word from an index to the end. */
    int word(int index) {
        return DigestWords.of(bytes, index, length);
    }

    /** Whether the bytes between two indices are those from a third one to the end. */
    boolean repeats(int from, int to, int index) {
        return Arrays.equals(bytes, from, to, bytes, index, length);
    }

    /** Whether so many bytes can be added. */
    boolean hasRoom(int more) {
        return length + more <= bytes.length;
    }

    /**
     * Makes room for so many bytes.
     *
     * @param keep what is before this index may be hashed away
     * @return whether it was: what began at that index begins at 0 now
     */
    boolean room(int more, int keep) {
        boolean spill = length + more > LARGEST && keep > 0;
        if (spill) {
            spill(keep);
        }
        if (!hasRoom(more)) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.min(bytes.length * 2, LARGEST), length + more));
        }
        return spill;
    }

    private void spill(int end) {
        if (!spilled) {
            spilled = true;
            hash.reset();
            head = new byte[0];
        }
        keep(end);
        hash.update(bytes, 0, end);
        System.arraycopy(bytes, end, bytes, 0, length - end);
        length -= end;
    }

    /** Adds so many bytes to the beginning that is kept, as far as it goes. */
    private void keep(int count) {
        int kept = head.length;
        if (kept < most) {
            head = Arrays.copyOf(head, Math.min(most, kept + count));
            System.arraycopy(bytes, 0, head, kept, head.length - kept);
        }
    }

    /** The text is whole: makes its hash. */
    SipHash finish() {
        if (spilled) {
            keep(length);
        } else {
            hash.reset();
        }
        hash.update(bytes, 0, length);
        hash.finish();
        return hash;
    }

    /** The hash of {@link #finish}. */
    SipHash hash() {
        return hash;
    }

    /** Whether the text is longer than what is kept of it. */
    boolean isCut() {
        return spilled || length > most;
    }

    /** The text as far as it is kept, cut between two characters of UTF-8; a copy. */
    byte[] copy() {
        byte[] from = spilled ? head : bytes;
        int end = spilled ? head.length : Math.min(length, most);
        return Arrays.copyOf(from, isCut() ? characterEnd(from, end) : end);
    }

    /** Where the last whole character ends, for text of which there is more. */
    private static int characterEnd(byte[] text, int end) {
        int at = end;
        while (at > 0 && end - at < 3 && (text[at - 1] & 0xc0) == 0x80) {
            at--;
        }
        if (at == 0 || text[at - 1] >= 0) {
            return end;
        }
        int lead = text[at - 1] & 0xff;
        int needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
        return end - at + 1 < needed ? at - 1 : end;
    }
}
