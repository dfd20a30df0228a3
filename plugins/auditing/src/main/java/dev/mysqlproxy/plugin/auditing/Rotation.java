package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.option.OptionValues;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * When a new file is begun, and what becomes of the old ones.
 *
 * @param size bytes behind which a file is full; 0 for any size
 * @param period from midnight on a new file each; zero for never
 * @param compress whether old files are compressed
 * @param keep old files that are kept; 0 for all
 * @param keepFor how long old files are kept; zero for ever
 */
record Rotation(long size, Duration period, boolean compress, int keep, Duration keepFor) {

    private static final long MIB = 1024 * 1024;

    static Rotation of(OptionValues options) {
        return new Rotation(
                options.get(AuditingOptions.ROTATE_SIZE) * MIB,
                options.get(AuditingOptions.ROTATE_TIME),
                options.get(AuditingOptions.COMPRESS),
                options.get(AuditingOptions.KEEP),
                Duration.ofDays(options.get(AuditingOptions.KEEP_DAYS)));
    }

    /** Whether a file of this size, begun then, has had its time. */
    boolean isDue(long bytes, Instant begun, Instant now) {
        if (bytes == 0) {
            return false;
        }
        return size > 0 && bytes >= size || !period.isZero() && number(begun) != number(now);
    }

    /** The number of the period that a moment is in. */
    private long number(Instant moment) {
        long offset = ZoneId.systemDefault().getRules().getOffset(moment).getTotalSeconds();
        return Math.floorDiv(moment.toEpochMilli() + 1000 * offset, Math.max(1, period.toMillis()));
    }
}
