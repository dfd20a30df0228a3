package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.AUTOCOMMIT;
import static dev.mysqlproxy.core.session.Packets.MORE_RESULTS;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.column;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.eof;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.Packets.resultSet;

import dev.mysqlproxy.protocol.wire.Capabilities;
import java.util.ArrayList;
import java.util.List;

/**
 * A command and its whole reply.
 *
 * @param name for messages
 * @param request the client's bytes
 * @param reply the server's bytes, empty when there is none
 */
record Dialogue(String name, byte[] request, byte[] reply) {

    private static final int CURSOR_EXISTS = 0x40;
    private static final int LAST_ROW_SENT = 0x80;
    private static final byte[] NOTHING = {};

    @Override
    public String toString() {
        return name;
    }

    /** Dialogues of every shape of reply, on a hop with these capabilities. */
    static List<Dialogue> all(Capabilities hop) {
        boolean modern = hop.has(Capabilities.DEPRECATE_EOF);
        List<Dialogue> all = new ArrayList<>();
        all.add(new Dialogue("ping", Packets.ping(), ok(1)));
        all.add(new Dialogue("no such schema", command(0x02, ascii("nowhere")), err(1, 1049, "Unknown database")));
        all.add(new Dialogue("EOF as an answer", command(0x1b, bytes(0, 0)), eof(1, AUTOCOMMIT)));
        all.add(new Dialogue("text", command(0x09), packet(1, ascii("Uptime: 1  Threads: 2"))));
        all.add(new Dialogue("process list", command(0x0a), resultSet(hop, "1", "2")));
        all.add(new Dialogue("reset", command(0x1f), ok(1)));
        all.add(new Dialogue("fields", command(0x04, ascii("t"), bytes(0)), fields(modern)));
        all.addAll(queries(hop));
        all.addAll(statements(hop));
        return all;
    }

    private static byte[] fields(boolean modern) {
        return join(column(1), column(2), endOfRows(modern, 3, AUTOCOMMIT));
    }

    private static byte[] endOfRows(boolean modern, int sequence, int status) {
        return modern ? packet(sequence, 0xfe, 0, 0, status & 0xff, status >>> 8, 0, 0) : eof(sequence, status);
    }

    private static List<Dialogue> queries(Capabilities hop) {
        boolean modern = hop.has(Capabilities.DEPRECATE_EOF);
        byte[] first = resultSet(hop, 1, AUTOCOMMIT | MORE_RESULTS, "a");
        int next = modern ? 5 : 6;
        byte[] head = join(packet(1, 1), column(2), modern ? NOTHING : eof(3, AUTOCOMMIT));
        int row = modern ? 3 : 4;
        byte[] hugeRow = join(bytes(0xfe, 0x05, 0, 0, 0, 0, 0, 0, 0), ascii("12345"));
        return List.of(
                new Dialogue(
                        "insert",
                        query("INSERT"),
                        packet(1, 0, 0xfc, 0xff, 0xff, 0xfe, 1, 2, 3, 4, 5, 6, 7, 8, 2, 0, 9, 0)),
                new Dialogue("error", query("SELEC"), err(1, 1064, "You have an error in your SQL syntax")),
                new Dialogue("rows", query("SELECT c FROM t"), resultSet(hop, "one", "two", "three")),
                new Dialogue("no rows", query("SELECT c FROM t"), resultSet(hop)),
                new Dialogue(
                        "a NULL",
                        query("SELECT NULL"),
                        join(head, packet(row, 0xfb), endOfRows(modern, row + 1, AUTOCOMMIT))),
                new Dialogue(
                        "a row that looks like an end",
                        query("SELECT c"),
                        modern
                                ? resultSet(hop, "no such row with the other end")
                                : join(head, packet(row, hugeRow), eof(row + 1, AUTOCOMMIT))),
                new Dialogue(
                        "error among rows",
                        query("SELECT c"),
                        join(head, packet(row, 1, 'x'), err(row + 1, 1317, "Query execution was interrupted"))),
                new Dialogue(
                        "two results",
                        query("SELECT 1; SELECT 2"),
                        join(first, resultSet(hop, next, AUTOCOMMIT, "b", "c"))),
                new Dialogue("result, OK", query("CALL p()"), join(first, ok(next))),
                new Dialogue(
                        "OK, result",
                        query("SET a=1; SELECT 2"),
                        join(ok(1, AUTOCOMMIT | MORE_RESULTS), resultSet(hop, 2, AUTOCOMMIT, "b"))),
                new Dialogue("result, error", query("SELECT 1; SELEC"), join(first, err(next, 1064, "syntax"))));
    }

    private static List<Dialogue> statements(Capabilities hop) {
        boolean modern = hop.has(Capabilities.DEPRECATE_EOF);
        byte[] execute = command(0x17, bytes(1, 0, 0, 0, 0, 1, 0, 0, 0));
        byte[] head = join(packet(1, 1), column(2), modern ? NOTHING : eof(3, AUTOCOMMIT));
        int row = modern ? 3 : 4;
        byte[] rows = join(packet(row, 0, 0, 1, 'x'), packet(row + 1, 0, 4));
        byte[] cursor = modern
                ? join(packet(1, 1), column(2), endOfRows(true, 3, AUTOCOMMIT | CURSOR_EXISTS))
                : join(packet(1, 1), column(2), eof(3, AUTOCOMMIT | CURSOR_EXISTS));
        byte[] eof3 = modern ? NOTHING : eof(3, AUTOCOMMIT);
        byte[] eof5 = modern ? NOTHING : eof(5, AUTOCOMMIT);
        int columns = modern ? 3 : 4;
        return List.of(
                new Dialogue("prepare", command(0x16, ascii("DO 1")), prepared(0, 0)),
                new Dialogue(
                        "prepare with a parameter",
                        command(0x16, ascii("DO ?")),
                        join(prepared(0, 1), column(2), eof3)),
                new Dialogue(
                        "prepare with a column",
                        command(0x16, ascii("SELECT 1")),
                        join(prepared(1, 0), column(2), eof3)),
                new Dialogue(
                        "prepare with both",
                        command(0x16, ascii("SELECT ?")),
                        join(prepared(1, 1), column(2), eof3, column(columns), eof5)),
                new Dialogue("prepare fails", command(0x16, ascii("SELEC ?")), err(1, 1064, "syntax")),
                new Dialogue("execute", execute, join(head, rows, endOfRows(modern, row + 2, AUTOCOMMIT))),
                new Dialogue("execute without rows", execute, ok(1)),
                new Dialogue("execute with a cursor", execute, cursor),
                new Dialogue("bulk execute", command(0xfa, bytes(1, 0, 0, 0, 0, 0)), ok(1)),
                new Dialogue(
                        "fetch",
                        command(0x1c, bytes(1, 0, 0, 0, 2, 0, 0, 0)),
                        join(
                                packet(1, 0, 0, 1, 'x'),
                                packet(2, 0, 0, 1, 'y'),
                                endOfRows(modern, 3, AUTOCOMMIT | CURSOR_EXISTS | LAST_ROW_SENT))),
                new Dialogue("fetch fails", command(0x1c, bytes(1, 0, 0, 0, 2, 0, 0, 0)), err(1, 1243, "Unknown")),
                new Dialogue("long data", command(0x18, bytes(1, 0, 0, 0, 0, 0, 'a', 'b')), NOTHING),
                new Dialogue("reset statement", command(0x1a, bytes(1, 0, 0, 0)), ok(1)),
                new Dialogue("close statement", command(0x19, bytes(1, 0, 0, 0)), NOTHING));
    }

    private static byte[] prepared(int columns, int parameters) {
        return packet(1, 0, 1, 0, 0, 0, columns, 0, parameters, 0, 0, 0, 0);
    }
}
