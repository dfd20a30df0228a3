package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.view.TlsView;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import java.util.Map;
import java.util.Optional;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** One side of a session, a socket to scripts. */
abstract class Side extends Handle {

    private static final LuaString ADDRESS = LuaString.valueOf("address");

    private final SessionContext session;
    private final String name;
    private Address src;
    private Address dst;

    Side(SessionContext session, String name) {
        super(session.world().metatables().readOnly);
        this.session = session;
        this.name = name;
    }

    final SessionContext session() {
        return session;
    }

    /** The value of a field; null when there is no such field, or not yet. */
    abstract LuaValue field(LuaValue key);

    @Override
    final LuaValue read(LuaValue key) {
        LuaValue value = field(key);
        if (value != null) {
            return value;
        }
        if (key.raweq(ADDRESS)) {
            throw new LuaError(".address is deprecated. Use .src.name or .dst.name instead");
        }
        session.world()
                .log()
                .critical("proxy.connection." + name + "." + Values.shown(key)
                        + ": there is no such field, or it is not known yet");
        return LuaValue.NIL;
    }

    final LuaValue src(String address) {
        if (src == null || !src.name().equals(address)) {
            src = new Address(session.world().metatables().readOnly, address);
        }
        return src;
    }

    final LuaValue dst(String address) {
        if (dst == null || !dst.name().equals(address)) {
            dst = new Address(session.world().metatables().readOnly, address);
        }
        return dst;
    }

    /** The client's answer to the server's nonce; null before the login. */
    final LuaValue scrambledPassword() {
        HandshakeResponse login = session.login();
        return login == null ? null : LuaString.valueUsing(login.authResponse());
    }

    static LuaTable table(Map<String, String> values) {
        LuaTable table = new PucTable();
        values.forEach((key, value) -> table.rawset(Values.of(key), Values.of(value)));
        return table;
    }

    /** False, or the version of TLS. */
    static LuaValue encryption(Optional<TlsView> tls) {
        return tls.<LuaValue>map(view -> Values.of(view.version())).orElse(LuaValue.FALSE);
    }
}
