package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.protocol.codec.ExecuteParameters;
import dev.mysqlproxy.protocol.message.ColumnDefinition;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The prepared statements of a session as far as some hook wants to know them: text, types last bound, columns. A text is
 * kept whole, so it is at most {@code --max-hook-packet} long; when a session's statements take more than {@link #LIMIT}
 * bytes, the oldest are forgotten. Nothing is kept while no hook wants anything. On the session's event loop.
 */
final class PreparedStatements {

    /** Bytes that are kept for a session, about. */
    static final int LIMIT = 16 << 20;

    private static final int OVERHEAD = 256;
    private static final int COLUMN_OVERHEAD = 192;
    private static final int ID_LENGTH = 4;
    /** MariaDB: the statement that was prepared last. */
    private static final int LAST = -1;

    private static final BitSet NONE = new BitSet(0);

    /** One statement. */
    static final class Prepared {
        private final byte[] text;
        private final int parameters;
        private ExecuteParameters.Binding bound;
        private BitSet longData = NONE;
        private List<ColumnDefinition> columns = List.of();
        private List<ColumnDefinition> shown = List.of();
        private boolean forgotten;

        private Prepared(byte[] text, int parameters) {
            this.text = text;
            this.parameters = parameters;
        }

        /** What it was prepared from; null when nobody wanted to know. */
        byte[] text() {
            return text;
        }

        int parameters() {
            return parameters;
        }

        /** Types last bound; null before. */
        ExecuteParameters.Binding bound() {
            return bound;
        }

        /** Numbers of the parameters that came in packets of their own; not changed later. */
        BitSet longData() {
            return longData;
        }

        /** As the server described them last; empty when it never did. */
        List<ColumnDefinition> columns() {
            return columns;
        }

        /** As the client knows them. */
        List<ColumnDefinition> shown() {
            return shown;
        }

        private int weight() {
            return OVERHEAD + (text == null ? 0 : text.length) + COLUMN_OVERHEAD * columns.size();
        }
    }

    private final Capabilities negotiated;
    private final Map<Integer, Prepared> known = new LinkedHashMap<>();
    // read by other threads for lists
    private volatile int open;
    private boolean texts;
    private boolean columns;
    private boolean longDataSent;
    private long weight;
    private byte[] preparing;
    private Prepared last;

    PreparedStatements(Capabilities negotiated) {
        this.negotiated = negotiated;
    }

    /** A command begins, with these hooks. */
    void wanted(HookChain hooks) {
        texts = hooks.wantsPrepared();
        columns = hooks.seesPreparedRows();
        if (!wanted() && !known.isEmpty()) {
            forgetAll();
        }
    }

    private boolean wanted() {
        return texts || columns;
    }

    /** Whether columns have to be read from the answer to COM_STMT_PREPARE: that to COM_STMT_EXECUTE may lack them. */
    boolean wantsColumns() {
        return columns && negotiated.has(Capabilities.MARIADB_CACHE_METADATA);
    }

    /** None of them is there any more, or may be meant by its number. */
    void clear() {
        open = 0;
        longDataSent = false;
        forgetAll();
    }

    private void forgetAll() {
        known.values().forEach(gone -> gone.forgotten = true);
        known.clear();
        weight = 0;
        last = null;
    }

    /** The statement of a command; null when it is not known, or when the command is about none. */
    Prepared find(ByteBuf payload) {
        int code = payload.getUnsignedByte(payload.readerIndex());
        return about(code) && payload.readableBytes() > ID_LENGTH
                ? find(payload.getIntLE(payload.readerIndex() + 1))
                : null;
    }

    private Prepared find(int id) {
        return id == LAST ? last : known.get(id);
    }

    private static boolean about(int code) {
        return switch (code) {
            case CommandCode.COM_STMT_EXECUTE,
                    CommandCode.COM_STMT_BULK_EXECUTE,
                    CommandCode.COM_STMT_FETCH,
                    CommandCode.COM_STMT_RESET,
                    CommandCode.COM_STMT_SEND_LONG_DATA,
                    CommandCode.COM_STMT_CLOSE -> true;
            default -> false;
        };
    }

    /** Text of the statement that the command at an index of the input is about; null when it is not known. */
    byte[] text(int code, ByteBuf input, int at) {
        if (known.isEmpty() || !about(code) || input.writerIndex() < at + 1 + ID_LENGTH) {
            return null;
        }
        Prepared found = find(input.getIntLE(at + 1));
        return found == null ? null : found.text();
    }

    /** Tells a command's view of its statement. */
    void show(CommandView view) {
        if ((wanted() || longDataSent) && about(view.code())) {
            view.prepared(find(view.payload()), longDataSent);
        }
    }

    /** A command with this first byte is sent, whoever looks at it. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void sending(int code) {
        switch (code) {
            case CommandCode.COM_RESET_CONNECTION, CommandCode.COM_CHANGE_USER -> clear();
            case CommandCode.COM_STMT_SEND_LONG_DATA -> longDataSent = true;
            case CommandCode.COM_STMT_CLOSE -> open = Math.max(0, open - 1);
            default -> {
                // tells nothing
            }
        }
    }

    /** Whether something must be known of a command with this first byte when it is sent. */
    boolean concerns(int code) {
        return wanted() && (code == CommandCode.COM_STMT_PREPARE || about(code));
    }

    /**
     * What is sent, of a command that hooks watch or have injected.
     *
     * @param payload borrowed
     * @param complete whether this is all of it
     */
    void sending(ByteBuf payload, boolean complete) {
        int code = payload.getUnsignedByte(payload.readerIndex());
        if (!concerns(code)) {
            return;
        }
        if (code == CommandCode.COM_STMT_PREPARE) {
            preparing = texts && complete
                    ? ByteBufUtil.getBytes(payload, payload.readerIndex() + 1, payload.readableBytes() - 1)
                    : null;
            return;
        }
        Prepared statement = find(payload);
        if (statement == null) {
            return;
        }
        switch (code) {
            case CommandCode.COM_STMT_EXECUTE -> {
                bind(statement, payload);
                statement.longData = NONE;
            }
            case CommandCode.COM_STMT_RESET -> statement.longData = NONE;
            case CommandCode.COM_STMT_SEND_LONG_DATA -> longData(statement, payload);
            case CommandCode.COM_STMT_CLOSE -> forget(payload.getIntLE(payload.readerIndex() + 1));
            default -> {
                // changes nothing
            }
        }
    }

    private void bind(Prepared statement, ByteBuf payload) {
        try {
            statement.bound = ExecuteParameters.bound(
                    payload, statement.parameters, negotiated.has(Capabilities.QUERY_ATTRIBUTES), statement.bound);
        } catch (ProtocolViolationException e) {
            // cut, or nonsense that the server will refuse: nobody knows what is bound now
            statement.bound = null;
        }
    }

    private static void longData(Prepared statement, ByteBuf payload) {
        int number = 1 + ID_LENGTH;
        if (payload.readableBytes() >= number + 2) {
            // a new one: views keep the old
            BitSet more = (BitSet) statement.longData.clone();
            more.set(payload.getUnsignedShortLE(payload.readerIndex() + number));
            statement.longData = more;
        }
    }

    private void forget(int id) {
        Prepared gone = known.remove(id);
        if (gone != null) {
            gone.forgotten = true;
            weight -= gone.weight();
            if (gone == last) {
                last = null;
            }
        }
    }

    /**
     * A reply is complete.
     *
     * @param described what one to COM_STMT_PREPARE said of columns; null when nobody looked
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void replied(ReplyTracker tracker, PreparedColumns described) {
        if (tracker.shape() != ReplyShape.PREPARE) {
            return;
        }
        byte[] text = preparing;
        preparing = null;
        if (tracker.failed()) {
            return;
        }
        open++;
        if (!wanted()) {
            return;
        }
        int id = tracker.statementId();
        forget(id);
        Prepared statement = new Prepared(text, tracker.statementParameters());
        if (described != null) {
            statement.columns = described.columns();
            statement.shown = statement.columns;
        }
        known.put(id, statement);
        last = statement;
        weight += statement.weight();
        shrink();
    }

    /** What is said of a statement's columns now. */
    void columns(Prepared statement, List<ColumnDefinition> columns, List<ColumnDefinition> shown) {
        int before = statement.weight();
        statement.columns = columns;
        statement.shown = shown;
        if (!statement.forgotten) {
            weight += statement.weight() - before;
            shrink();
        }
    }

    private void shrink() {
        Iterator<Prepared> oldest = known.values().iterator();
        while (weight > LIMIT && oldest.hasNext()) {
            Prepared gone = oldest.next();
            oldest.remove();
            gone.forgotten = true;
            weight -= gone.weight();
            if (gone == last) {
                last = null;
            }
        }
    }

    /** How many the server has, about: a close that names none is counted too. Any thread. */
    int open() {
        return open;
    }
}
