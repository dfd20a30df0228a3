package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QueryAttribute;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A command as a test wants it. Immutable. */
public final class FakeCommand implements Command {

    private final int code;
    private final byte[] statement;
    private final boolean complete;
    private final List<QueryAttribute> attributes;
    private final Optional<byte[]> prepared;
    private final List<Optional<String>> parameters;

    private FakeCommand(
            int code,
            byte[] statement,
            boolean complete,
            List<QueryAttribute> attributes,
            Optional<byte[]> prepared,
            List<Optional<String>> parameters) {
        this.code = code;
        this.statement = statement;
        this.complete = complete;
        this.attributes = attributes;
        this.prepared = prepared;
        this.parameters = parameters;
    }

    /** COM_QUERY. */
    public static FakeCommand query(String sql) {
        return of(CommandType.COM_QUERY, sql);
    }

    /** COM_STMT_PREPARE. */
    public static FakeCommand prepare(String sql) {
        return of(CommandType.COM_STMT_PREPARE, sql);
    }

    /**
     * COM_STMT_EXECUTE of statement 1.
     *
     * @param sql what it was prepared from
     * @param parameters as text, null for NULL
     */
    public static FakeCommand execute(String sql, String... parameters) {
        byte[] arguments = {1, 0, 0, 0, 0, 1, 0, 0, 0};
        List<Optional<String>> values = new ArrayList<>();
        for (String parameter : parameters) {
            values.add(Optional.ofNullable(parameter));
        }
        return new FakeCommand(
                CommandType.COM_STMT_EXECUTE.code(),
                arguments,
                true,
                List.of(),
                Optional.of(sql.getBytes(StandardCharsets.UTF_8)),
                List.copyOf(values));
    }

    /** Any command with a text behind its first byte. */
    public static FakeCommand of(CommandType type, String arguments) {
        return of(type, arguments.getBytes(StandardCharsets.UTF_8));
    }

    /** Any command with these bytes behind its first. */
    public static FakeCommand of(CommandType type, byte... arguments) {
        return of(type.code(), arguments);
    }

    /** A command that may have no name yet. */
    public static FakeCommand of(int code, byte... arguments) {
        return new FakeCommand(code, arguments.clone(), true, List.of(), Optional.empty(), List.of());
    }

    /** The command of a payload. */
    static FakeCommand ofPayload(byte[] payload) {
        byte[] arguments = new byte[payload.length - 1];
        System.arraycopy(payload, 1, arguments, 0, arguments.length);
        return of(payload[0] & 0xff, arguments);
    }

    /** The same, with a query attribute more; null for NULL. */
    public FakeCommand withAttribute(String name, String value) {
        List<QueryAttribute> more = new ArrayList<>(attributes);
        more.add(new QueryAttribute(name, Optional.ofNullable(value)));
        return new FakeCommand(code, statement, complete, List.copyOf(more), prepared, parameters);
    }

    /** The same, as a hook sees a command that is longer than the proxy keeps. */
    public FakeCommand truncated() {
        return new FakeCommand(code, statement, false, attributes, prepared, parameters);
    }

    /** The same, as hooks see it when none needs prepared statements. */
    FakeCommand withoutPrepared() {
        return new FakeCommand(code, statement, complete, attributes, Optional.empty(), List.of());
    }

    @Override
    public int code() {
        return code;
    }

    @Override
    public long length() {
        return statement.length + (complete ? 1L : 1_000_001L);
    }

    @Override
    public boolean complete() {
        return complete;
    }

    @Override
    public byte[] statement() {
        return statement.clone();
    }

    @Override
    public String text() {
        return new String(statement, StandardCharsets.UTF_8);
    }

    @Override
    public List<QueryAttribute> attributes() {
        return attributes;
    }

    @Override
    public Optional<byte[]> preparedStatement() {
        return prepared.map(byte[]::clone);
    }

    @Override
    public List<Optional<String>> parameters() {
        return parameters;
    }

    @Override
    public String toString() {
        String name = type().map(CommandType::name).orElse("command " + code);
        return prepared.map(sql -> name + " of " + new String(sql, StandardCharsets.UTF_8) + " with " + parameters)
                .orElse(name + " " + text());
    }
}
