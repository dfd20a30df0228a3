package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.protocol.codec.ResultReader;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** A kept result for hooks; read when asked for. */
final class KeptResult implements ResultView {

    private final ByteBuf reply;
    private final Capabilities negotiated;
    private final boolean binary;
    private ResultReader reader;

    private KeptResult(ByteBuf reply, Capabilities negotiated, boolean binary) {
        this.reply = reply;
        this.negotiated = negotiated;
        this.binary = binary;
    }

    /** A view of a reply, which it borrows. */
    static KeptResult of(ByteBuf reply, Capabilities negotiated, boolean binary) {
        return new KeptResult(reply, negotiated, binary);
    }

    /** Whether the rows that answer this are of the binary protocol. */
    static boolean binary(Injection injection) {
        int code = injection.payload()[0] & 0xff;
        return code == CommandCode.COM_STMT_EXECUTE || code == CommandCode.COM_STMT_FETCH;
    }

    private ResultReader reader() {
        if (reader == null) {
            try {
                reader = ResultReader.of(ResultReader.cut(reply), negotiated, binary);
            } catch (ProtocolViolationException e) {
                // the hook cannot have it; the client still can
                throw new IllegalStateException("the result cannot be read: " + e.getMessage(), e);
            }
        }
        return reader;
    }

    @Override
    public List<byte[]> packets() {
        try {
            return reader().packets();
        } catch (IllegalStateException e) {
            // no result set at all, such as the text that COM_STATISTICS answers with
            return ResultReader.cut(reply);
        }
    }

    @Override
    public List<Column> columns() {
        return reader().columns().stream()
                .map(column -> new Column(
                        column.name(),
                        column.orgName(),
                        column.table(),
                        column.orgTable(),
                        column.schema(),
                        column.type(),
                        column.characterSet(),
                        column.flags()))
                .toList();
    }

    @Override
    public Iterable<List<byte[]>> rows() {
        return reader().rows();
    }
}
