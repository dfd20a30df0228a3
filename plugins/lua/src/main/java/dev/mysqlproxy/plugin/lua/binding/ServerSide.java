package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.view.ServerView;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** {@code proxy.connection.server}: whichever server connection the session has when a field is read. */
final class ServerSide extends Side {

    private static final Map<LuaString, BiFunction<ServerSide, ServerView, LuaValue>> FIELDS = Map.ofEntries(
            Map.entry(
                    LuaString.valueOf("default_db"),
                    (self, server) -> Values.of(server.schema().orElse(""))),
            Map.entry(LuaString.valueOf("src"), (self, server) -> self.src(server.localAddress())),
            Map.entry(LuaString.valueOf("dst"), (self, server) -> self.dst(server.address())),
            Map.entry(LuaString.valueOf("username"), (self, server) -> known(server.user())),
            Map.entry(LuaString.valueOf("scrambled_password"), ServerSide::scrambledPassword),
            Map.entry(LuaString.valueOf("auth_plugin_name"), (self, server) -> known(server.authPlugin())),
            Map.entry(LuaString.valueOf("mysqld_version"), (self, server) -> version(server)),
            Map.entry(LuaString.valueOf("thread_id"), (self, server) -> threadId(server)),
            Map.entry(LuaString.valueOf("scramble_buffer"), (self, server) -> challenge(server)),
            Map.entry(LuaString.valueOf("is_fresh"), (self, server) -> LuaValue.valueOf(server.fresh())),
            Map.entry(LuaString.valueOf("tls"), (self, server) -> encryption(server.tls())));

    ServerSide(SessionContext session) {
        super(session, "server");
    }

    @Override
    LuaValue field(LuaValue key) {
        Optional<ServerView> server = session().server();
        BiFunction<ServerSide, ServerView, LuaValue> field = FIELDS.get(key);
        return field == null || server.isEmpty() ? null : field.apply(this, server.get());
    }

    private static LuaValue known(Optional<String> text) {
        return text.isPresent() ? Values.of(text.get()) : null;
    }

    private LuaValue scrambledPassword(ServerView server) {
        return server.user().isPresent() ? scrambledPassword() : null;
    }

    private static LuaValue version(ServerView server) {
        return server.version().isEmpty() ? null : ServerVersion.number(server.version());
    }

    private static LuaValue threadId(ServerView server) {
        return server.version().isEmpty() ? null : LuaValue.valueOf((double) server.threadId());
    }

    private static LuaValue challenge(ServerView server) {
        return server.version().isEmpty() ? null : LuaString.valueUsing(server.challenge());
    }
}
