package dev.mysqlproxy.it.raw;

import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A client in the command phase. Commands are answered whole; what was said is kept as a transcript. */
public final class RawClient implements Closeable {
    private static final int LONGEST_PACKET = 1 << 30;
    private static final int UTF8MB4_GENERAL_CI = 45;
    private static final int SSL_REQUEST_LENGTH = 32;
    private static final int FAST_LOGIN = 3;
    private static final int FULL_LOGIN = 4;

    private final Wire wire;
    private final Greeting greeting;
    private final Login login;
    private final long capabilities;
    private final List<String> transcript = new ArrayList<>();
    private final List<Packet> loginPackets = new ArrayList<>();
    private Function<String, Optional<byte[]>> files = name -> Optional.empty();

    /**
     * Who logs in, and how.
     *
     * @param wanted capability flags; of these the ones that the server has are used
     * @param method the authentication method of the first answer; empty for the one that the server proposes
     * @param piece how many bytes are sent at once
     */
    public record Login(
            String user,
            String password,
            String schema,
            long wanted,
            String method,
            Map<String, String> attributes,
            int piece) {

        public static Login of(String user, String password) {
            return new Login(user, password, "", Flags.CLASSIC, "", Map.of(), Integer.MAX_VALUE);
        }

        public Login schema(String name) {
            return new Login(user, password, name, wanted, method, attributes, piece);
        }

        public Login wanting(long flags) {
            return new Login(user, password, schema, flags, method, attributes, piece);
        }

        public Login method(String name) {
            return new Login(user, password, schema, wanted, name, attributes, piece);
        }

        public Login attributes(Map<String, String> values) {
            return new Login(user, password, schema, wanted, method, values, piece);
        }

        public Login piece(int bytes) {
            return new Login(user, password, schema, wanted, method, attributes, bytes);
        }
    }

    private RawClient(Wire wire, Greeting greeting, Login login) {
        this.wire = wire;
        this.greeting = greeting;
        this.login = login;
        this.capabilities = login.wanted() & greeting.capabilities();
        wire.piece(login.piece());
    }

    /** Connects and logs in; fails when the server refuses. */
    public static RawClient login(String host, int port, Login login) {
        return admitted(tryLogin(host, port, login));
    }

    private static RawClient admitted(RawClient client) {
        Packet last = client.loginPackets.get(client.loginPackets.size() - 1);
        if (last.isErr()) {
            client.wire.close();
            throw new AssertionError("the login is refused: " + Reply.errorText(last));
        }
        return client;
    }

    /** Logs in through a Unix domain socket; fails when the server refuses. */
    public static RawClient login(Path socket, Login login) {
        return admitted(on(Wire.connect(socket), login));
    }

    /** Logs in on a connection that something may have been sent on before; fails when the server refuses. */
    public static RawClient login(Wire wire, Login login) {
        return admitted(on(wire, login));
    }

    /** Connects and tries to log in; {@link #loginPackets()} tells how it went. Fails without a greeting. */
    public static RawClient tryLogin(String host, int port, Login login) {
        return on(Wire.connect(host, port), login);
    }

    /** The same over TLS, which has to be offered; fails when no TLS comes about. */
    public static RawClient tryLogin(String host, int port, Login login, RawTls tls) {
        Wire wire = Wire.connect(host, port);
        try {
            return on(wire, login.wanting(login.wanted() | Flags.CLIENT_SSL), Optional.of(tls));
        } catch (RuntimeException | Error e) {
            wire.close();
            throw e;
        }
    }

    /** Connects over TLS and logs in; fails when the server refuses. */
    public static RawClient login(String host, int port, Login login, RawTls tls) {
        return admitted(tryLogin(host, port, login, tls));
    }

    private static RawClient on(Wire wire, Login login) {
        return on(wire, login, Optional.empty());
    }

    private static RawClient on(Wire wire, Login login, Optional<RawTls> tls) {
        Packet first = wire.read();
        if (first.isErr()) {
            wire.close();
            throw new AssertionError("in place of a greeting: " + Reply.errorText(first));
        }
        RawClient client = new RawClient(wire, Greeting.parse(first.payload()), login);
        client.handshake(tls);
        return client;
    }

    private void handshake(Optional<RawTls> tls) {
        String method = login.method().isEmpty() ? greeting.plugin() : login.method();
        int next = 1;
        if (tls.isPresent()) {
            if (!has(Flags.CLIENT_SSL)) {
                throw new AssertionError("TLS is not offered");
            }
            next = wire.write(next, Arrays.copyOf(response(method, new byte[0]), SSL_REQUEST_LENGTH));
            wire.startTls(tls.get());
        }
        byte[] answer = firstAnswer(method.isEmpty() ? Scramble.NATIVE : method, login.password(), greeting.nonce());
        next = wire.write(next, response(method, answer));
        authenticate(next, method, greeting.nonce(), loginPackets);
    }

    private byte[] firstAnswer(String method, String password, byte[] nonce) {
        boolean inClear = method.equals(Scramble.SHA256) && wire.tls().isPresent();
        return Scramble.answer(inClear ? Scramble.CLEAR : method, password, nonce);
    }

    private byte[] response(String method, byte[] answer) {
        long said = capabilities & ~(login.schema().isEmpty() ? Flags.CLIENT_CONNECT_WITH_DB : 0);
        Bytes bytes = new Bytes()
                .number(4, said)
                .number(4, LONGEST_PACKET)
                .number(1, UTF8MB4_GENERAL_CI)
                .raw(new byte[19])
                .number(4, (said & Flags.CLIENT_LONG_PASSWORD) == 0 ? said >>> 32 : 0)
                .textZero(login.user());
        if (has(Flags.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA)) {
            bytes.lenEncRaw(answer);
        } else {
            bytes.number(1, answer.length).raw(answer);
        }
        if ((said & Flags.CLIENT_CONNECT_WITH_DB) != 0) {
            bytes.textZero(login.schema());
        }
        if (has(Flags.CLIENT_PLUGIN_AUTH)) {
            bytes.textZero(method);
        }
        if (has(Flags.CLIENT_CONNECT_ATTRS)) {
            bytes.lenEncRaw(attributes());
        }
        return bytes.get();
    }

    private byte[] attributes() {
        Bytes pairs = new Bytes();
        login.attributes().forEach((name, value) -> pairs.lenEncText(name).lenEncText(value));
        return pairs.get();
    }

    /** Rounds of authentication until OK or ERR. */
    private void authenticate(int sequence, String firstMethod, byte[] firstNonce, List<Packet> said) {
        String method = firstMethod;
        byte[] nonce = firstNonce;
        int due = sequence;
        while (true) {
            Packet packet = wire.read();
            if (packet.sequence() != due) {
                throw new AssertionError("sequence id " + due + " was due: " + packet);
            }
            said.add(packet);
            due = (due + 1) & 0xff;
            byte[] payload = packet.payload();
            if (packet.isOk() || packet.isErr()) {
                return;
            } else if (packet.first() == 0xfe) {
                Cursor cursor = new Cursor(payload);
                cursor.raw(1);
                method = cursor.zeroText();
                nonce = cursor.raw(20);
                due = wire.write(due, firstAnswer(method, login.password(), nonce));
            } else if (payload.length == 2 && payload[1] == FULL_LOGIN) {
                byte[] inClear = Scramble.answer(Scramble.CLEAR, login.password(), nonce);
                due = wire.write(due, wire.tls().isPresent() ? inClear : new byte[] {2});
            } else if (payload.length > 2) {
                byte[] pem = Arrays.copyOfRange(payload, 1, payload.length);
                due = wire.write(due, Scramble.encrypted(login.password(), nonce, pem));
            } else if (payload[1] != FAST_LOGIN) {
                throw new AssertionError("not understood: " + packet + " of " + method);
            }
        }
    }

    public Wire wire() {
        return wire;
    }

    public Greeting greeting() {
        return greeting;
    }

    /** What both sides can. */
    public long capabilities() {
        return capabilities;
    }

    public boolean has(long flag) {
        return (capabilities & flag) != 0;
    }

    /** The server's packets of the login, after the greeting. */
    public List<Packet> loginPackets() {
        return loginPackets;
    }

    /** Number, state and text of the error that ended the login; empty when it went well. */
    public String refusal() {
        Packet last = loginPackets.get(loginPackets.size() - 1);
        return last.isErr() ? Reply.errorText(last) : "";
    }

    /** What the server answered so far, a line for each packet. */
    public List<String> transcript() {
        return transcript;
    }

    /** Adds a line of the test's own to the transcript. */
    public void note(String line) {
        transcript.add(line);
    }

    /** What LOCAL INFILE gets; without, it gets nothing. */
    public void files(Function<String, Optional<byte[]>> contents) {
        files = contents;
    }

    // --- commands ---------------------------------------------------------------------------------------------------

    /** Sends a command and reads nothing. */
    public void send(int code, byte[] arguments) {
        wire.write(0, new Bytes().bytes(code).raw(arguments).get());
    }

    /** Sends a command and reads its whole answer. */
    public Reply command(int code, byte[] arguments) {
        send(code, arguments);
        return answer(code, firstAnswer(arguments.length + 1));
    }

    private static int firstAnswer(int length) {
        return (length / Wire.MAX_PAYLOAD + 1) & 0xff;
    }

    /** Reads the whole answer to a command that was sent, whose first packet has this sequence id. */
    public Reply answer(int code, int sequence) {
        ReplyReader reader = new ReplyReader(wire, capabilities, files).startingAt(sequence);
        try {
            switch (code) {
                case Command.COM_QUERY, Command.COM_PROCESS_INFO -> reader.results(false);
                case Command.COM_STMT_EXECUTE, Command.COM_STMT_BULK_EXECUTE -> reader.results(true);
                case Command.COM_STMT_PREPARE -> reader.prepared();
                case Command.COM_STMT_FETCH, Command.COM_FIELD_LIST -> reader.rows();
                case Command.COM_STMT_SEND_LONG_DATA, Command.COM_STMT_CLOSE, Command.COM_QUIT -> {}
                default -> reader.one();
            }
        } finally {
            // MariaDB counts statements of all connections together
            boolean numbered = code == Command.COM_STMT_PREPARE;
            reader.packets()
                    .forEach(packet -> transcript.add((numbered ? packet.withoutStatement() : packet).toString()));
        }
        return new Reply(reader.packets(), has(Flags.CLIENT_DEPRECATE_EOF));
    }

    /** Reads one packet outside of any answer, such as an event of a stream. */
    public Packet read() {
        return wire.read();
    }

    /** The payload of COM_QUERY behind the command byte, without attributes. */
    public byte[] queryArguments(String sql, Map<String, String> attributes) {
        Bytes bytes = new Bytes();
        if (has(Flags.CLIENT_QUERY_ATTRIBUTES)) {
            bytes.lenEnc(attributes.size()).lenEnc(1);
            if (!attributes.isEmpty()) {
                bytes.raw(new byte[(attributes.size() + 7) / 8]).bytes(1);
                attributes.keySet().forEach(name -> bytes.bytes(0xfe, 0).lenEncText(name));
                attributes.values().forEach(bytes::lenEncText);
            }
        }
        return bytes.raw(sql.getBytes(StandardCharsets.UTF_8)).get();
    }

    public Reply query(String sql) {
        return query(sql, Map.of());
    }

    public Reply query(String sql, Map<String, String> attributes) {
        return command(Command.COM_QUERY, queryArguments(sql, attributes));
    }

    /** Whether the connection still serves, in words. */
    public String pingOrClosed() {
        try {
            return command(Command.COM_PING, new byte[0]).last().toString();
        } catch (java.io.UncheckedIOException e) {
            return "closed";
        }
    }

    /** Runs a statement whose answer depends on what was before, and leaves it out of the transcript. */
    public void unrecorded(String sql) {
        int length = transcript.size();
        query(sql).ok();
        transcript.subList(length, transcript.size()).clear();
    }

    public Reply prepare(String sql) {
        return command(Command.COM_STMT_PREPARE, sql.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Executes a prepared statement with parameters that are texts or NULL.
     *
     * @param cursor 0 for none, 1 for a read-only one
     */
    public Reply execute(int statement, int cursor, String... parameters) {
        return command(Command.COM_STMT_EXECUTE, executeArguments(statement, cursor, parameters));
    }

    public byte[] executeArguments(int statement, int cursor, String... parameters) {
        Bytes bytes = new Bytes().number(4, statement);
        boolean counted = has(Flags.CLIENT_QUERY_ATTRIBUTES);
        bytes.number(1, counted ? cursor | 8 : cursor).number(4, 1);
        if (counted) {
            bytes.lenEnc(parameters.length);
        }
        if (parameters.length > 0) {
            byte[] nulls = new byte[(parameters.length + 7) / 8];
            for (int i = 0; i < parameters.length; i++) {
                if (parameters[i] == null) {
                    nulls[i / 8] |= (byte) (1 << i % 8);
                }
            }
            bytes.raw(nulls).bytes(1);
            for (int i = 0; i < parameters.length; i++) {
                bytes.bytes(0xfe, 0);
                if (counted) {
                    bytes.lenEncText("");
                }
            }
            Arrays.stream(parameters).filter(text -> text != null).forEach(bytes::lenEncText);
        }
        return bytes.get();
    }

    /** Becomes another user on the same connection; answers what the server said. */
    public List<Packet> changeUser(String user, String password, String schema, String method) {
        Login other = new Login(user, password, schema, capabilities, method, login.attributes(), login.piece());
        RawClient as = new RawClient(wire, greeting, other);
        String first = method.isEmpty() ? greeting.plugin() : method;
        byte[] scramble = firstAnswer(first, password, greeting.nonce());
        Bytes bytes = new Bytes()
                .bytes(Command.COM_CHANGE_USER)
                .textZero(user)
                .number(1, scramble.length)
                .raw(scramble)
                .textZero(schema)
                .number(2, UTF8MB4_GENERAL_CI);
        if (has(Flags.CLIENT_PLUGIN_AUTH)) {
            bytes.textZero(first);
        }
        if (has(Flags.CLIENT_CONNECT_ATTRS)) {
            bytes.lenEncRaw(as.attributes());
        }
        int next = wire.write(0, bytes.get());
        List<Packet> said = new ArrayList<>();
        as.authenticate(next, first, greeting.nonce(), said);
        return said;
    }

    /** Says goodbye and closes. */
    @Override
    public void close() {
        if (!wire.isClosed()) {
            try {
                wire.write(0, new byte[] {Command.COM_QUIT});
            } catch (java.io.UncheckedIOException e) {
                // the server was first
            }
            wire.close();
        }
    }
}
