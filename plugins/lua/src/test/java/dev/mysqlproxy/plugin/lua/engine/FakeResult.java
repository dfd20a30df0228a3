package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.QuerySummary.Status;
import dev.mysqlproxy.api.view.ResultView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** Kept results and summaries as a test wants them. */
final class FakeResult implements ResultView {

    final List<byte[]> packets = new ArrayList<>();
    final List<Column> columns = new ArrayList<>();
    final List<List<byte[]>> rows = new ArrayList<>();
    RuntimeException broken;
    int rowsRead;

    static QuerySummary summary(Status status, int resultSets, long rows, int serverStatus) {
        boolean failed = status == Status.ERR;
        return new QuerySummary(
                OptionalInt.of(1),
                status,
                serverStatus,
                failed ? 1064 : 0,
                failed ? "42000" : "",
                failed ? "You have an error" : "",
                resultSets,
                rows,
                7,
                42,
                3,
                20,
                300,
                1_000,
                2_000_000,
                5_000_000);
    }

    /** A result set of text: a row of names, then rows; null for NULL. */
    static FakeResult of(String[] names, String[]... rows) {
        FakeResult result = new FakeResult();
        result.packets.add(new byte[] {(byte) names.length});
        for (String name : names) {
            result.columns.add(new Column(name, "o_" + name, "t", "ot", "db1", 253, 45, 1));
            result.packets.add(new byte[] {3, 'd', 'e', 'f'});
        }
        result.packets.add(new byte[] {(byte) 0xfe, 0, 0, 2, 0});
        for (String[] row : rows) {
            result.rows.add(Arrays.stream(row)
                    .map(value -> value == null ? null : value.getBytes(StandardCharsets.UTF_8))
                    .toList());
            int length = 0;
            for (String value : row) {
                length += value == null ? 1 : 1 + value.length();
            }
            result.packets.add(new byte[length]);
        }
        result.packets.add(new byte[] {(byte) 0xfe, 0, 0, 2, 0});
        return result;
    }

    static FakeResult ok(byte... packet) {
        FakeResult result = new FakeResult();
        result.packets.add(packet);
        return result;
    }

    @Override
    public List<byte[]> packets() {
        if (broken != null) {
            throw broken;
        }
        return packets;
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public Iterable<List<byte[]>> rows() {
        return () -> rows.stream()
                .map(row -> {
                    rowsRead++;
                    if (broken != null) {
                        throw broken;
                    }
                    return row;
                })
                .iterator();
    }
}
