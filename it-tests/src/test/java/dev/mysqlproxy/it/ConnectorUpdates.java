package dev.mysqlproxy.it;

import static dev.mysqlproxy.it.ConnectorWork.show;
import static dev.mysqlproxy.it.ConnectorWork.table;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/** The part of {@link ConnectorWork} that writes. */
final class ConnectorUpdates {

    private ConnectorUpdates() {}

    static void batches(Connection connection, List<String> seen) throws SQLException {
        table(connection, "j_batch", "id INT PRIMARY KEY, t VARCHAR(300)");
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO j_batch VALUES (?, ?)")) {
            for (int i = 0; i < 1000; i++) {
                insert.setInt(1, i);
                insert.setString(2, i % 10 == 0 ? null : "b".repeat(i % 300));
                insert.addBatch();
            }
            seen.add(Arrays.toString(insert.executeBatch()));
            for (int i : List.of(5000, 5001, 7, 5002)) {
                insert.setInt(1, i);
                insert.setString(2, "again");
                insert.addBatch();
            }
            try {
                seen.add(Arrays.toString(insert.executeBatch()));
            } catch (BatchUpdateException e) {
                seen.add(Arrays.toString(e.getUpdateCounts()) + " "
                        + e.getMessage().replaceAll("\\(conn=\\d+\\)", ""));
            }
        }
        try (PreparedStatement update = connection.prepareStatement("UPDATE j_batch SET t = ? WHERE id % ? = 0")) {
            for (int i = 2; i < 12; i++) {
                update.setString(1, "u" + i);
                update.setInt(2, i);
                update.addBatch();
            }
            seen.add(Arrays.toString(update.executeBatch()));
        }
        try (Statement statement = connection.createStatement()) {
            statement.addBatch("DELETE FROM j_batch WHERE id = 1");
            statement.addBatch("UPDATE j_batch SET t = 'x' WHERE id < 20");
            statement.addBatch("INSERT INTO j_batch VALUES (9999, 'z')");
            seen.add(Arrays.toString(statement.executeBatch()));
            try (ResultSet result =
                    statement.executeQuery("SELECT COUNT(*), SUM(id), SHA2(GROUP_CONCAT(t), 256) FROM j_batch")) {
                show(result, seen);
            }
        }
    }

    static void generatedKeys(Connection connection, List<String> seen) throws SQLException {
        table(connection, "j_keys", "id BIGINT PRIMARY KEY AUTO_INCREMENT, v INT");
        String sql = "INSERT INTO j_keys (v) VALUES (?)";
        try (PreparedStatement insert = connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
            insert.setInt(1, 1);
            seen.add("" + insert.executeUpdate());
            try (ResultSet keys = insert.getGeneratedKeys()) {
                show(keys, seen);
            }
            for (int i = 0; i < 10; i++) {
                insert.setInt(1, i);
                insert.addBatch();
            }
            seen.add(Arrays.toString(insert.executeBatch()));
            try (ResultSet keys = insert.getGeneratedKeys()) {
                show(keys, seen);
            }
        }
    }

    static void localInfile(Path folder, Connection connection, List<String> seen) throws Exception {
        table(connection, "j_file", "id INT PRIMARY KEY, t VARCHAR(100)");
        Path file = folder.resolve("rows.tsv");
        if (!Files.exists(file)) {
            StringBuilder rows = new StringBuilder();
            for (int i = 0; i < 30_000; i++) {
                rows.append(i).append('\t').append("f".repeat(i % 100)).append('\n');
            }
            Files.writeString(file, rows);
        }
        String load = "LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE j_file";
        try (Statement statement = connection.createStatement()) {
            seen.add("" + statement.executeUpdate(load));
            seen.add("" + statement.executeUpdate(load.replace("INTO", "REPLACE INTO")));
            try (ResultSet result = statement.executeQuery("SELECT COUNT(*), SUM(LENGTH(t)) FROM j_file")) {
                show(result, seen);
            }
            try {
                seen.add("" + statement.executeUpdate(load.replace("rows.tsv", "there-is-no-such-file")));
            } catch (SQLException e) {
                seen.add("refused by the driver");
            }
        }
    }

    static void transactions(Connection connection, List<String> seen) throws SQLException {
        table(connection, "j_trans", "id INT PRIMARY KEY");
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO j_trans VALUES (1)");
            var savepoint = connection.setSavepoint("s");
            statement.execute("INSERT INTO j_trans VALUES (2)");
            connection.rollback(savepoint);
            connection.commit();
            statement.execute("INSERT INTO j_trans VALUES (3)");
            connection.rollback();
            try (ResultSet result = statement.executeQuery("SELECT id FROM j_trans")) {
                show(result, seen);
            }
        }
        connection.setAutoCommit(true);
    }
}
