package dev.mysqlproxy.plugin.lua.module;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * {@code glib2}: {@code usleep(microseconds)}, {@code md5(s)} and {@code get_current_time()}.
 *
 * <p>Sleeping in a hook stalls every session of its event loop, so it ends, with the hook, when the hook's time is up.
 */
final class GlibModule {

    /** How long a sleeping script goes without a look at its limits. */
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    /** What a slice of sleep counts as, in instructions. */
    private static final int SLICE_STEPS = 20_000;

    private static final double MICRO = 1_000;
    private static final int STEPS_SHIFT = 3;

    private GlibModule() {}

    static LuaTable open(LuaState state, Host host) {
        return Library.open(state, "glib2", host.version(), "what scripts used of glib")
                .add("usleep", args -> sleep(state, Args.number(args, 1)))
                .add("md5", args -> md5(state, Args.string(args, 1)))
                .add("get_current_time", args -> now())
                .table();
    }

    private static Varargs sleep(LuaState state, double microseconds) {
        // NaN and what is negative make 0
        long begin = System.nanoTime();
        long nanos = (long) Math.max(0, microseconds * MICRO);
        long left = nanos;
        while (left > 0) {
            state.spend(SLICE_STEPS);
            try {
                TimeUnit.NANOSECONDS.sleep(Math.min(left, SLICE_NANOS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LuaError("interrupted");
            }
            left = nanos - (System.nanoTime() - begin);
        }
        return LuaValue.NONE;
    }

    private static Varargs md5(LuaState state, LuaString text) {
        state.spend(text.m_length >> STEPS_SHIFT);
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(text.m_bytes, text.m_offset, text.m_length);
            StringBuilder hex = new StringBuilder();
            for (byte value : digest.digest()) {
                hex.append(Character.forDigit(value >> 4 & 0xf, 16)).append(Character.forDigit(value & 0xf, 16));
            }
            return LuaString.valueOf(hex.toString());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    private static Varargs now() {
        Instant now = Instant.now();
        LuaTable time = new PucTable();
        time.rawset(LuaString.valueOf("tv_sec"), LuaValue.valueOf((double) now.getEpochSecond()));
        time.rawset(LuaString.valueOf("tv_usec"), LuaValue.valueOf(now.getNano() / 1000));
        return time;
    }
}
