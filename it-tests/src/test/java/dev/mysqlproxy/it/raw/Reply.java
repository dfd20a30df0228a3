package dev.mysqlproxy.it.raw;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All packets that answer one command. */
public record Reply(List<Packet> packets, boolean deprecateEof) {

    public Packet last() {
        return packets.get(packets.size() - 1);
    }

    public boolean isError() {
        return last().isErr();
    }

    public int errorCode() {
        Cursor cursor = new Cursor(last().payload());
        cursor.raw(1);
        return (int) cursor.number(2);
    }

    /** Number, state and text of an error. */
    public String errorText() {
        return errorText(last());
    }

    /** Number, state and text of an error packet. */
    public static String errorText(Packet packet) {
        Cursor cursor = new Cursor(packet.payload());
        cursor.raw(1);
        return cursor.number(2) + " " + cursor.zeroText();
    }

    /** Fails unless it is a success. */
    public Reply ok() {
        if (isError()) {
            throw new AssertionError("the server refuses: " + errorText());
        }
        return this;
    }

    /** Rows of the first result set of the text protocol, by column name. Only without optional metadata. */
    public List<Map<String, String>> rows() {
        ok();
        int columns = Math.toIntExact(new Cursor(packets.get(0).payload()).lenEnc());
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
            Cursor cursor = new Cursor(packets.get(i).payload());
            for (int skipped = 0; skipped < 4; skipped++) {
                cursor.lenEncText();
            }
            names.add(cursor.lenEncText());
        }
        List<Map<String, String>> rows = new ArrayList<>();
        for (int at = columns + (deprecateEof ? 1 : 2); packets.get(at).first() != 0xfe; at++) {
            Cursor cursor = new Cursor(packets.get(at).payload());
            Map<String, String> row = new LinkedHashMap<>();
            names.forEach(name -> row.put(name, cursor.lenEncText()));
            rows.add(row);
        }
        return rows;
    }

    /** The one value of a result with one row and one column. */
    public String value() {
        return rows().get(0).values().iterator().next();
    }

    /** Number of the statement that COM_STMT_PREPARE made. */
    public int statementId() {
        Cursor cursor = new Cursor(packets.get(0).payload());
        cursor.raw(1);
        return (int) cursor.number(4);
    }
}
