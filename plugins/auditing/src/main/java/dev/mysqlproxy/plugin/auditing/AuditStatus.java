package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.metric.Metrics;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How writing goes. Written by the writer's thread, read by any. */
final class AuditStatus {

    private static final Logger LOG = LoggerFactory.getLogger(AuditStatus.class);

    private final AtomicLong records = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private final Metrics.Counter recordsTotal;
    private final Metrics.Counter bytesTotal;
    private final Metrics.Counter errorsTotal;
    private volatile String failure = "";
    private volatile Instant lastWrite = Instant.EPOCH;

    AuditStatus(Metrics metrics) {
        recordsTotal = metrics.counter("auditing_records_total", "Audit records written.")
                .with();
        bytesTotal = metrics.counter("auditing_written_bytes_total", "Bytes of audit written.")
                .with();
        errorsTotal = metrics.counter("auditing_write_errors_total", "Writes of the audit that failed.")
                .with();
    }

    /** So many records have been written. */
    void recorded(long more) {
        records.addAndGet(more);
        recordsTotal.add(more);
    }

    void written(long more, Instant now) {
        bytes.addAndGet(more);
        bytesTotal.add(more);
        lastWrite = now;
    }

    /** A write has failed; the log hears of the first of a row. */
    void failed(String destination, IOException reason, String consequence) {
        errors.incrementAndGet();
        errorsTotal.increment();
        if (failure.isEmpty()) {
            LOG.atError()
                    .addKeyValue("destination", destination)
                    .addKeyValue("reason", reason.toString())
                    .addKeyValue("meanwhile", consequence)
                    .log("the audit cannot be written; trying again every second");
        }
        failure = reason.toString();
    }

    /** A write has succeeded. */
    void worked(String destination) {
        if (!failure.isEmpty()) {
            failure = "";
            LOG.atWarn().addKeyValue("destination", destination).log("the audit is written again");
        }
    }

    boolean isFailing() {
        return !failure.isEmpty();
    }

    /** Why it cannot be written now; empty when it can. */
    String failure() {
        return failure;
    }

    long records() {
        return records.get();
    }

    long bytes() {
        return bytes.get();
    }

    long errors() {
        return errors.get();
    }

    /** When something was last written; the epoch before. */
    Instant lastWrite() {
        return lastWrite;
    }
}
