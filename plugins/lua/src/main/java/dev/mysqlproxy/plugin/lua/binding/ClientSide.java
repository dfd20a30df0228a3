package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.view.ServerView;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** {@code proxy.connection.client}. */
final class ClientSide extends Side {

    private static final Map<LuaString, Function<ClientSide, LuaValue>> FIELDS = Map.ofEntries(
            Map.entry(
                    LuaString.valueOf("default_db"),
                    self -> Values.of(self.live().schema().orElse(""))),
            Map.entry(LuaString.valueOf("src"), self -> self.src(self.live().clientAddress())),
            Map.entry(LuaString.valueOf("dst"), self -> self.dst(self.live().localAddress())),
            Map.entry(LuaString.valueOf("username"), ClientSide::username),
            Map.entry(LuaString.valueOf("scrambled_password"), Side::scrambledPassword),
            Map.entry(LuaString.valueOf("auth_plugin_name"), ClientSide::authPlugin),
            Map.entry(LuaString.valueOf("mysqld_version"), ClientSide::version),
            Map.entry(LuaString.valueOf("thread_id"), ClientSide::threadId),
            Map.entry(LuaString.valueOf("scramble_buffer"), ClientSide::challenge),
            Map.entry(LuaString.valueOf("attributes"), self -> table(self.live().connectionAttributes())),
            Map.entry(LuaString.valueOf("tls"), self -> encryption(self.live().tls())));

    ClientSide(SessionContext session) {
        super(session, "client");
    }

    private SessionView live() {
        return session().session();
    }

    @Override
    LuaValue field(LuaValue key) {
        Function<ClientSide, LuaValue> field = FIELDS.get(key);
        return field == null ? null : field.apply(this);
    }

    private LuaValue username() {
        Optional<String> user = live().user();
        return user.isPresent() ? Values.of(user.get()) : null;
    }

    private LuaValue authPlugin() {
        HandshakeResponse login = session().login();
        if (login != null && !login.authPlugin().isEmpty()) {
            return Values.of(login.authPlugin());
        }
        Optional<String> agreed = live().authPlugin();
        if (agreed.isPresent()) {
            return Values.of(agreed.get());
        }
        Greeting greeting = session().greeting();
        return greeting == null || greeting.authPlugin().isEmpty() ? null : Values.of(greeting.authPlugin());
    }

    private LuaValue version() {
        String version = live().serverVersion();
        if (!version.isEmpty()) {
            return ServerVersion.number(version);
        }
        Greeting greeting = session().greeting();
        return greeting == null ? null : ServerVersion.number(greeting.serverVersion());
    }

    private LuaValue threadId() {
        long id = live().threadId();
        if (id != 0) {
            return LuaValue.valueOf((double) id);
        }
        Greeting greeting = session().greeting();
        return greeting == null ? null : LuaValue.valueOf((double) greeting.threadId());
    }

    /** Of the greeting the client got, which is the server's of then. */
    private LuaValue challenge() {
        Greeting greeting = session().greeting();
        if (greeting != null) {
            return LuaString.valueUsing(greeting.authData());
        }
        Optional<ServerView> server = live().server();
        return server.isPresent() ? LuaString.valueUsing(server.get().challenge()) : null;
    }
}
