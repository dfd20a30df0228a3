package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.CommandType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A server on a socket that lets everybody in, notes the commands it gets and answers as it is told: text protocol,
 * prepared statements with parameters that are strings, no TLS. Any thread; each connection has one of its own.
 */
public final class FakeServer implements AutoCloseable {

    private static final String VERSION = "9.7.0-fake";

    private final ServerSocket listening;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final List<FakeCommand> commands = new CopyOnWriteArrayList<>();
    private final AtomicLong threadId = new AtomicLong(100);
    private volatile Function<FakeCommand, FakeResult> answers = command -> FakeResult.ok();

    private FakeServer(ServerSocket listening) {
        this.listening = listening;
    }

    /** Listens on a port of the system's choice. */
    public static FakeServer start() {
        try {
            FakeServer server = new FakeServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            server.thread("fake-server", server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code 127.0.0.1:port}. */
    public String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** What it answers from now on; an OK until this is called. An execution is shown with its statement's text. */
    public FakeServer answers(Function<FakeCommand, FakeResult> how) {
        this.answers = how;
        return this;
    }

    /** Refuses the logins of this user. */
    public FakeServer refuses(String user) {
        refused.add(user);
        return this;
    }

    /** The commands that it has got, in the order of their arrival. */
    public List<FakeCommand> commands() {
        return List.copyOf(commands);
    }

    /** The texts of the queries that it has got, and of the statements that it has executed. */
    public List<String> statements() {
        return commands.stream()
                .filter(command -> command.is(CommandType.COM_QUERY) || command.is(CommandType.COM_STMT_EXECUTE))
                .map(command ->
                        new String(command.preparedStatement().orElseGet(command::statement), StandardCharsets.UTF_8))
                .toList();
    }

    /** Forgets the commands. */
    public void forget() {
        commands.clear();
    }

    private void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                connections.add(socket);
                thread("fake-server-connection", () -> serve(socket));
            } catch (IOException e) {
                // closed, or a client that was gone before it was there
            }
        }
    }

    private void serve(Socket socket) {
        try (PacketStream packets = new PacketStream(socket)) {
            new Connection(packets).run();
        } catch (IOException e) {
            // the peer has left
        } finally {
            connections.remove(socket);
        }
    }

    /** Ends all connections and listens no more. */
    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : connections) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One client of this server. */
    private final class Connection {

        private final PacketStream packets;
        private final Map<Integer, String> statements = new HashMap<>();
        private int lastStatement;

        Connection(PacketStream packets) {
            this.packets = packets;
        }

        void run() throws IOException {
            packets.write(Wire.greeting(VERSION, threadId.incrementAndGet()));
            String user = Wire.userOf(packets.read());
            if (refused.contains(user)) {
                packets.write(Wire.error(Reply.error(1045, "28000", "Access denied for user '" + user + "'")));
                return;
            }
            packets.write(Wire.ok(new Reply.Ok(0, 0, 0, "")));
            boolean more = true;
            while (more) {
                more = answer(FakeCommand.ofPayload(packets.read()));
            }
        }

        /** False for the last command. */
        private boolean answer(FakeCommand command) throws IOException {
            CommandType type = command.type().orElse(CommandType.COM_SLEEP);
            switch (type) {
                case COM_QUIT -> {
                    return false;
                }
                case COM_STMT_PREPARE -> prepare(command);
                case COM_STMT_EXECUTE -> execute(command);
                case COM_STMT_CLOSE -> {
                    commands.add(command);
                    statements.remove((int) new Cursor(command.statement()).number(4));
                }
                default -> {
                    commands.add(command);
                    packets.write(answers.apply(command).packets());
                }
            }
            return true;
        }

        private void prepare(FakeCommand command) throws IOException {
            commands.add(command);
            Optional<Reply.Err> error = answers.apply(command).error();
            if (error.isPresent()) {
                packets.write(Wire.error(error.get()));
                return;
            }
            lastStatement++;
            statements.put(lastStatement, command.text());
            packets.write(Wire.prepared(lastStatement, parameters(command.text())));
        }

        private void execute(FakeCommand command) throws IOException {
            Cursor arguments = new Cursor(command.statement());
            String sql = statements.get((int) arguments.number(4));
            if (sql == null) {
                packets.write(Wire.error(Reply.error(1243, "HY000", "Unknown prepared statement handler")));
                return;
            }
            FakeCommand execution = FakeCommand.execute(sql, values(arguments, parameters(sql)));
            commands.add(execution);
            FakeResult result = answers.apply(execution);
            packets.write(
                    result.columns().isEmpty()
                            ? result.packets()
                            : Wire.binaryResultSet(result.columns(), result.rowList()));
        }

        private static String[] values(Cursor arguments, int count) {
            String[] values = new String[count];
            if (count == 0) {
                return values;
            }
            arguments.number(5);
            byte[] nulls = arguments.bytes((count + 7) / 8);
            arguments.number(1);
            arguments.bytes(2 * count);
            for (int at = 0; at < count; at++) {
                if ((nulls[at / 8] & 1 << at % 8) == 0) {
                    values[at] = arguments.countedText();
                }
            }
            return values;
        }

        private static int parameters(String sql) {
            return (int) sql.chars().filter(character -> character == '?').count();
        }
    }
}
