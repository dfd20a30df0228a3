package dev.mysqlproxy.testing.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Spoils inputs in the ways that hurt readers of this protocol: lengths that lie, ends that are missing, flags that
 * were never agreed on, packets that come twice or not at all. Everything depends on the seed.
 */
public final class Mutator {

    /** First bytes that mean something, and edges of one-byte numbers. */
    private static final int[] TELLING = {
        0x00, 0x01, 0x02, 0x03, 0x04, 0x0a, 0x7f, 0x80, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff
    };

    /** Length-encoded numbers from the edges. */
    private static final byte[][] LENGTHS = {
        {(byte) 0xfb},
        {(byte) 0xfc, 0, 0},
        {(byte) 0xfc, -1, -1},
        {(byte) 0xfc, (byte) 0xfb, 0},
        {(byte) 0xfd, 0, 0, 1},
        {(byte) 0xfd, -1, -1, -1},
        {(byte) 0xfe, 1, 0, 0, 0, 0, 0, 0, 0},
        {(byte) 0xfe, -1, -1, -1, 0x7f, 0, 0, 0, 0},
        {(byte) 0xfe, 0, 0, 0, (byte) 0x80, 0, 0, 0, 0},
        {(byte) 0xfe, -1, -1, -1, -1, 0, 0, 0, 0},
        {(byte) 0xfe, 0, 0, 0, 0, 1, 0, 0, 0},
        {(byte) 0xfe, -1, -1, -1, -1, -1, -1, -1, 0x7f},
        {(byte) 0xfe, 0, 0, 0, 0, 0, 0, 0, (byte) 0x80},
        {(byte) 0xfe, -1, -1, -1, -1, -1, -1, -1, -1},
        {(byte) 0xff}
    };

    private static final int HEADER = 4;
    /** Longer inputs find nothing that shorter ones do not, only later. */
    private static final int LONGEST = 8 * 1024;

    private final SplittableRandom random;

    public Mutator(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** A number from 0 to {@code bound - 1}. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** One of these. */
    public <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /**
     * A few changes.
     *
     * @param other another input, for parts
     * @param packetsFrom where packets with headers begin, -1 when there are none
     */
    public byte[] mutate(byte[] input, byte[] other, int packetsFrom) {
        byte[] bytes = input;
        for (int i = random.nextInt(4); i >= 0; i--) {
            boolean packets = packetsFrom >= 0 && bytes.length > packetsFrom + HEADER && random.nextInt(3) > 0;
            bytes = packets ? packets(bytes, other, packetsFrom) : anyBytes(bytes, other);
            if (bytes.length > LONGEST) {
                bytes = Arrays.copyOf(bytes, LONGEST);
            }
        }
        return bytes;
    }

    private byte[] anyBytes(byte[] bytes, byte[] other) {
        int length = bytes.length;
        if (length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(length);
        int some = 1 + random.nextInt(random.nextInt(4) == 0 ? length : Math.min(length, 8));
        int to = Math.min(length, at + some);
        byte[] copy = bytes.clone();
        switch (random.nextInt(12)) {
            case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> copy[at] = (byte) telling();
            case 2 -> copy[at] += (byte) (random.nextInt(9) - 4);
            case 3 -> {
                byte[] number = LENGTHS[random.nextInt(LENGTHS.length)];
                System.arraycopy(number, 0, copy, at, Math.min(number.length, length - at));
            }
            case 4 -> {
                return splice(bytes, at, at + random.nextInt(2), LENGTHS[random.nextInt(LENGTHS.length)]);
            }
            case 5 -> {
                return splice(bytes, at, to, new byte[0]);
            }
            case 6 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 7 -> {
                return splice(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            }
            case 8 -> Arrays.fill(copy, at, to, (byte) telling());
            case 9 -> {
                int from = other.length == 0 ? 0 : random.nextInt(other.length);
                return splice(bytes, at, to, Arrays.copyOfRange(other, from, Math.min(other.length, from + some)));
            }
            case 10 -> {
                byte[] fill = new byte[1 + random.nextInt(random.nextInt(8) == 0 ? 2_000 : 20)];
                Arrays.fill(fill, (byte) telling());
                return splice(bytes, at, at, fill);
            }
            default -> {
                // a terminator less, or one where none belongs
                int zero = at;
                while (zero < length - 1 && copy[zero] != 0) {
                    zero++;
                }
                copy[zero] = (byte) (copy[zero] == 0 ? 'x' : 0);
            }
        }
        return copy;
    }

    /** Changes whole packets; afterwards, mostly, lengths and sequence ids are those of a peer in its right mind. */
    private byte[] packets(byte[] bytes, byte[] other, int from) {
        List<byte[]> packets = cut(bytes, from);
        int at = random.nextInt(packets.size());
        byte[] packet = packets.get(at);
        switch (random.nextInt(10)) {
            case 0 -> packets.remove(at);
            case 1 -> packets.add(at, packet.clone());
            case 2 -> packets.set(at, packets.set(random.nextInt(packets.size()), packet));
            case 3 ->
                packets.add(at, oneOf(cut(other, Math.min(from, other.length))).clone());
            case 4 ->
                packets.set(at, oneOf(cut(other, Math.min(from, other.length))).clone());
            case 5 -> packets.set(at, Arrays.copyOf(packet, Math.min(packet.length, HEADER)));
            case 6 -> packets.set(at, Arrays.copyOf(packet, Math.max(HEADER, random.nextInt(packet.length + 1))));
            case 7 -> {
                if (packet.length > HEADER) {
                    packet[HEADER] = (byte) telling();
                }
            }
            default -> {
                byte[] payload = Arrays.copyOfRange(packet, Math.min(HEADER, packet.length), packet.length);
                byte[] spoilt = anyBytes(payload, other);
                byte[] whole = Arrays.copyOf(Arrays.copyOf(packet, HEADER), HEADER + spoilt.length);
                System.arraycopy(spoilt, 0, whole, HEADER, spoilt.length);
                packets.set(at, whole);
            }
        }
        int lie = random.nextInt(8);
        return join(bytes, from, packets, lie == 0 ? random.nextInt(packets.size() + 1) : -1);
    }

    private static List<byte[]> cut(byte[] bytes, int from) {
        List<byte[]> packets = new ArrayList<>();
        int at = from;
        while (at + HEADER <= bytes.length) {
            int to = Math.min(
                    bytes.length,
                    at + HEADER + (bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16));
            packets.add(Arrays.copyOfRange(bytes, at, to));
            at = to;
        }
        if (at < bytes.length || packets.isEmpty()) {
            packets.add(Arrays.copyOfRange(bytes, at, bytes.length));
        }
        return packets;
    }

    private byte[] join(byte[] settings, int from, List<byte[]> packets, int liar) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(settings, 0, from);
        int first = packets.isEmpty() || packets.get(0).length < HEADER ? 0 : packets.get(0)[3];
        for (int i = 0; i < packets.size(); i++) {
            byte[] packet = packets.get(i);
            if (packet.length < HEADER) {
                all.writeBytes(packet);
                continue;
            }
            int length = packet.length - HEADER;
            int sequence = first + i;
            if (i == liar) {
                if (random.nextBoolean()) {
                    length = random.nextBoolean() ? 0xff_ffff : Math.max(0, length + random.nextInt(9) - 4);
                } else {
                    sequence = random.nextInt(256);
                }
            }
            all.write(length);
            all.write(length >>> 8);
            all.write(length >>> 16);
            all.write(sequence);
            all.write(packet, HEADER, packet.length - HEADER);
        }
        return all.toByteArray();
    }

    private int telling() {
        return random.nextInt(4) == 0 ? random.nextInt(256) : TELLING[random.nextInt(TELLING.length)];
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] part) {
        byte[] result = new byte[bytes.length - (to - from) + part.length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(part, 0, result, from, part.length);
        System.arraycopy(bytes, to, result, from + part.length, bytes.length - to);
        return result;
    }
}
