package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** {@code os.time}: now, or the time that a table's fields mean, as mktime reads them. */
final class OsLibTime {

    private OsLibTime() {}

    static Varargs time(LuaState state, Varargs args) {
        if (args.arg(1).isnil()) {
            return LuaValue.valueOf((double) Instant.now().getEpochSecond());
        }
        LuaTable fields = Args.table(args, 1);
        int second = field(state, fields, "sec", 0);
        int minute = field(state, fields, "min", 0);
        int hour = field(state, fields, "hour", 12);
        int day = field(state, fields, "day", -1);
        int month = field(state, fields, "month", -1);
        int year = field(state, fields, "year", -1);
        LuaValue saving = state.get(fields, LuaString.valueOf("isdst"));
        try {
            LocalDateTime local = LocalDateTime.of(year, 1, 1, 0, 0)
                    .plusMonths(month - 1L)
                    .plusDays(day - 1L)
                    .plusHours(hour)
                    .plusMinutes(minute)
                    .plusSeconds(second);
            long time = seconds(local, ZoneId.systemDefault().getRules(), saving);
            return time == -1 ? LuaValue.NIL : LuaValue.valueOf((double) time);
        } catch (DateTimeException e) {
            return LuaValue.NIL;
        }
    }

    /** A number, or a string that reads as one; a missing one has this value, which must not be negative. */
    private static int field(LuaState state, LuaTable fields, String name, int otherwise) {
        LuaValue value = state.get(fields, LuaString.valueOf(name)).tonumber();
        if (!value.isnil()) {
            return (int) (long) value.todouble();
        }
        if (otherwise < 0) {
            throw new LuaError("field '" + name + "' missing in date table");
        }
        return otherwise;
    }

    /** Seconds since 1970; hours that come twice or never are of standard time, unless the table says otherwise. */
    static long seconds(LocalDateTime local, ZoneRules rules, LuaValue saving) {
        Instant near = local.toInstant(rules.getOffset(local));
        ZoneOffset standard = rules.getStandardOffset(near);
        if (saving.isnil()) {
            boolean sure = rules.getValidOffsets(local).size() == 1;
            return local.toEpochSecond(sure ? rules.getOffset(local) : lesser(rules, local));
        }
        long time = local.toEpochSecond(standard);
        return saving.toboolean() ? time - savings(rules, near).toSeconds() : time;
    }

    private static ZoneOffset lesser(ZoneRules rules, LocalDateTime local) {
        ZoneOffsetTransition change = rules.getTransition(local);
        ZoneOffset before = change.getOffsetBefore();
        ZoneOffset after = change.getOffsetAfter();
        return before.getTotalSeconds() < after.getTotalSeconds() ? before : after;
    }

    /** By how much summer moves the clock here; an hour where there is no summer time. */
    private static Duration savings(ZoneRules rules, Instant near) {
        Duration here = rules.getDaylightSavings(near);
        ZoneOffsetTransition next = rules.nextTransition(near);
        if (here.isZero() && next != null) {
            here = rules.getDaylightSavings(next.getInstant());
        }
        return here.isZero() ? Duration.ofHours(1) : here;
    }
}
