package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.ResultView;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A client on a socket, with an empty password: text protocol, prepared statements whose parameters and results are
 * strings, no TLS. One thread at a time; gives up with an exception when it gets no answer within 20 seconds.
 */
public final class FakeClient implements AutoCloseable {

    private static final int OK = 0;
    private static final int ERR = 0xff;
    private static final int EOF = 0xfe;
    private static final int GREETING = 10;

    private final PacketStream packets;
    private final Map<String, Integer> statements = new HashMap<>();

    private FakeClient(PacketStream packets) {
        this.packets = packets;
    }

    /** Connects to a port of this machine; {@link #login} comes next. */
    public static FakeClient connect(int port) {
        try {
            return new FakeClient(PacketStream.impatient(new Socket(InetAddress.getLoopbackAddress(), port)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Logs in; an OK or an error. */
    public FakeResult login(String user, String schema) {
        return network(() -> {
            byte[] greeting = packets.read();
            if ((greeting[0] & 0xff) != GREETING) {
                return answer(greeting, false);
            }
            packets.write(Wire.login(user, schema));
            return answer(packets.read(), false);
        });
    }

    /** A COM_QUERY. */
    public FakeResult query(String sql) {
        return send(FakeCommand.query(sql));
    }

    /** Any command that has one answer, with a result in the text protocol if any. */
    public FakeResult send(FakeCommand command) {
        return network(() -> {
            request(command);
            return answer(packets.read(), false);
        });
    }

    /** Prepares a statement; an OK or an error. */
    public FakeResult prepare(String sql) {
        return network(() -> {
            request(FakeCommand.prepare(sql));
            byte[] first = packets.read();
            if ((first[0] & 0xff) == ERR) {
                return answer(first, false);
            }
            Cursor prepared = new Cursor(first);
            prepared.number(1);
            statements.put(sql, (int) prepared.number(4));
            skip((int) prepared.number(2));
            skip((int) prepared.number(2));
            return FakeResult.ok();
        });
    }

    private void skip(int columns) throws IOException {
        for (int at = 0; columns > 0 && at <= columns; at++) {
            packets.read();
        }
    }

    /** Executes a statement, which it prepares if it has not done so; null for NULL. */
    public FakeResult execute(String sql, String... parameters) {
        if (!statements.containsKey(sql)) {
            FakeResult prepared = prepare(sql);
            if (prepared.error().isPresent()) {
                return prepared;
            }
        }
        return network(() -> {
            request(FakeCommand.of(
                    CommandType.COM_STMT_EXECUTE, Wire.execution(statements.get(sql), Arrays.asList(parameters))));
            return answer(packets.read(), true);
        });
    }

    /** Whether the other side has hung up, or does so within 20 seconds. */
    public boolean isHungUpOn() {
        try {
            packets.read();
            return false;
        } catch (EOFException | SocketException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void request(FakeCommand command) throws IOException {
        packets.begin();
        packets.write(command.packet());
    }

    private FakeResult answer(byte[] first, boolean binary) throws IOException {
        Cursor cursor = new Cursor(first);
        switch (cursor.peek()) {
            case OK -> {
                cursor.number(1);
                return FakeResult.ok(cursor.length(), cursor.length());
            }
            case ERR -> {
                return error(cursor);
            }
            default -> {
                return resultSet((int) cursor.length(), binary);
            }
        }
    }

    private static FakeResult error(Cursor cursor) {
        cursor.number(1);
        int code = (int) cursor.number(2);
        String state = "HY000";
        if (cursor.peek() == '#') {
            cursor.number(1);
            state = new String(cursor.bytes(5), StandardCharsets.US_ASCII);
        }
        return FakeResult.error(code, state, cursor.rest());
    }

    private FakeResult resultSet(int count, boolean binary) throws IOException {
        List<ResultView.Column> columns = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            columns.add(column(new Cursor(packets.read())));
        }
        packets.read();
        FakeResult result = FakeResult.columns(columns);
        while (true) {
            byte[] packet = packets.read();
            int header = packet[0] & 0xff;
            if (header == ERR) {
                return error(new Cursor(packet));
            } else if (header == EOF && packet.length < 9) {
                return result;
            }
            result = result.row(binary ? binaryRow(packet, count) : textRow(packet, count));
        }
    }

    private static ResultView.Column column(Cursor cursor) {
        cursor.counted();
        String schema = cursor.countedText();
        String table = cursor.countedText();
        String orgTable = cursor.countedText();
        String name = cursor.countedText();
        String orgName = cursor.countedText();
        cursor.length();
        int characterSet = (int) cursor.number(2);
        cursor.number(4);
        int type = (int) cursor.number(1);
        return new ResultView.Column(
                name, orgName, table, orgTable, schema, type, characterSet, (int) cursor.number(2));
    }

    private static List<byte[]> textRow(byte[] packet, int count) {
        Cursor cursor = new Cursor(packet);
        List<byte[]> values = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            values.add(cursor.counted());
        }
        return values;
    }

    private static List<byte[]> binaryRow(byte[] packet, int count) {
        Cursor cursor = new Cursor(packet);
        cursor.number(1);
        byte[] nulls = cursor.bytes((count + 9) / 8);
        List<byte[]> values = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            values.add((nulls[(at + 2) / 8] & 1 << (at + 2) % 8) != 0 ? null : cursor.counted());
        }
        return values;
    }

    /** Says COM_QUIT and leaves. */
    @Override
    public void close() {
        try {
            request(FakeCommand.of(CommandType.COM_QUIT));
            packets.close();
        } catch (SocketException e) {
            // the other side has left before
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FakeResult network(Exchange exchange) {
        try {
            return exchange.run();
        } catch (IOException e) {
            throw new UncheckedIOException("no answer: " + e.getMessage(), e);
        }
    }

    /** A question and its answer. */
    private interface Exchange {
        FakeResult run() throws IOException;
    }
}
