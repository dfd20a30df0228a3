package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QueryAttribute;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A command as a test wants it. */
record FakeCommand(int code, byte[] statement, boolean complete, List<QueryAttribute> attributes) implements Command {

    static FakeCommand query(String sql) {
        return of(CommandType.COM_QUERY, sql);
    }

    static FakeCommand of(CommandType type, String arguments) {
        return new FakeCommand(type.code(), arguments.getBytes(StandardCharsets.UTF_8), true, List.of());
    }

    @Override
    public long length() {
        return statement.length + 1L;
    }

    @Override
    public String text() {
        return new String(statement, StandardCharsets.UTF_8);
    }
}
