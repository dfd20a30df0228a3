package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.hook.HookChain.RowVerdict;
import dev.mysqlproxy.core.hook.HookFailedException;
import dev.mysqlproxy.protocol.codec.Row;
import dev.mysqlproxy.protocol.message.ColumnDefinition;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** What hooks do to the rows of one result set. On the session's event loop. */
final class RowWork {

    /** What has become of a row. */
    enum Outcome {
        WRITTEN,
        LEFT_OUT,
        FAILED
    }

    private final HookChain hooks;
    private final List<RowVerdict> verdicts;
    private final Row row;

    /**
     * A result set begins.
     *
     * @param columns as the server described them
     * @param shown as the client knows them
     */
    RowWork(
            HookChain hooks,
            List<RowVerdict> verdicts,
            List<ColumnDefinition> columns,
            List<ColumnDefinition> shown,
            boolean binary) {
        this.hooks = hooks;
        this.verdicts = verdicts;
        this.row = new Row(columns, shown, binary);
    }

    /**
     * Whether the reply to a command has to go through a {@link RowStage}.
     *
     * @param asked first byte of the client's command
     * @param sent first byte of what is sent to the server for it
     */
    static boolean wanted(HookChain hooks, int asked, int sent) {
        return switch (ReplyShape.of(sent)) {
            case RESULTS -> hooks.seesRows(asked);
            // the rows may be fetched later, by a command that hooks do watch
            case EXECUTE, FETCH -> hooks.seesRows(asked) || hooks.seesPreparedRows();
            default -> false;
        };
    }

    /**
     * Reads a row's payload and appends what hooks make of it.
     *
     * @throws HookFailedException when a plugin that fails closed did not know what to do
     * @throws ProtocolViolationException when it is no row
     */
    Outcome write(ByteBuf in, int length, ByteBuf out) {
        row.read(in, length);
        for (int i = 0; i < verdicts.size(); i++) {
            RowVerdict verdict = verdicts.get(i);
            try {
                List<byte[]> values = verdict.decision().rows().onRow(row);
                if (values == null) {
                    return Outcome.LEFT_OUT;
                }
                row.setAll(values);
            } catch (ProtocolViolationException e) {
                // what the hook looked at makes no sense: not its fault
                throw e;
            } catch (Throwable e) {
                hooks.rowFailed(verdict, e);
                return Outcome.FAILED;
            }
        }
        try {
            row.write(out);
            return Outcome.WRITTEN;
        } catch (IllegalArgumentException e) {
            // nobody knows any more who put it there
            hooks.rowFailed(verdicts.get(verdicts.size() - 1), e);
            return Outcome.FAILED;
        }
    }

    /** The result set is over, to its end or not. */
    void end() {
        verdicts.forEach(hooks::rowsEnded);
    }
}
