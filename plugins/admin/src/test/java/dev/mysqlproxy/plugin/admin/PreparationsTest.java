package dev.mysqlproxy.plugin.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.testkit.FakeCommand;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Statements prepared on this side, byte by byte. */
class PreparationsTest {

    private final AdminWorld world = new AdminWorld();

    @AfterEach
    void stop() {
        world.close();
    }

    private Reply command(CommandType type, byte... arguments) {
        return world.handler.onCommand(world.session, FakeCommand.of(type, arguments));
    }

    private int prepare(String sql, int parameters) {
        Reply.Raw reply =
                (Reply.Raw) world.handler.onCommand(world.session, FakeCommand.of(CommandType.COM_STMT_PREPARE, sql));
        byte[] head = reply.payloads().get(0);
        assertThat(head).hasSize(12).startsWith(0);
        assertThat(head[7]).isEqualTo((byte) parameters);
        assertThat(reply.payloads()).hasSize(parameters == 0 ? 1 : parameters + 2);
        return head[1];
    }

    private static byte[] execution(int id, String valuesInHex) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) id, 0, 0, 0, 0, 1, 0, 0, 0});
        out.writeBytes(HexFormat.of().parseHex(valuesInHex.replace(" ", "")));
        return out.toByteArray();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void valuesTakeThePlaceOfTheMarks() {
        int id = prepare("SELECT id, client FROM sessions WHERE user = ? AND id < ? AND '?' <> ? -- ?", 3);

        // no nulls, types follow: VAR_STRING, LONGLONG, VAR_STRING
        Reply reply = command(
                CommandType.COM_STMT_EXECUTE,
                execution(id, "00 01 fd00 0800 fd00 03 617070 0a00000000000000 03 27275c"));

        List<byte[]> packets = ((Reply.Raw) reply).payloads();
        assertThat(packets).hasSize(6);
        assertThat(packets.get(0)).containsExactly(2);
        assertThat(text(packets.get(1))).contains("def", "id");
        assertThat(packets.get(4))
                .startsWith(HexFormat.of().parseHex("0000" + "0700000000000000" + "0d"))
                .endsWith("10.0.0.9:5000".getBytes(StandardCharsets.UTF_8));
        assertThat(packets.get(5)).startsWith(0xfe);
    }

    @Test
    void typesOfTheLastExecutionStand() {
        int id = prepare("SELECT ?, ?", 2);
        command(CommandType.COM_STMT_EXECUTE, execution(id, "00 01 0300 0100 01000000 ff"));
        Reply reply = command(CommandType.COM_STMT_EXECUTE, execution(id, "02 00 05000000"));

        byte[] row = ((Reply.Raw) reply).payloads().get(4);
        // the second is NULL, which is bit 3
        assertThat(row[0]).isZero();
        assertThat(row[1]).isEqualTo((byte) 8);
    }

    @Test
    void valuesOfAllTypesAreRead() {
        int id = prepare("SELECT CONCAT_WS('|', ?, ?, ?, ?, ?, ?, ?, ?)", 8);
        Reply reply = command(
                CommandType.COM_STMT_EXECUTE,
                execution(
                        id,
                        "00 01 0100 0200 0380 0400 0500 0c00 0b00 f600"
                                + "ff feff ffffffff 0000003f 000000000000e03f"
                                + "0b ea07 01 02 03 04 05 06000000"
                                + "08 00 01000000 01 02 03"
                                + "04 312e3530"));

        byte[] row = ((Reply.Raw) reply).payloads().get(3);
        assertThat(text(row)).endsWith("-1|-2|4294967295|0.5|0.5|2026-01-02 03:04:05.000006|25:02:03|1.50");
    }

    @Test
    void answersWithoutRowsAreAsEver() {
        int id = prepare("SET BACKEND ? DRAIN", 1);
        assertThat(command(CommandType.COM_STMT_EXECUTE, execution(id, "00 01 fd00 08 6462323a33333037")))
                .isEqualTo(new Reply.Ok(1, 0, 0, ""));
        assertThat(command(CommandType.COM_STMT_EXECUTE, execution(id, "00 01 fd00 01 78")))
                .isInstanceOf(Reply.Err.class);
    }

    @Test
    void whatIsNoExecutionIsRefused() {
        int id = prepare("SELECT ?", 1);
        for (String broken :
                List.of("", "00", "00 01", "00 01 fd00", "00 01 fd00 05 61", "00 00", "00 01 fd00 fe ff")) {
            assertThat(command(CommandType.COM_STMT_EXECUTE, execution(id, broken)))
                    .as(broken)
                    .isInstanceOf(Reply.Err.class);
        }
        assertThat(command(CommandType.COM_STMT_EXECUTE, execution(99, "00")))
                .isEqualTo(Reply.error(1243, "HY000", "Unknown prepared statement handler given to EXECUTE"));
        assertThat(command(CommandType.COM_STMT_EXECUTE)).isInstanceOf(Reply.Err.class);
    }

    @Test
    void longStatementsMakeRoomSooner() {
        String marks = "SELECT " + "?,".repeat(30_000) + "1";
        int first = prepare("SELECT 1", 0);
        for (int count = 0; count < 9; count++) {
            world.handler.onCommand(world.session, FakeCommand.of(CommandType.COM_STMT_PREPARE, marks));
        }

        assertThat(command(CommandType.COM_STMT_RESET, execution(first, ""))).isInstanceOf(Reply.Err.class);
        assertThat(command(CommandType.COM_STMT_RESET, execution(first + 9, "")))
                .isEqualTo(Reply.ok());
    }

    @Test
    void valuesMayNotMakeAStatementTooLong() {
        int id = prepare("SELECT LENGTH(?)", 1);
        String text = "27".repeat(0xfffe);

        assertThat(command(CommandType.COM_STMT_EXECUTE, execution(id, "00 01 fd00 fc feff" + text)))
                .isEqualTo(Reply.error(1105, "07000", "a statement with its values has at most 65536 characters"));
    }

    @Test
    void theOldestMakeRoomAndResetForgetsAll() {
        int first = prepare("SELECT 1", 0);
        for (int count = 0; count < 255; count++) {
            prepare("SELECT 2", 0);
        }
        assertThat(command(CommandType.COM_STMT_RESET, execution(first, ""))).isEqualTo(Reply.ok());
        prepare("SELECT 3", 0);
        assertThat(command(CommandType.COM_STMT_RESET, execution(first, ""))).isInstanceOf(Reply.Err.class);

        assertThat(command(CommandType.COM_RESET_CONNECTION)).isEqualTo(Reply.ok());
        assertThat(command(CommandType.COM_STMT_RESET, execution(first + 1, "")))
                .isInstanceOf(Reply.Err.class);
    }
}
