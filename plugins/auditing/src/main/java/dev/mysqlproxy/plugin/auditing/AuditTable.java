package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.admin.AdminTable;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How the audit does, as one row. */
final class AuditTable implements AdminTable {

    private final Destination destination;
    private final RecordQueue queue;
    private final AuditStatus status;
    private final Optional<Gate> gate;
    private final Overflow overflow;

    AuditTable(Destination destination, RecordQueue queue, AuditStatus status, Optional<Gate> gate, Overflow overflow) {
        this.destination = destination;
        this.queue = queue;
        this.status = status;
        this.gate = gate;
        this.overflow = overflow;
    }

    @Override
    public String name() {
        return "audit";
    }

    @Override
    public String comment() {
        return "How the audit does.";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                Column.text("destination", "where records are written"),
                Column.text("state", "ok or failing"),
                Column.text("error", "why it fails; empty when it does not"),
                Column.text("overflow", "what happens when the queue is full"),
                Column.integer("queue_bytes", "bytes of records that wait for being written"),
                Column.integer("queue_limit", "bytes of records that may wait"),
                Column.integer("waiting", "sessions that wait for room in the queue"),
                Column.integer("records", "records written since the start"),
                Column.integer("bytes", "bytes written since the start"),
                Column.integer("dropped", "records that had no room"),
                Column.integer("refused", "statements and connections refused"),
                Column.integer("errors", "writes that failed"),
                Column.integer("file_size", "bytes of the present file"),
                Column.integer(
                        "rotations", "files begun because the one before was full or old, or an operator wished it"),
                Column.time("last_write", "when something was last written"));
    }

    @Override
    public Iterable<List<Object>> rows() {
        Instant lastWrite = status.lastWrite();
        return List.of(Arrays.asList(
                destination.name(),
                status.isFailing() ? "failing" : "ok",
                status.failure(),
                overflow.word(),
                queue.bytes(),
                queue.limit(),
                (long) queue.waiting(),
                status.records(),
                status.bytes(),
                queue.dropped(),
                gate.map(Gate::refused).orElse(0L),
                status.errors(),
                destination.size(),
                destination.rotations(),
                lastWrite.equals(Instant.EPOCH) ? null : lastWrite));
    }
}
