package dev.mysqlproxy.plugin.auditing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Times as in RFC 3339, with microseconds, in UTC. The writer's thread; the second is rendered once. */
final class Timestamps {

    private static final long MICROS = 1_000_000;

    private long second = Long.MIN_VALUE;
    private byte[] rendered = new byte[0];

    void put(long micros, LineBuffer out) {
        long now = Math.floorDiv(micros, MICROS);
        if (now != second) {
            second = now;
            String text = Instant.ofEpochSecond(now).toString();
            rendered = text.substring(0, text.length() - 1).getBytes(StandardCharsets.US_ASCII);
        }
        out.put(rendered);
        out.put('.');
        out.putDigits(Math.floorMod(micros, MICROS), 6);
        out.put('Z');
    }
}
