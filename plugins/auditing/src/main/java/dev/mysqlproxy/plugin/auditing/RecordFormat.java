package dev.mysqlproxy.plugin.auditing;

/** How records are written. The writer's thread. */
interface RecordFormat {

    /**
     * Writes a record as one or more whole lines; nothing for an event that the format does not know.
     *
     * @param record begun, its own fields not read
     * @param sequence its number, from 1, without gaps
     * @param maxText bytes of a statement; the rest is cut off, and parameters with it
     */
    void write(AuditRecord record, long sequence, int maxText, LineBuffer out);
}
