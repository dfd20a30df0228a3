package dev.mysqlproxy.protocol.sql;

/**
 * SipHash-2-4 with a result of 128 bits and a key that never changes, so that equal texts have equal hashes everywhere.
 * Nobody has shown how to make texts of equal hashes, as is easily done for the faster hashes of hash tables.
 *
 * @see <a href="https://www.aumasson.jp/siphash/siphash.pdf">SipHash: a fast short-input PRF</a>
 */
final class SipHash {

    private static final long KEY_0 = 0x0706050403020100L;
    private static final long KEY_1 = 0x0f0e0d0c0b0a0908L;

    private long v0;
    private long v1;
    private long v2;
    private long v3;
    /** Bytes that do not fill a word yet, and how many there were in all. */
    private long tail;

    private long total;
    private long low;
    private long high;

    /** Begins with another input. */
    void reset() {
        v0 = 0x736f6d6570736575L ^ KEY_0;
        v1 = 0x646f72616e646f6dL ^ KEY_1 ^ 0xee;
        v2 = 0x6c7967656e657261L ^ KEY_0;
        v3 = 0x7465646279746573L ^ KEY_1;
        tail = 0;
        total = 0;
    }

    /** Takes more of the input. */
    void update(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end && (total & 7) != 0) {
            one(bytes[at++]);
        }
        int stop = at + (end - at & ~7);
        words(bytes, at, stop);
        at = stop;
        while (at < end) {
            one(bytes[at++]);
        }
    }

    private void one(byte value) {
        tail |= (value & 0xffL) << ((total & 7) << 3);
        total++;
        if ((total & 7) == 0) {
            word(tail);
            tail = 0;
        }
    }

    private void word(long word) {
        v3 ^= word;
        rounds(2);
        v0 ^= word;
    }

    /**
     * Takes bytes that fill words: as {@link #word}, without going through memory between them. The rounds stand here a
     * second time: with one body for both, a digest takes a tenth longer.
     */
    private void words(byte[] bytes, int from, int to) {
        long a = v0;
        long b = v1;
        long c = v2;
        long d = v3;
        for (int at = from; at < to; at += EightBytes.COUNT) {
            long word = EightBytes.get(bytes, at);
            d ^= word;
            for (int i = 0; i < 2; i++) {
                a += b;
                c += d;
                b = Long.rotateLeft(b, 13) ^ a;
                d = Long.rotateLeft(d, 16) ^ c;
                a = Long.rotateLeft(a, 32);
                c += b;
                a += d;
                b = Long.rotateLeft(b, 17) ^ c;
                d = Long.rotateLeft(d, 21) ^ a;
                c = Long.rotateLeft(c, 32);
            }
            a ^= word;
        }
        v0 = a;
        v1 = b;
        v2 = c;
        v3 = d;
        total += to - from;
    }

    /** Ends the input: {@link #low} and {@link #high} are its hash. */
    void finish() {
        word(tail | total << 56);
        v2 ^= 0xee;
        rounds(4);
        low = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        rounds(4);
        high = v0 ^ v1 ^ v2 ^ v3;
    }

    long low() {
        return low;
    }

    long high() {
        return high;
    }

    private void rounds(int count) {
        long a = v0;
        long b = v1;
        long c = v2;
        long d = v3;
        for (int i = 0; i < count; i++) {
            a += b;
            c += d;
            b = Long.rotateLeft(b, 13) ^ a;
            d = Long.rotateLeft(d, 16) ^ c;
            a = Long.rotateLeft(a, 32);
            c += b;
            a += d;
            b = Long.rotateLeft(b, 17) ^ c;
            d = Long.rotateLeft(d, 21) ^ a;
            c = Long.rotateLeft(c, 32);
        }
        v0 = a;
        v1 = b;
        v2 = c;
        v3 = d;
    }
}
