package dev.mysqlproxy.protocol.reply;

import dev.mysqlproxy.protocol.message.EofPacket;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import dev.mysqlproxy.protocol.wire.Wire;
import java.nio.charset.StandardCharsets;

/**
 * Follows a server's reply without parsing it and says where it ends. One object serves all replies of a server
 * connection, one after the other; one event loop.
 *
 * <pre>
 * RESULTS, EXECUTE          RESULT_HEAD -OK, ERR-> end        (OK with MORE_RESULTS -> RESULT_HEAD again)
 *                           RESULT_HEAD -0xfb-> INFILE_ANSWER -OK, ERR-> as above
 *                           RESULT_HEAD -n columns-> COLUMNS (n times) -> COLUMNS_EOF -> ROWS -EOF, OK, ERR-> as above
 * PREPARE                   PREPARE_HEAD -> PARAMETERS -> PARAMETERS_EOF -> COLUMNS -> COLUMNS_EOF -> end
 * FIELD_LIST, FETCH         ROWS -EOF, OK, ERR-> end
 * SINGLE, TEXT              ONE -> end
 * AUTHENTICATION            AUTH -OK, ERR-> end
 * STREAM                    EVENTS -EOF, ERR-> end
 * OPAQUE                    OPAQUE_HEAD -OK, ERR-> end; else OPAQUE, which only {@link #endOpaque()} ends
 * </pre>
 *
 * The *_EOF steps exist only without CLIENT_DEPRECATE_EOF.
 */
public final class ReplyTracker extends PacketScanner {

    private enum Step {
        RESULT_HEAD,
        INFILE_ANSWER,
        COLUMNS,
        COLUMNS_EOF,
        ROWS,
        PREPARE_HEAD,
        PARAMETERS,
        PARAMETERS_EOF,
        ONE,
        AUTH,
        EVENTS,
        OPAQUE_HEAD,
        OPAQUE
    }

    private static final int LOCAL_INFILE = 0xfb;
    private static final int SESSION_TRACK_SCHEMA = 1;
    private static final int LONGEST_NUMBER = 9;
    private static final int PREPARE_OK_LENGTH = 12;

    private final boolean deprecateEof;
    private final boolean metadataFlag;
    private final boolean progress;
    private final boolean sessionTrack;

    private ReplyShape shape = ReplyShape.NONE;
    private Step step = Step.ONE;
    private int columnsLeft;
    private int columnsAfterParameters;
    private boolean infileRequested;
    private boolean outParameters;

    private boolean failed;
    private int serverStatus;
    private int warnings;
    private long affectedRows;
    private long lastInsertId;
    private int resultSets;
    private long rows;
    private int errorCode;
    private String sqlState = "";
    private String errorMessage = "";
    private String newSchema;
    private int statementId;
    private int statementParameters;

    /** A tracker for a connection that agreed on these capabilities. */
    public ReplyTracker(Capabilities negotiated) {
        this.deprecateEof = negotiated.has(Capabilities.DEPRECATE_EOF);
        this.metadataFlag = negotiated.has(Capabilities.OPTIONAL_RESULTSET_METADATA)
                || negotiated.has(Capabilities.MARIADB_CACHE_METADATA);
        this.progress = negotiated.has(Capabilities.MARIADB_PROGRESS);
        this.sessionTrack = negotiated.has(Capabilities.SESSION_TRACK);
    }

    /**
     * A command was sent; its reply is next.
     *
     * @param firstSequence sequence id of the reply's first packet: one more than the command's last
     */
    public void start(ReplyShape replyShape, int firstSequence) {
        reset(
                firstSequence,
                switch (replyShape) {
                    case STREAM, OPAQUE, TUNNEL -> false;
                    default -> true;
                });
        shape = replyShape;
        infileRequested = false;
        outParameters = false;
        failed = false;
        warnings = 0;
        affectedRows = 0;
        lastInsertId = 0;
        resultSets = 0;
        rows = 0;
        errorCode = 0;
        sqlState = "";
        errorMessage = "";
        newSchema = null;
        step(
                switch (replyShape) {
                    case RESULTS, EXECUTE -> Step.RESULT_HEAD;
                    case PREPARE -> Step.PREPARE_HEAD;
                    case FIELD_LIST, FETCH -> Step.ROWS;
                    case SINGLE, TEXT, CLOSE -> Step.ONE;
                    case AUTHENTICATION -> Step.AUTH;
                    case STREAM -> Step.EVENTS;
                    case OPAQUE, TUNNEL -> Step.OPAQUE_HEAD;
                    case NONE -> {
                        end();
                        yield Step.ONE;
                    }
                });
    }

    private void step(Step next) {
        step = next;
        skim(next == Step.ROWS);
    }

    /** The shape of the reply being followed. */
    public ReplyShape shape() {
        return shape;
    }

    /** Whether the server waits for the client to send a file; cleared by {@link #infileSent}. */
    public boolean infileRequested() {
        return infileRequested;
    }

    /**
     * The client has sent its file, empty packet included.
     *
     * @param nextSequence one more than that packet's sequence id
     */
    public void infileSent(int nextSequence) {
        infileRequested = false;
        expectSequence(nextSequence);
    }

    /** The client has gone on to something else, which ends a reply that nobody knows the shape of. */
    public void endOpaque() {
        end();
    }

    /** Whether only the client's next command shows the end of this reply. */
    public boolean opaque() {
        return step == Step.OPAQUE;
    }

    /** Whether the reply ended with an ERR packet. */
    public boolean failed() {
        return failed;
    }

    /** SERVER_STATUS_* flags of the last packet that had any, over the life of the connection. */
    public int serverStatus() {
        return serverStatus;
    }

    /** Sets the status known from the login's OK. */
    public void serverStatus(int status) {
        serverStatus = status;
    }

    /** Warnings in the last packet that counted them. */
    public int warnings() {
        return warnings;
    }

    /** The default schema that the server says it changed to, when it tracks the session; null when it did not. */
    public String newSchema() {
        return newSchema;
    }

    /** Affected rows of the last OK, unsigned. */
    public long affectedRows() {
        return affectedRows;
    }

    /** Insert id of the last OK, unsigned. */
    public long lastInsertId() {
        return lastInsertId;
    }

    /** Result sets begun. */
    public int resultSets() {
        return resultSets;
    }

    /** Rows in all result sets. */
    public long rows() {
        return rows + skimmed();
    }

    /** Error number after an ERR, else 0. */
    public int errorCode() {
        return errorCode;
    }

    /** SQLSTATE after an ERR, else empty. */
    public String sqlState() {
        return sqlState;
    }

    /** Message after an ERR, else empty. */
    public String errorMessage() {
        return errorMessage;
    }

    /** Number that the server gave to the statement it prepared last. */
    public int statementId() {
        return statementId;
    }

    /** How many parameters that statement has, 0 to 65535. */
    public int statementParameters() {
        return statementParameters;
    }

    @Override
    int begin(int first, int length) {
        if (step == Step.ROWS) {
            if (first < EofPacket.HEADER || first == EofPacket.HEADER && !endsRows(length)) {
                rows++;
                return 0;
            }
            return HEAD_LIMIT;
        }
        return switch (step) {
            case COLUMNS, PARAMETERS -> first == ErrPacket.HEADER ? HEAD_LIMIT : 1;
            case EVENTS -> first == OkPacket.HEADER ? 0 : HEAD_LIMIT;
            case OPAQUE -> 0;
            default -> HEAD_LIMIT;
        };
    }

    private boolean endsRows(int length) {
        // a row may begin with 0xfe when its first value is 16 MiB or longer; then its packet is full
        return deprecateEof ? length < Wire.MAX_PAYLOAD : length < EofPacket.LENGTH_LIMIT;
    }

    @Override
    void emptyPacket() {
        if (step == Step.OPAQUE || step == Step.OPAQUE_HEAD || step == Step.AUTH || step == Step.EVENTS) {
            return;
        }
        if (step == Step.ONE && shape == ReplyShape.TEXT) {
            end();
            return;
        }
        throw new ProtocolViolationException("an empty packet, waiting for " + state());
    }

    @Override
    void packet(byte[] head, int available, int length) {
        int first = head[0] & 0xff;
        if (first == ErrPacket.HEADER && step != Step.OPAQUE) {
            error(head, available);
            return;
        }
        switch (step) {
            case RESULT_HEAD -> resultHead(head, available);
            case INFILE_ANSWER -> {
                if (first != OkPacket.HEADER) {
                    throw unexpected(first);
                }
                ok(head, available);
                endOfResult();
            }
            case COLUMNS, PARAMETERS -> column(first);
            case COLUMNS_EOF, PARAMETERS_EOF -> endOfColumns(head, available);
            case ROWS -> endOfRows(head, available);
            case PREPARE_HEAD -> prepareHead(head, available);
            case ONE -> one(head, available);
            case AUTH -> {
                if (first == OkPacket.HEADER) {
                    ok(head, available);
                    end();
                }
            }
            case EVENTS -> {
                if (first == EofPacket.HEADER && available < EofPacket.LENGTH_LIMIT) {
                    eof(head, available);
                    end();
                }
            }
            case OPAQUE_HEAD -> {
                step(Step.OPAQUE);
                if (first == OkPacket.HEADER && available >= 7) {
                    ok(head, available);
                    end();
                }
            }
            case OPAQUE -> throw new IllegalStateException("nothing is asked of an opaque reply");
        }
    }

    private void error(byte[] head, int available) {
        if (available < 3) {
            throw new ProtocolViolationException("an ERR packet of " + available + " bytes, waiting for " + state());
        }
        int code = head[1] & 0xff | (head[2] & 0xff) << 8;
        if (code == ErrPacket.PROGRESS && progress) {
            return;
        }
        int text = 3;
        if (available >= 9 && head[3] == '#') {
            sqlState = new String(head, 4, 5, StandardCharsets.ISO_8859_1);
            text = 9;
        }
        errorCode = code;
        errorMessage = new String(head, text, available - text, StandardCharsets.UTF_8);
        failed = true;
        infileRequested = false;
        end();
    }

    private void resultHead(byte[] head, int available) {
        int first = head[0] & 0xff;
        if (first == OkPacket.HEADER) {
            ok(head, available);
            endOfResult();
        } else if (first == LOCAL_INFILE) {
            infileRequested = true;
            step(Step.INFILE_ANSWER);
        } else if (first == EofPacket.HEADER && available < EofPacket.LENGTH_LIMIT) {
            // servers from before 5.0 answered some statements so
            eof(head, available);
            endOfResult();
        } else {
            Fields fields = new Fields(head, available);
            long columns = fields.lenEnc();
            boolean metadata = !metadataFlag || fields.left() == 0 || fields.fixed(1) != 0;
            if (columns < 1 || columns > 0xffff) {
                throw new ProtocolViolationException("a result set of " + Long.toUnsignedString(columns) + " columns");
            }
            resultSets++;
            columnsLeft = metadata ? (int) columns : 0;
            step(columnsLeft > 0 ? Step.COLUMNS : afterColumns());
        }
    }

    private void column(int first) {
        if (first >= LOCAL_INFILE) {
            throw unexpected(first);
        }
        if (--columnsLeft > 0) {
            return;
        }
        step(step == Step.PARAMETERS ? afterParameters() : afterColumns());
        if (shape == ReplyShape.PREPARE && step == Step.ROWS) {
            end();
        }
    }

    private Step afterColumns() {
        return deprecateEof ? Step.ROWS : Step.COLUMNS_EOF;
    }

    private Step afterParameters() {
        if (!deprecateEof) {
            return Step.PARAMETERS_EOF;
        }
        columnsLeft = columnsAfterParameters;
        return columnsLeft > 0 ? Step.COLUMNS : Step.ROWS;
    }

    private void endOfColumns(byte[] head, int available) {
        if ((head[0] & 0xff) != EofPacket.HEADER) {
            throw unexpected(head[0] & 0xff);
        }
        eof(head, available);
        if (shape == ReplyShape.PREPARE) {
            if (step == Step.PARAMETERS_EOF && columnsAfterParameters != 0) {
                columnsLeft = columnsAfterParameters;
                step(columnsLeft > 0 ? Step.COLUMNS : Step.COLUMNS_EOF);
            } else {
                end();
            }
        } else if (shape == ReplyShape.EXECUTE && (serverStatus & ServerStatus.CURSOR_EXISTS) != 0) {
            // the rows stay at the server until COM_STMT_FETCH asks for them
            endOfResult();
        } else {
            outParameters = (serverStatus & ServerStatus.PS_OUT_PARAMS) != 0;
            step(Step.ROWS);
        }
    }

    private void endOfRows(byte[] head, int available) {
        if (deprecateEof && available >= 7) {
            ok(head, available);
        } else {
            eof(head, available);
            if (outParameters && !failed) {
                // MySQL says only before these rows that an OK follows them
                serverStatus |= ServerStatus.MORE_RESULTS_EXISTS;
                outParameters = false;
            }
        }
        if (shape == ReplyShape.RESULTS || shape == ReplyShape.EXECUTE) {
            endOfResult();
        } else {
            end();
        }
    }

    private void endOfResult() {
        if ((serverStatus & ServerStatus.MORE_RESULTS_EXISTS) != 0) {
            step(Step.RESULT_HEAD);
        } else {
            end();
        }
    }

    private void prepareHead(byte[] head, int available) {
        if ((head[0] & 0xff) != OkPacket.HEADER || available < PREPARE_OK_LENGTH) {
            throw unexpected(head[0] & 0xff);
        }
        Fields fields = new Fields(head, available);
        fields.fixed(1);
        statementId = (int) fields.fixed(4);
        int columns = (int) fields.fixed(2);
        int parameters = (int) fields.fixed(2);
        statementParameters = parameters;
        fields.fixed(1);
        warnings = (int) fields.fixed(2);
        boolean metadata = !metadataFlag || fields.left() == 0 || fields.fixed(1) != 0;
        prepared(columns, parameters, metadata);
    }

    private void prepared(int columns, int parameters, boolean metadata) {
        // without metadata an old-style hop still gets the EOF of each list that is not empty
        columnsAfterParameters = metadata ? columns : columns > 0 ? -1 : 0;
        if (parameters > 0 && metadata) {
            columnsLeft = parameters;
            step(Step.PARAMETERS);
        } else if (parameters > 0 && !deprecateEof) {
            step(Step.PARAMETERS_EOF);
        } else if (columns > 0 && metadata) {
            columnsLeft = columns;
            step(Step.COLUMNS);
        } else if (columns > 0 && !deprecateEof) {
            step(Step.COLUMNS_EOF);
        } else {
            end();
        }
    }

    private void one(byte[] head, int available) {
        if (shape != ReplyShape.TEXT) {
            int first = head[0] & 0xff;
            if (first == OkPacket.HEADER || first == EofPacket.HEADER && available >= EofPacket.LENGTH_LIMIT - 2) {
                ok(head, available);
            } else if (first == EofPacket.HEADER) {
                eof(head, available);
            } else {
                throw unexpected(first);
            }
        }
        end();
    }

    private void ok(byte[] head, int available) {
        boolean cut = available == HEAD_LIMIT;
        Fields fields = new Fields(head, available);
        fields.fixed(1);
        affectedRows = fields.lenEnc();
        lastInsertId = fields.lenEnc();
        serverStatus = (int) fields.fixed(2);
        warnings = (int) fields.fixed(2);
        if (sessionTrack && (serverStatus & ServerStatus.SESSION_STATE_CHANGED) != 0) {
            sessionState(fields, cut);
        }
    }

    private void sessionState(Fields fields, boolean cut) {
        if (fields.left() == 0 || !fields.skip(fields.lenEnc())) {
            return;
        }
        if (fields.left() == 0 || cut && fields.left() <= LONGEST_NUMBER) {
            return;
        }
        fields.lenEnc();
        // what is kept of a long packet may end anywhere; the schema is tiny and near the front in practice
        while (fields.left() > 1) {
            int type = (int) fields.fixed(1);
            if (fields.left() <= LONGEST_NUMBER && cut) {
                return;
            }
            long length = fields.lenEnc();
            if (length > fields.left() || length < 0) {
                return;
            }
            if (type == SESSION_TRACK_SCHEMA) {
                newSchema = fields.text(fields.lenEnc());
                return;
            }
            fields.skip(length);
        }
    }

    private void eof(byte[] head, int available) {
        Fields fields = new Fields(head, available);
        fields.fixed(1);
        warnings = (int) fields.fixed(2);
        serverStatus = (int) fields.fixed(2);
    }

    private ProtocolViolationException unexpected(int first) {
        return new ProtocolViolationException(
                "a packet that begins with 0x" + Integer.toHexString(first) + ", waiting for " + state());
    }

    @Override
    String state() {
        return switch (step) {
            case RESULT_HEAD -> "a result";
            case INFILE_ANSWER -> "the answer to a file";
            case COLUMNS -> "column definitions";
            case COLUMNS_EOF -> "the end of column definitions";
            case ROWS -> "rows";
            case PREPARE_HEAD -> "a prepared statement";
            case PARAMETERS -> "parameter definitions";
            case PARAMETERS_EOF -> "the end of parameter definitions";
            case ONE -> "OK or ERR";
            case AUTH -> "authentication";
            case EVENTS -> "events";
            case OPAQUE_HEAD, OPAQUE -> "an unknown reply";
        };
    }
}
