package dev.mysqlproxy.plugin.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QueryAttribute;
import java.util.List;

/** A command with these bytes after its first. */
final class FakeCommand implements Command {

    private final int code;
    private final byte[] statement;
    private final boolean complete;

    FakeCommand(int code, byte[] statement, boolean complete) {
        this.code = code;
        this.statement = statement;
        this.complete = complete;
    }

    static FakeCommand of(CommandType type, int... arguments) {
        byte[] bytes = new byte[arguments.length];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) arguments[at];
        }
        return new FakeCommand(type.code(), bytes, true);
    }

    static FakeCommand query(String sql) {
        return new FakeCommand(CommandType.COM_QUERY.code(), sql.getBytes(UTF_8), true);
    }

    @Override
    public int code() {
        return code;
    }

    @Override
    public byte[] statement() {
        return statement.clone();
    }

    @Override
    public boolean complete() {
        return complete;
    }

    @Override
    public long length() {
        return statement.length + 1L;
    }

    @Override
    public String text() {
        return new String(statement, UTF_8);
    }

    @Override
    public List<QueryAttribute> attributes() {
        return List.of();
    }
}
