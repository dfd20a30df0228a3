package dev.mysqlproxy.plugin.lua.binding;

import java.util.Map;
import java.util.function.Function;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** A socket's address: {@code type}, {@code name}, {@code address}, {@code port}. */
final class Address extends Handle {

    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    private static final Map<LuaString, Function<Address, LuaValue>> FIELDS = Map.of(
            LuaString.valueOf("type"), self -> LuaValue.valueOf(self.family()),
            LuaString.valueOf("name"), self -> Values.of(self.name),
            LuaString.valueOf("address"), self -> Values.of(self.address()),
            LuaString.valueOf("port"), Address::port);

    private final String name;
    /** Where the port begins, after the colon; -1 for a path. */
    private final int portAt;

    /** An address as {@code ip:port}, {@code [v6]:port} or a path. */
    Address(LuaTable metatable, String name) {
        super(metatable);
        this.name = name;
        int colon = name.lastIndexOf(':');
        this.portAt = name.startsWith("/") || colon < 0 ? -1 : colon + 1;
    }

    String name() {
        return name;
    }

    private int family() {
        if (portAt < 0) {
            return AF_UNIX;
        }
        return name.startsWith("[") ? AF_INET6 : AF_INET;
    }

    private String address() {
        if (portAt < 0) {
            return name;
        }
        String host = name.substring(0, portAt - 1);
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private LuaValue port() {
        return portAt < 0 ? LuaValue.NIL : Values.of(name.substring(portAt)).tonumber();
    }

    @Override
    LuaValue read(LuaValue key) {
        Function<Address, LuaValue> field = FIELDS.get(key);
        return field == null ? LuaValue.NIL : field.apply(this);
    }
}
