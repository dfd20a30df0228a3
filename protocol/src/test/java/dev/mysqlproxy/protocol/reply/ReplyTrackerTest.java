package dev.mysqlproxy.protocol.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no server would send, and states that captures do not show. Payloads are hexadecimal. */
class ReplyTrackerTest {

    private static final String OK = "00000002000000";
    private static final String COLUMN = "03646566000000016100" + "0c3f0001000000088100000000";
    private static final String EOF = "fe00000200";
    private static final String PREPARE_OK = "000100000001000200000000";

    private static ReplyTracker tracker(long capabilities, ReplyShape shape) {
        ReplyTracker tracker = new ReplyTracker(new Capabilities(Capabilities.PROTOCOL_41 | capabilities));
        tracker.start(shape, 1);
        return tracker;
    }

    /** Packets with these payloads, words with a + in front going on with the payload before. */
    private static ByteBuf packets(int firstSequence, String... payloads) {
        ByteBuf out = Unpooled.buffer();
        int sequence = firstSequence;
        for (String payload : payloads) {
            byte[] bytes = payload.isEmpty() ? new byte[0] : Capture.bytes(payload);
            out.writeMediumLE(bytes.length).writeByte(sequence++).writeBytes(bytes);
        }
        return out;
    }

    private static int scan(ReplyTracker tracker, String... payloads) {
        return tracker.scan(packets(tracker.nextSequence(), payloads));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "RESULTS, ''",
        "RESULTS, 00",
        "RESULTS, 0000",
        "RESULTS, 000000",
        "RESULTS, 00000002",
        "RESULTS, 000000020000",
        "RESULTS, 00fb0002000000",
        "RESULTS, 00ff0002000000",
        "RESULTS, 00fc00",
        "RESULTS, 00fe000000000000",
        "RESULTS, ff",
        "RESULTS, ff15",
        "RESULTS, fe",
        "RESULTS, fe0000",
        "RESULTS, fc",
        "RESULTS, fc01",
        "RESULTS, fc0000",
        "RESULTS, fd000001",
        "RESULTS, fe0000000000000001",
        "RESULTS, feffffffffffffffff",
        "EXECUTE, ''",
        "EXECUTE, ff",
        "PREPARE, ''",
        "PREPARE, 00",
        "PREPARE, 0001000000010002000000",
        "PREPARE, fe00000200",
        "PREPARE, 01",
        "PREPARE, ff",
        "SINGLE, ''",
        "SINGLE, 00",
        "SINGLE, 01",
        "SINGLE, fb",
        "SINGLE, fe",
        "SINGLE, fe000002",
        "SINGLE, ff",
        "SINGLE, 41",
        "FIELD_LIST, ''",
        "FIELD_LIST, fe",
        "FETCH, ''",
        "FETCH, fe0000",
        "FETCH, ff00",
        "TEXT, ff",
        "AUTHENTICATION, 00",
        "AUTHENTICATION, ff",
        "STREAM, fe00",
        "STREAM, ff",
        "OPAQUE, ff",
    })
    void malformedHeads(ReplyShape shape, String payload) {
        for (long capabilities : new long[] {0, Capabilities.DEPRECATE_EOF, Capabilities.SESSION_TRACK}) {
            ReplyTracker tracker = tracker(capabilities, shape);
            assertThatThrownBy(() -> scan(tracker, payload)).isInstanceOf(ProtocolViolationException.class);
        }
    }

    @Test
    void messagesSayWhatWasDue() {
        assertThatThrownBy(() -> scan(tracker(0, ReplyShape.SINGLE), "41"))
                .hasMessage("a packet that begins with 0x41, waiting for OK or ERR");
        assertThatThrownBy(() -> scan(tracker(0, ReplyShape.RESULTS), ""))
                .hasMessage("an empty packet, waiting for a result");
        assertThatThrownBy(() -> tracker(0, ReplyShape.RESULTS).scan(packets(2, OK)))
                .hasMessage("sequence id 2 where 1 was due, waiting for a result");
        assertThatThrownBy(() -> scan(tracker(0, ReplyShape.RESULTS), "feffffffffffffffff"))
                .hasMessageContaining("18446744073709551615 columns");
    }

    @Test
    void columnsThatAreNone() {
        assertThatThrownBy(() -> scan(tracker(0, ReplyShape.RESULTS), "01", EOF))
                .hasMessage("a packet that begins with 0xfe, waiting for column definitions");
        assertThatThrownBy(() -> scan(tracker(0, ReplyShape.RESULTS), "01", "fb"))
                .isInstanceOf(ProtocolViolationException.class);
        assertThatThrownBy(() -> scan(tracker(0, ReplyShape.RESULTS), "01", ""))
                .isInstanceOf(ProtocolViolationException.class);
        assertThatThrownBy(() -> scan(tracker(0, ReplyShape.RESULTS), "01", COLUMN, COLUMN))
                .hasMessage("a packet that begins with 0x3, waiting for the end of column definitions");
        assertThatThrownBy(() -> scan(tracker(0, ReplyShape.PREPARE), PREPARE_OK, EOF))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void emptyPacketAmongRows() {
        assertThatThrownBy(() -> scan(tracker(0, ReplyShape.RESULTS), "01", COLUMN, EOF, "0131", ""))
                .hasMessage("an empty packet, waiting for rows");
    }

    @Test
    void truncatedEndOfRows() {
        for (String end : new String[] {"fe", "fe00", "fe0000", "fe000002"}) {
            assertThatThrownBy(() -> scan(tracker(Capabilities.DEPRECATE_EOF, ReplyShape.RESULTS), "01", COLUMN, end))
                    .isInstanceOf(ProtocolViolationException.class);
        }
    }

    @Test
    void fileAnsweredWithSomethingElse() {
        ReplyTracker tracker = tracker(0, ReplyShape.RESULTS);
        scan(tracker, "fb66");
        assertThat(tracker.infileRequested()).isTrue();
        assertThat(tracker.ended()).isFalse();
        tracker.infileSent(9);
        assertThatThrownBy(() -> tracker.scan(packets(9, "01")))
                .hasMessage("a packet that begins with 0x1, waiting for the answer to a file");
    }

    @Test
    void errorInsteadOfAFile() {
        ReplyTracker tracker = tracker(0, ReplyShape.RESULTS);
        scan(tracker, "fb66", "ff1504233238303030" + "6e6f");
        assertThat(tracker.ended()).isTrue();
        assertThat(tracker.infileRequested()).isFalse();
        assertThat(tracker.errorMessage()).isEqualTo("no");
    }

    @ParameterizedTest
    @EnumSource(
            value = ReplyShape.class,
            names = {"NONE", "CLOSE"},
            mode = EnumSource.Mode.EXCLUDE)
    void errorsEndEveryReply(ReplyShape shape) {
        if (shape == ReplyShape.TUNNEL) {
            return;
        }
        ReplyTracker tracker = tracker(0, shape);
        assertThat(scan(tracker, "ff28042334323030306e6f", OK)).isEqualTo(4 + 11);
        assertThat(tracker.ended()).isTrue();
        assertThat(tracker.failed()).isTrue();
        assertThat(tracker.errorCode()).isEqualTo(1064);
        assertThat(tracker.sqlState()).isEqualTo("42000");
        assertThat(tracker.errorMessage()).isEqualTo("no");
    }

    @Test
    void errorsWithoutState() {
        ReplyTracker tracker = tracker(0, ReplyShape.SINGLE);
        scan(tracker, "ff1004546f6f206d616e79");
        assertThat(tracker.sqlState()).isEmpty();
        assertThat(tracker.errorMessage()).isEqualTo("Too many");
        tracker.start(ReplyShape.SINGLE, 1);
        assertThat(tracker.errorCode()).isZero();
        assertThat(tracker.errorMessage()).isEmpty();
    }

    @Test
    void longErrorsAreCut() {
        ReplyTracker tracker = tracker(0, ReplyShape.SINGLE);
        scan(tracker, "ff1004233432303030 6d*5000");
        assertThat(tracker.ended()).isTrue();
        assertThat(tracker.errorMessage()).isEqualTo("m".repeat(512));
    }

    @Test
    void progressIsAnErrorWhereNotAgreedOn() {
        ReplyTracker tracker = tracker(0, ReplyShape.RESULTS);
        scan(tracker, "ffffff0102040000");
        assertThat(tracker.failed()).isTrue();
        assertThat(tracker.errorCode()).isEqualTo(0xffff);
    }

    @Test
    void nothingComesBack() {
        ReplyTracker tracker = tracker(0, ReplyShape.NONE);
        assertThat(tracker.ended()).isTrue();
        assertThat(scan(tracker, OK)).isZero();
    }

    @Test
    void unknownReplyEndsWithAnOkAtOnce() {
        ReplyTracker tracker = tracker(0, ReplyShape.OPAQUE);
        assertThat(scan(tracker, "00050002000000", OK)).isEqualTo(11);
        assertThat(tracker.ended()).isTrue();
        assertThat(tracker.affectedRows()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(names = {"OPAQUE", "TUNNEL"})
    void unknownReplyEndsOnlyWhenTold(ReplyShape shape) {
        ReplyTracker tracker = tracker(0, shape);
        scan(tracker, "09", OK, "", "fe00", "ff", "ff1504", "00");
        assertThat(tracker.ended()).isFalse();
        assertThat(tracker.opaque()).isTrue();
        tracker.endOpaque();
        assertThat(tracker.ended()).isTrue();
    }

    @Test
    void eventsWithoutAnEnd() {
        ReplyTracker tracker = tracker(0, ReplyShape.STREAM);
        tracker.scan(packets(200, "00*30", "00*30", "00ff", "00fe"));
        tracker.scan(packets(3, "00*30"));
        assertThat(tracker.ended()).isFalse();
        tracker.scan(packets(9, EOF));
        assertThat(tracker.ended()).isTrue();
    }

    @Test
    void unsignedNumbers() {
        ReplyTracker tracker = tracker(0, ReplyShape.SINGLE);
        scan(tracker, "00feffffffffffffffff" + "fe0000000000000080" + "02000100");
        assertThat(Long.toUnsignedString(tracker.affectedRows())).isEqualTo("18446744073709551615");
        assertThat(Long.toUnsignedString(tracker.lastInsertId())).isEqualTo("9223372036854775808");
        assertThat(tracker.warnings()).isEqualTo(1);
    }

    /** The first value of such a row is 16 MiB or longer, so the packet is full. */
    @ParameterizedTest
    @ValueSource(longs = {0, Capabilities.DEPRECATE_EOF})
    void rowThatLooksLikeAnEnd(long capabilities) {
        ReplyTracker tracker = tracker(capabilities, ReplyShape.RESULTS);
        scan(tracker, "01", COLUMN);
        if (capabilities == 0) {
            scan(tracker, EOF);
        }
        int length = 0x100_0000;
        scan(tracker, "fe0000000100000000 78*" + (0xff_ffff - 9), "78*" + (length - (0xff_ffff - 9)));
        assertThat(tracker.ended()).isFalse();
        scan(tracker, capabilities == 0 ? EOF : "fe000002000000");
        assertThat(tracker.ended()).isTrue();
        assertThat(tracker.rows()).isEqualTo(1);
    }

    @Test
    void fullPacketIsNotTheEndOfItsPayload() {
        ReplyTracker tracker = tracker(0, ReplyShape.TEXT);
        scan(tracker, "78*" + 0xff_ffff);
        assertThat(tracker.ended()).isFalse();
        assertThat(tracker.atBoundary()).isFalse();
        scan(tracker, "");
        assertThat(tracker.ended()).isTrue();
    }

    @Test
    void sequenceIdsWrap() {
        ReplyTracker tracker = new ReplyTracker(Capabilities.NONE);
        tracker.start(ReplyShape.RESULTS, 256 + 254);
        assertThat(tracker.nextSequence()).isEqualTo(254);
        tracker.scan(packets(254, "01", COLUMN, EOF, "0131", EOF));
        assertThat(tracker.ended()).isTrue();
        assertThat(tracker.nextSequence()).isEqualTo(3);
    }

    @Test
    void halfAHeaderIsNoBoundary() {
        ReplyTracker tracker = tracker(0, ReplyShape.RESULTS);
        ByteBuf reply = packets(1, OK);
        for (int i = 1; i < reply.readableBytes(); i++) {
            tracker.scan(reply.slice(i - 1, 1));
            assertThat(tracker.atBoundary()).isFalse();
        }
        tracker.scan(reply.slice(reply.readableBytes() - 1, 1));
        assertThat(tracker.atBoundary()).isTrue();
    }

    @Test
    void statusOutlivesReplies() {
        ReplyTracker tracker = tracker(0, ReplyShape.SINGLE);
        tracker.serverStatus(ServerStatus.IN_TRANS);
        scan(tracker, "ff1004");
        assertThat(tracker.serverStatus()).isEqualTo(ServerStatus.IN_TRANS);
        tracker.start(ReplyShape.SINGLE, 1);
        scan(tracker, OK);
        assertThat(tracker.serverStatus()).isEqualTo(ServerStatus.AUTOCOMMIT);
    }

    @Test
    void preparedWithoutMetadata() {
        long optional = Capabilities.OPTIONAL_RESULTSET_METADATA;
        ReplyTracker tracker = tracker(optional, ReplyShape.PREPARE);
        scan(tracker, PREPARE_OK + "00");
        assertThat(tracker.ended()).isFalse();
        scan(tracker, EOF);
        assertThat(tracker.ended()).isFalse();
        scan(tracker, EOF);
        assertThat(tracker.ended()).isTrue();
        tracker = tracker(optional | Capabilities.DEPRECATE_EOF, ReplyShape.PREPARE);
        scan(tracker, PREPARE_OK + "00");
        assertThat(tracker.ended()).isTrue();
    }

    /** Session state of any length and any lie about lengths. */
    @ParameterizedTest
    @CsvSource({
        "00000002400000, ",
        "0000000240000000, ",
        "000000024000000000, ",
        "00000002400000000401020163, c",
        "0000000240000000030101 00, ''",
        "00000002400000000801 02 0163 01020164, c",
        "000000024000000002 01 ff, VIOLATION",
        "000000024000000002 01 fc, VIOLATION",
        "0000000240000000ff, VIOLATION",
        "0000000240000000040109 0163, ",
        "00000002400000000401feffffffffffffffff, ",
        "000000024000000007 630178 01020163, c",
        "0000000240000003 616263 04 01020163, c",
        "000000024000000007 020131 01020163, c",
        "0000000240000000fdffff00 00fd ffff00 78*521, ",
        "00000002400000fdffff00 78*900, ",
    })
    void sessionState(String ok, String schema) {
        ReplyTracker tracker = tracker(Capabilities.SESSION_TRACK, ReplyShape.SINGLE);
        if ("VIOLATION".equals(schema)) {
            assertThatThrownBy(() -> scan(tracker, ok)).isInstanceOf(ProtocolViolationException.class);
        } else {
            scan(tracker, ok);
            assertThat(tracker.ended()).isTrue();
            assertThat(tracker.newSchema()).isEqualTo(schema);
        }
    }

    @Test
    void noSessionStateUnlessAgreedOn() {
        ReplyTracker tracker = tracker(0, ReplyShape.SINGLE);
        scan(tracker, "00000002400000000401020163");
        assertThat(tracker.newSchema()).isNull();
    }

    @Test
    void shapesOfCommands() {
        assertThat(ReplyShape.of(CommandCode.COM_STMT_CLOSE)).isEqualTo(ReplyShape.NONE);
        assertThat(ReplyShape.of(CommandCode.COM_STMT_SEND_LONG_DATA)).isEqualTo(ReplyShape.NONE);
        assertThat(ReplyShape.of(CommandCode.COM_QUIT)).isEqualTo(ReplyShape.CLOSE);
        assertThat(ReplyShape.of(CommandCode.COM_STMT_BULK_EXECUTE)).isEqualTo(ReplyShape.EXECUTE);
        assertThat(ReplyShape.of((byte) CommandCode.COM_STMT_BULK_EXECUTE)).isEqualTo(ReplyShape.EXECUTE);
        assertThat(ReplyShape.of(0x7f)).isEqualTo(ReplyShape.OPAQUE);
        assertThat(ReplyShape.of(CommandCode.COM_CLONE)).isEqualTo(ReplyShape.TUNNEL);
    }
}
