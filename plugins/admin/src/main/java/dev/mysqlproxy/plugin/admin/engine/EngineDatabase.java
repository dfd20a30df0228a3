package dev.mysqlproxy.plugin.admin.engine;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import org.h2.Driver;
import org.h2.api.ErrorCode;

/**
 * One query's database: in memory, filled by its owner, read by a user who may do nothing but SELECT from what is
 * there.
 * In the engine's process.
 */
final class EngineDatabase implements AutoCloseable {

    /** Of a result. */
    record Limits(int rows, int bytes) {}

    private static final String SETTINGS = ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE"
            + ";NON_KEYWORDS=DAY,HOUR,KEY,MINUTE,MONTH,ROW,SECOND,VALUE,YEAR,USER,VALUES,FINAL,TABLE";
    private static final String OWNER = "owner";
    private static final String READER = "reader";

    private static final int BATCH = 500;
    /** Digits behind the point of a quotient or average, as MySQL's div_precision_increment. */
    private static final int SCALE = 4;
    /** What a number needs in the answer beside its text. */
    private static final int PER_VALUE = 4;

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    private final String url;
    private final Connection owner;
    private final Set<String> schemas = new HashSet<>();

    EngineDatabase(String name) throws SQLException {
        this.url = "jdbc:h2:mem:" + name;
        this.owner = connect(url + SETTINGS, OWNER);
        try (Statement statement = owner.createStatement()) {
            statement.execute("CREATE USER " + READER + " PASSWORD ''");
            schema(statement, "proxy");
        }
    }

    /** Loads what the first query would otherwise wait for. */
    static void warmUp() throws SQLException {
        try (EngineDatabase database = new EngineDatabase("warm");
                Statement statement = database.owner.createStatement()) {
            statement.execute("SELECT 1");
        }
    }

    private static Connection connect(String url, String user) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", "");
        // not DriverManager: it looks for drivers in places that this process has not
        return new Driver().connect(url, login);
    }

    private void schema(Statement statement, String schema) throws SQLException {
        if (schemas.add(schema)) {
            statement.execute("CREATE SCHEMA " + quoted(schema));
            statement.execute("GRANT SELECT ON SCHEMA " + quoted(schema) + " TO " + READER);
        }
    }

    /** Makes and fills a table. */
    void table(DataInputStream in) throws IOException, SQLException {
        String schema = Frames.readText(in);
        String name = quoted(schema) + "." + quoted(Frames.readText(in));
        int columns = in.readInt();
        List<String> definitions = new ArrayList<>(columns);
        for (int count = 0; count < columns; count++) {
            definitions.add(quoted(Frames.readText(in)) + " " + Frames.readText(in));
        }
        try (Statement statement = owner.createStatement()) {
            schema(statement, schema);
            statement.execute("CREATE TABLE " + name + " (" + String.join(", ", definitions) + ")");
        }
        String values = String.join(", ", "?".repeat(columns).split(""));
        try (PreparedStatement insert = owner.prepareStatement("INSERT INTO " + name + " VALUES (" + values + ")")) {
            int pending = 0;
            while (in.readUnsignedByte() == Frames.ROW) {
                for (int column = 1; column <= columns; column++) {
                    Object value = Frames.readValue(in);
                    insert.setObject(column, value instanceof Instant time ? local(time) : value);
                }
                insert.addBatch();
                if (++pending == BATCH) {
                    insert.executeBatch();
                    pending = 0;
                }
            }
            insert.executeBatch();
        }
    }

    /** Runs a statement as the reader, and writes its result. */
    void query(String sql, int seconds, Limits limits, DataOutputStream out) throws IOException, SQLException {
        try (Statement functions = owner.createStatement()) {
            MySqlFunctions.define(sql, functions);
        }
        try (Connection reader = connect(url, READER);
                Statement statement = reader.createStatement()) {
            statement.execute("SET SCHEMA \"proxy\"");
            statement.setQueryTimeout(seconds);
            statement.setMaxRows(limits.rows() + 1);
            try (ResultSet rows = statement.executeQuery(sql)) {
                write(rows, limits, out);
            }
        }
    }

    private static void write(ResultSet rows, Limits limits, DataOutputStream out) throws IOException, SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        if (columns.getColumnCount() == 0) {
            throw new SQLException("nothing is selected", "42000", ErrorCode.SYNTAX_ERROR_1);
        }
        List<List<String>> all = new ArrayList<>();
        long bytes = 0;
        while (rows.next()) {
            List<String> row = new ArrayList<>(columns.getColumnCount());
            for (int column = 1; column <= columns.getColumnCount(); column++) {
                String text = text(rows, column, columns.getColumnType(column));
                bytes += PER_VALUE + (text == null ? 0 : text.length());
                row.add(text);
            }
            all.add(row);
            if (all.size() > limits.rows() || bytes > limits.bytes()) {
                out.writeByte(Frames.ERROR);
                out.writeInt(Frames.TOO_LARGE);
                Frames.writeText(out, "");
                return;
            }
        }
        out.writeByte(Frames.RESULT);
        out.writeInt(columns.getColumnCount());
        for (int column = 1; column <= columns.getColumnCount(); column++) {
            Frames.writeText(out, columns.getColumnLabel(column));
            out.writeInt(columns.getColumnType(column));
        }
        for (List<String> row : all) {
            out.writeByte(Frames.ROW);
            for (String text : row) {
                Frames.writeValue(out, text);
            }
        }
        out.writeByte(Frames.END);
    }

    /** A value as MySQL's text protocol shows it. */
    private static String text(ResultSet rows, int column, int type) throws SQLException {
        if (rows.getObject(column) == null) {
            return null;
        }
        return switch (type) {
            case Types.BOOLEAN -> rows.getBoolean(column) ? "1" : "0";
            case Types.DOUBLE, Types.REAL, Types.FLOAT -> real(rows.getDouble(column));
            case Types.NUMERIC, Types.DECIMAL -> decimal(rows.getBigDecimal(column));
            case Types.TIMESTAMP -> time(rows.getObject(column, LocalDateTime.class));
            default -> rows.getString(column);
        };
    }

    private static String real(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.toString(value);
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        return Math.abs(exact.precision() - exact.scale()) > 15 ? exact.toString() : exact.toPlainString();
    }

    private static String decimal(BigDecimal value) {
        return (value.scale() > SCALE ? value.setScale(SCALE, RoundingMode.HALF_UP) : value).toPlainString();
    }

    private static String time(LocalDateTime time) {
        return (time.get(ChronoField.MICRO_OF_SECOND) == 0 ? SECONDS : MICROS).format(time);
    }

    private static LocalDateTime local(Instant time) {
        return LocalDateTime.ofInstant(time, ZoneId.systemDefault());
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public void close() throws SQLException {
        owner.close();
    }
}
