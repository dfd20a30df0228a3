package dev.mysqlproxy.plugin.auditing;

import java.util.ArrayList;
import java.util.List;

/**
 * Goes through the records of all threads by their time. The order in which a thread has put its own is never changed, so
 * each session's stay as they happened whatever the clock does. One thread.
 */
final class RecordsByTime {

    /** The records of one thread, from the next one on. */
    private static final class Source {
        private final List<Chunk> chunks = new ArrayList<>();
        private int index;
        private int at;
        private long micros;

        Chunk chunk() {
            return chunks.get(index);
        }

        void look() {
            micros = AuditRecord.microsAt(chunk().bytes(), at + Chunk.HEADER);
        }
    }

    private final List<Source> sources = new ArrayList<>();
    private Source source;
    private Chunk chunk;
    private int offset;
    private int length;

    /** @param chunks those of each thread oldest first; where times are the same, whose chunks are first comes first */
    RecordsByTime(List<Chunk> chunks) {
        for (Chunk next : chunks) {
            sourceOf(next).chunks.add(next);
        }
        sources.forEach(Source::look);
    }

    private Source sourceOf(Chunk of) {
        for (Source known : sources) {
            if (known.chunks.get(0).owner() == of.owner()) {
                return known;
            }
        }
        Source added = new Source();
        sources.add(added);
        return added;
    }

    /** Goes to the next record; false when there is none. */
    boolean next() {
        source = null;
        for (Source each : sources) {
            if (source == null || each.micros < source.micros) {
                source = each;
            }
        }
        if (source == null) {
            return false;
        }
        chunk = source.chunk();
        offset = source.at + Chunk.HEADER;
        length = chunk.lengthOf(offset);
        source.at = offset + length;
        if (source.at == chunk.used()) {
            source.at = 0;
            source.index++;
        }
        if (source.index == source.chunks.size()) {
            sources.remove(source);
        } else {
            source.look();
        }
        return true;
    }

    /** Where the record is. */
    Chunk chunk() {
        return chunk;
    }

    int offset() {
        return offset;
    }

    /** Whether it is the last one of its chunk. */
    boolean isLastOfChunk() {
        return offset + length == chunk.used();
    }
}
