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
    /** Bytes behind the room that there is, so that short additions are eight bytes whatever their length. */
    private static final int SLACK = EightBytes.COUNT;

    private final int most;
    private final SipHash hash = new SipHash();

    private byte[] bytes = new byte[SMALLEST + SLACK];
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
        if (bytes.length > LARGEST + SLACK) {
            bytes = new byte[SMALLEST + SLACK];
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
        if (fitEight(from, begin, end)) {
            EightBytes.put(bytes, length, EightBytes.get(from, begin));
            length += end - begin;
        } else {
            addMore(from, begin, end);
        }
    }

    /** Adds bytes with letters in capitals; there must be {@link #room}. */
    void addCapitals(byte[] from, int begin, int end) {
        if (fitEight(from, begin, end)) {
            EightBytes.put(bytes, length, EightBytes.toUpper(EightBytes.get(from, begin)));
            length += end - begin;
        } else {
            int at = length;
            addMore(from, begin, end);
            capitals(at);
        }
    }

    private void addMore(byte[] from, int begin, int end) {
        System.arraycopy(from, begin, bytes, length, end - begin);
        length += end - begin;
    }

    /** Whether bytes are so few that eight may be written for them, and eight be read. */
    private static boolean fitEight(byte[] from, int begin, int end) {
        return end - begin <= EightBytes.COUNT && begin + EightBytes.COUNT <= from.length;
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
        return length + more <= bytes.length - SLACK;
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
            int twice = (bytes.length - SLACK) * 2;
            bytes = Arrays.copyOf(bytes, Math.max(Math.min(twice, LARGEST), length + more) + SLACK);
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
