package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.view.BackendView;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** One of {@code proxy.global.backends}, known by its place in the list. */
final class BackendHandle extends Handle {

    private static final LuaString STATE = LuaString.valueOf("state");
    private static final LuaString UUID = LuaString.valueOf("uuid");

    private static final Map<LuaString, BiFunction<BackendHandle, BackendView, LuaValue>> FIELDS = Map.of(
            LuaString.valueOf("dst"),
            (self, backend) -> self.dst(backend.address()),
            LuaString.valueOf("connected_clients"),
            (self, backend) -> LuaValue.valueOf(backend.connectedClients()),
            STATE,
            (self, backend) -> LuaValue.valueOf(number(backend.state())),
            LuaString.valueOf("type"),
            (self, backend) -> LuaValue.valueOf(number(backend.type())),
            UUID,
            (self, backend) -> Values.orNil(backend.uuid().orElse("")),
            LuaString.valueOf("pool"),
            (self, backend) -> self.pool);

    private final World world;
    private final int index;
    private final PoolHandle pool;
    private Address dst;

    BackendHandle(World world, int index) {
        super(world.metatables().writable);
        this.world = world;
        this.index = index;
        this.pool = new PoolHandle(world, index);
    }

    private LuaValue dst(String address) {
        if (dst == null || !dst.name().equals(address)) {
            dst = new Address(world.metatables().readOnly, address);
        }
        return dst;
    }

    @Override
    LuaValue read(LuaValue key) {
        BiFunction<BackendHandle, BackendView, LuaValue> field = FIELDS.get(key);
        return field == null ? LuaValue.NIL : field.apply(this, world.snapshot().get(index - 1));
    }

    @Override
    void write(LuaValue key, LuaValue value) {
        if (key.raweq(STATE)) {
            state(Values.assignedInteger(value));
        } else if (key.raweq(UUID)) {
            uuid(value);
        } else {
            throw new LuaError("proxy.global.backends[...]." + Values.shown(key) + " is not writable");
        }
        world.forgetSnapshot();
    }

    private static int number(BackendView.State state) {
        return switch (state) {
            case UNKNOWN -> Constants.BACKEND_STATE_UNKNOWN;
            case UP -> Constants.BACKEND_STATE_UP;
            case DOWN -> Constants.BACKEND_STATE_DOWN;
        };
    }

    private static int number(BackendView.Type type) {
        return switch (type) {
            case UNKNOWN -> Constants.BACKEND_TYPE_UNKNOWN;
            case RW -> Constants.BACKEND_TYPE_RW;
            case RO -> Constants.BACKEND_TYPE_RO;
        };
    }

    private void state(int number) {
        BackendView.State state = switch (number) {
            case Constants.BACKEND_STATE_UNKNOWN -> BackendView.State.UNKNOWN;
            case Constants.BACKEND_STATE_UP -> BackendView.State.UP;
            case Constants.BACKEND_STATE_DOWN -> BackendView.State.DOWN;
            default ->
                throw new LuaError(
                        "proxy.global.backends[...].state has to be one of" + " proxy.BACKEND_STATE_*, is " + number);
        };
        world.backends().setState(index, state);
    }

    private void uuid(LuaValue value) {
        if (!value.isnil() && !(value instanceof LuaString)) {
            throw new LuaError("proxy.global.backends[...].uuid has to be a string");
        }
        String text = value.isnil() ? "" : value.tojstring();
        world.backends().setUuid(index, text.isEmpty() ? Optional.empty() : Optional.of(text));
    }
}
