package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.session.PreparedStatements.Prepared;
import dev.mysqlproxy.protocol.codec.Payloads;
import dev.mysqlproxy.protocol.message.EofPacket;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;

/**
 * A reply on its way to the client, whose rows hooks want to see. The reply's bytes have been tracked before as the server
 * sent them.
 *
 * <pre>
 * HEAD -OK, ERR, LOCAL INFILE-> HEAD
 * HEAD -a result set-> COLUMNS -all hooks: pass-> PASSING -its end-> HEAD
 *                      COLUMNS -transform-------> ROWS    -its end-> HEAD
 * any -what cannot be shown-> SWALLOWING, behind an ERR packet, to the end of the reply
 * </pre>
 *
 * A result of COM_STMT_FETCH begins as FETCH in the place of HEAD. In memory are the columns and a row that has not arrived
 * to its end; rows that pass are not cut. Packets keep the server's sequence ids but for a shift by those left out before
 * them. On the session's event loop.
 */
final class RowStage {

    private enum Step {
        HEAD,
        COLUMNS,
        FETCH,
        ROWS,
        PASSING,
        SWALLOWING
    }

    private static final int LOCAL_INFILE = 0xfb;
    private static final int SEQUENCE = Wire.HEADER_LENGTH - 1;

    private final PhaseParts parts;
    private final Session session;
    private final HookChain hooks;
    private final CommandView command;
    private final Prepared statement;
    private final boolean binary;
    private final RowEnds ends;
    private final int limit;
    private final ResultHead head;
    private final RowOutput out;

    private Step step;
    private ByteBuf in;
    private RowWork work;
    private int passLeft;
    private boolean continues;
    private int shift;

    /**
     * The reply to a command.
     *
     * @param command what the client sent
     * @param code first byte of what was sent to the server
     */
    RowStage(PhaseParts parts, HookChain hooks, CommandView command, int code) {
        Capabilities negotiated = parts.negotiated();
        this.parts = parts;
        this.session = parts.session();
        this.hooks = hooks;
        this.command = command;
        this.statement = command.prepared();
        this.binary = ReplyShape.of(code) != ReplyShape.RESULTS;
        this.ends = new RowEnds(negotiated);
        this.limit = session.services().limits().maxHookPacket();
        this.head = new ResultHead(negotiated, limit, ReplyShape.of(code) == ReplyShape.EXECUTE);
        this.out = new RowOutput(session);
        this.step = ReplyShape.of(code) == ReplyShape.FETCH ? Step.FETCH : Step.HEAD;
    }

    /** The client's answer begins with another sequence id than the server's. */
    void shift(int by) {
        shift = by;
    }

    /** Whether the client's sequence ids are others than the server's. */
    boolean shifted() {
        return shift != 0;
    }

    /** Whether the client has an error in place of what is still to come. */
    boolean failed() {
        return step == Step.SWALLOWING;
    }

    /** Sequence id of a packet behind what the client has of the reply; -1 when that ends inside a packet. */
    int nextForClient() {
        if (step == Step.SWALLOWING || passLeft > 0 || continues) {
            return -1;
        }
        int waiting = head.firstSequence();
        if (waiting < 0 && in != null && in.readableBytes() >= Wire.HEADER_LENGTH) {
            waiting = in.getUnsignedByte(in.readerIndex() + SEQUENCE);
        }
        if (waiting < 0) {
            if (parts.tracker().ended()) {
                return -1;
            }
            waiting = parts.tracker().nextSequence();
        }
        return waiting + shift & 0xff;
    }

    /** Bytes of the reply, taken over. */
    void bytes(ByteBuf chunk) {
        if (step == Step.SWALLOWING) {
            chunk.release();
            return;
        }
        in = in == null ? chunk : Chunks.append(in, chunk);
        try {
            boolean more = true;
            while (more && in != null && in.isReadable()) {
                more = step();
            }
        } finally {
            if (in != null && !in.isReadable()) {
                in.release();
                in = null;
            }
            out.write();
        }
    }

    /** One step further; false when more must arrive first. */
    private boolean step() {
        if (passLeft > 0) {
            int here = Math.min(passLeft, in.readableBytes());
            passLeft -= here;
            pass(here);
            return true;
        }
        if (step == Step.PASSING) {
            return passRows();
        }
        if (in.readableBytes() <= Wire.HEADER_LENGTH) {
            return false;
        }
        int first = in.getUnsignedByte(in.readerIndex() + Wire.HEADER_LENGTH);
        return switch (step) {
            case HEAD -> head(first);
            case COLUMNS -> column(first);
            case FETCH -> fetched(first);
            case ROWS -> row(first);
            case PASSING, SWALLOWING -> throw new IllegalStateException("nothing is read in " + step);
        };
    }

    private int length() {
        return in.getUnsignedMediumLE(in.readerIndex());
    }

    private boolean whole() {
        return in.readableBytes() >= Wire.HEADER_LENGTH + length();
    }

    // --- what passes ------------------------------------------------------------------------------------------------

    /** The packet at hand passes as it is. */
    private boolean passPacket() {
        renumber(in.readerIndex());
        passLeft = Wire.HEADER_LENGTH + length();
        return true;
    }

    private void renumber(int at) {
        if (shift != 0) {
            in.setByte(at + SEQUENCE, in.getByte(at + SEQUENCE) + shift);
        }
    }

    private void pass(int bytes) {
        if (bytes == 0) {
            return;
        }
        out.write();
        if (bytes == in.readableBytes()) {
            session.write(in);
            in = null;
        } else {
            session.write(in.readRetainedSlice(bytes));
        }
    }

    /** Rows that nobody changes, as many as are there. */
    private boolean passRows() {
        int from = in.readerIndex();
        int end = in.writerIndex();
        int at = from;
        while (at < end && step == Step.PASSING) {
            int left = end - at;
            if (passLeft == 0) {
                if (left < Wire.HEADER_LENGTH || !continues && !ends.enough(in, at, left)) {
                    break;
                }
                int length = in.getUnsignedMediumLE(at);
                if (!continues && ends.at(in, at)) {
                    step = Step.HEAD;
                }
                renumber(at);
                continues = length == Wire.MAX_PAYLOAD;
                passLeft = Wire.HEADER_LENGTH + length;
            }
            int here = Math.min(passLeft, left);
            passLeft -= here;
            at += here;
        }
        pass(at - from);
        return at < end && step != Step.PASSING;
    }

    // --- the head of a result set -----------------------------------------------------------------------------------

    private boolean head(int first) {
        if (first == OkPacket.HEADER
                || first == ErrPacket.HEADER
                || first == LOCAL_INFILE
                || first == EofPacket.HEADER && length() < EofPacket.LENGTH_LIMIT) {
            return passPacket();
        }
        if (!whole()) {
            return false;
        }
        head.begin(in);
        if (head.described()) {
            step = Step.COLUMNS;
            return true;
        }
        if (statement == null || !head.describedBy(statement.columns())) {
            return fail(Errors.NO_COLUMNS);
        }
        if (head.complete()) {
            decide();
        } else {
            step = Step.COLUMNS;
        }
        return true;
    }

    private boolean column(int first) {
        if (!whole()) {
            return length() > limit && fail(Errors.rowTooLong(length()));
        }
        if (first == ErrPacket.HEADER) {
            head.writeAsItIs(out.buffer(in.readableBytes()), shift);
            step = Step.HEAD;
            return passPacket();
        }
        if (!head.add(in)) {
            return fail(Errors.rowTooLong(limit + 1L));
        }
        if (head.complete()) {
            decide();
        }
        return true;
    }

    /** All that describes the result set is here. */
    private void decide() {
        var views = ShownColumns.views(head.columns());
        var verdicts = hooks.rows(session, command, views);
        var columns = head.columns();
        var shown = ShownColumns.shown(columns, views, verdicts);
        boolean rowsFollow = head.rowsFollow();
        shift += head.write(
                out.buffer(in == null ? 0 : in.readableBytes()),
                shown,
                statement == null ? columns : statement.shown(),
                shift);
        if (statement != null) {
            parts.statements().columns(statement, columns, shown);
        }
        work = verdicts.isEmpty() ? null : new RowWork(hooks, verdicts, columns, shown, binary);
        step = work == null ? Step.PASSING : Step.ROWS;
        if (!rowsFollow) {
            endOfRows();
        }
    }

    /** The answer to COM_STMT_FETCH: rows of an execution whose columns were described then. */
    private boolean fetched(int first) {
        if (first == ErrPacket.HEADER) {
            step = Step.HEAD;
            return passPacket();
        }
        if (statement == null || statement.columns().isEmpty()) {
            if (hooks.seesRows(CommandCode.COM_STMT_FETCH)) {
                return fail(Errors.NO_COLUMNS);
            }
            step = Step.PASSING;
            return true;
        }
        var columns = statement.columns();
        var verdicts = hooks.rows(session, command, ShownColumns.views(columns));
        boolean asTheyAre = verdicts.isEmpty() && ShownColumns.sameTypes(columns, statement.shown());
        work = asTheyAre ? null : new RowWork(hooks, verdicts, columns, statement.shown(), binary);
        step = asTheyAre ? Step.PASSING : Step.ROWS;
        return true;
    }

    // --- rows -------------------------------------------------------------------------------------------------------

    private boolean row(int first) {
        int at = in.readerIndex();
        int length = length();
        if (!ends.enough(in, at, in.readableBytes())) {
            return false;
        }
        if (first >= EofPacket.HEADER && ends.at(in, at)) {
            endOfRows();
            return passPacket();
        }
        if (first == ErrPacket.HEADER) {
            // a report of progress
            return passPacket();
        }
        if (length < Wire.MAX_PAYLOAD && length <= limit && !whole()) {
            return false;
        }
        long total = Payloads.length(in, limit);
        if (total > limit) {
            return fail(Errors.rowTooLong(total));
        }
        return total >= 0 && wholeRow((int) total);
    }

    private boolean wholeRow(int length) {
        int at = in.readerIndex();
        int packets = Payloads.packets(length);
        ByteBuf joined = packets == 1 ? null : Payloads.join(in, length);
        int sequence = in.getUnsignedByte(at + SEQUENCE) + shift;
        int written = -1;
        try {
            if (joined == null) {
                in.skipBytes(Wire.HEADER_LENGTH);
                written = out.row(work, in, length, in.readableBytes(), sequence);
            } else {
                written = out.row(work, joined, length, length, sequence);
            }
        } finally {
            // if it failed, the client's next packet is numbered as this one
            in.readerIndex(written < 0 ? at : at + packets * Wire.HEADER_LENGTH + length);
            if (joined != null) {
                joined.release();
            }
        }
        if (written < 0) {
            return fail(Errors.ROW_FAILED);
        }
        shift += written - packets;
        return true;
    }

    private void endOfRows() {
        step = Step.HEAD;
        RowWork ended = work;
        work = null;
        if (ended != null) {
            ended.end();
        }
    }

    // --- errors -----------------------------------------------------------------------------------------------------

    /** The client gets an error in place of the packet at hand, and nothing of what follows. */
    private boolean fail(ErrPacket error) {
        int sequence = nextForClient();
        out.error(error, sequence);
        endOfRows();
        step = Step.SWALLOWING;
        head.drop();
        in.release();
        in = null;
        return false;
    }

    /** The reply is complete, or the session is. */
    void release() {
        endOfRows();
        head.drop();
        out.release();
        if (in != null) {
            in.release();
            in = null;
        }
    }
}
