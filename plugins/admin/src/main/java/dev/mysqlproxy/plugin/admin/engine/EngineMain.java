package dev.mysqlproxy.plugin.admin.engine;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.sql.SQLException;

/**
 * The engine's process: answers one query after the other until its input ends, which it does when the proxy is gone.
 *
 * <p>A query is: the number of tables; of each its schema, its name, the number of its columns, their names and
 * types, and
 * its rows; the statement; the most rows and bytes of its result. An answer is the result, or an error.
 */
public final class EngineMain {

    private static final int BUFFER = 64 * 1024;

    private EngineMain() {}

    /**
     * Runs until standard input ends.
     *
     * @param arguments how many seconds a query may take
     */
    public static void main(String[] arguments) throws IOException, SQLException {
        int seconds = Integer.parseInt(arguments[0]);
        DataInputStream in =
                new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in), BUFFER));
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER));
        EngineDatabase.warmUp();
        out.writeInt(Frames.HELLO);
        out.flush();
        for (long number = 1; ; number++) {
            int tables;
            try {
                tables = in.readInt();
            } catch (EOFException e) {
                return;
            }
            answer(number, tables, seconds, in, out);
            out.flush();
        }
    }

    private static void answer(long number, int tables, int seconds, DataInputStream in, DataOutputStream out)
            throws IOException, SQLException {
        try (EngineDatabase database = new EngineDatabase("query" + number)) {
            for (int count = 0; count < tables; count++) {
                database.table(in);
            }
            String sql = Frames.readText(in);
            int maxRows = in.readInt();
            int maxBytes = in.readInt();
            try {
                database.query(sql, seconds, new EngineDatabase.Limits(maxRows, maxBytes), out);
            } catch (SQLException e) {
                boolean tooDeep = e.getCause() instanceof StackOverflowError;
                error(out, tooDeep ? Frames.TOO_DEEP : e.getErrorCode(), e.getMessage());
            } catch (StackOverflowError e) {
                error(out, Frames.TOO_DEEP, "");
            }
        }
    }

    private static void error(DataOutputStream out, int code, String message) throws IOException {
        out.writeByte(Frames.ERROR);
        out.writeInt(code);
        Frames.writeText(out, message == null ? "" : message);
    }
}
