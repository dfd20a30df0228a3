package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.luaj.vm2.LuaDouble;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Lua 5.1's {@code math}. Each state has a generator of its own, which starts the same each time, as C's does. */
public final class MathLib {

    private static final int MANTISSA_BITS = 52;

    private final Random random = new Random(1);

    private MathLib() {}

    /** Registers {@code math}. */
    public static void install(LuaState state) {
        LuaTable table = new PucTable(0, 28);
        of(table, "abs", Math::abs);
        of(table, "acos", number -> plainNaN(number, Math.acos(number)));
        of(table, "asin", number -> plainNaN(number, Math.asin(number)));
        of(table, "atan2", Math::atan2);
        of(table, "atan", Math::atan);
        of(table, "ceil", Math::ceil);
        of(table, "cosh", Math::cosh);
        of(table, "cos", Math::cos);
        of(table, "deg", number -> number / (Math.PI / 180));
        of(table, "exp", Math::exp);
        of(table, "floor", Math::floor);
        of(table, "fmod", (a, b) -> a % b);
        StringLib.put(table, "frexp", args -> split(Args.number(args, 1)));
        StringLib.put(table, "ldexp", MathLib::scaled);
        of(table, "log10", number -> plainNaN(number, Math.log10(number)));
        of(table, "log", Math::log);
        StringLib.put(table, "max", args -> extreme(args, 1));
        StringLib.put(table, "min", args -> extreme(args, -1));
        StringLib.put(table, "modf", args -> parts(Args.number(args, 1)));
        of(table, "pow", LuaDouble::power);
        of(table, "rad", number -> number * (Math.PI / 180));
        MathLib own = new MathLib();
        StringLib.put(table, "random", own::random);
        StringLib.put(table, "randomseed", own::seed);
        of(table, "sinh", Math::sinh);
        of(table, "sin", Math::sin);
        of(table, "sqrt", Math::sqrt);
        of(table, "tanh", Math::tanh);
        of(table, "tan", Math::tan);
        table.rawset(LuaString.valueOf("pi"), LuaValue.valueOf(Math.PI));
        table.rawset(LuaString.valueOf("huge"), LuaDouble.POSINF);
        table.rawset(LuaString.valueOf("mod"), table.rawget(LuaString.valueOf("fmod")));
        state.register("math", table);
    }

    private static void of(LuaTable table, String name, DoubleUnaryOperator function) {
        StringLib.put(table, name, args -> LuaValue.valueOf(function.applyAsDouble(Args.number(args, 1))));
    }

    /** Complains about the second argument first, as Lua compiled for Linux does. */
    private static void of(LuaTable table, String name, DoubleBinaryOperator function) {
        StringLib.put(table, name, args -> {
            double right = Args.number(args, 2);
            return LuaValue.valueOf(function.applyAsDouble(Args.number(args, 1), right));
        });
    }

    /** Outside of its domain C's library gives a NaN without the sign. */
    private static double plainNaN(double number, double result) {
        return Double.isNaN(result) && !Double.isNaN(number) ? NumberText.POSITIVE_NAN : result;
    }

    /** The number as a fraction from 0.5 up to 1 times a power of two. */
    private static Varargs split(double number) {
        if (number == 0 || Double.isNaN(number) || Double.isInfinite(number)) {
            return LuaValue.varargsOf(LuaValue.valueOf(number), LuaValue.ZERO);
        }
        boolean subnormal = Math.abs(number) < Double.MIN_NORMAL;
        double normal = subnormal ? number * (1L << MANTISSA_BITS) : number;
        int exponent = Math.getExponent(normal) + 1;
        return LuaValue.varargsOf(
                LuaValue.valueOf(Math.scalb(normal, -exponent)),
                LuaValue.valueOf(subnormal ? exponent - MANTISSA_BITS : exponent));
    }

    private static LuaValue scaled(Varargs args) {
        int power = (int) NumberText.toInteger(Args.number(args, 2)); // the second first, as C's arguments are read
        return LuaValue.valueOf(Math.scalb(Args.number(args, 1), power));
    }

    /** The largest number, or with -1 the smallest. Not Math.max: a NaN is kept only as the first. */
    private static LuaValue extreme(Varargs args, int sign) {
        double extreme = Args.number(args, 1);
        for (int at = 2; at <= args.narg(); at++) {
            double number = Args.number(args, at);
            if (sign > 0 ? number > extreme : number < extreme) {
                extreme = number;
            }
        }
        return LuaValue.valueOf(extreme);
    }

    private static Varargs parts(double number) {
        double whole = number < 0 ? Math.ceil(number) : Math.floor(number);
        double fraction = Double.isInfinite(number) ? Math.copySign(0, number) : number - whole;
        return LuaValue.varargsOf(
                LuaValue.valueOf(whole), LuaValue.valueOf(fraction == 0 ? Math.copySign(0, number) : fraction));
    }

    private LuaValue random(Varargs args) {
        double drawn = random.nextDouble();
        return switch (args.narg()) {
            case 0 -> LuaValue.valueOf(drawn);
            case 1 -> between(drawn, 1, integer(args, 1), 1);
            case 2 -> between(drawn, integer(args, 1), integer(args, 2), 2);
            default -> throw new LuaError("wrong number of arguments");
        };
    }

    private static LuaValue between(double drawn, int low, int high, int position) {
        if (low > high) {
            throw new BadArgument(position, "interval is empty");
        }
        return LuaValue.valueOf(Math.floor(drawn * ((double) high - low + 1)) + low);
    }

    private LuaValue seed(Varargs args) {
        random.setSeed(integer(args, 1));
        return LuaValue.NONE;
    }

    private static int integer(Varargs args, int position) {
        return (int) NumberText.toInteger(Args.number(args, position));
    }
}
