package dev.mysqlproxy.plugin.lua.module.lpeg;

import dev.mysqlproxy.plugin.lua.module.lpeg.Capture.Kind;
import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The functions that make captures. */
final class CaptureFunctions {

    private static final int MAX_INDEX = Short.MAX_VALUE;

    private final PatternFunctions patterns;

    CaptureFunctions(PatternFunctions patterns) {
        this.patterns = patterns;
    }

    private Pattern around(Varargs args, Capture capture) {
        return patterns.pattern(Tree.capture(patterns.tree(args, 1), capture));
    }

    private Pattern empty(Capture capture) {
        return patterns.pattern(Tree.capture(Tree.TRUE, capture));
    }

    Pattern around(Varargs args, Kind kind) {
        return around(args, Capture.of(kind));
    }

    Pattern position(Varargs args) {
        return empty(Capture.of(Kind.POSITION));
    }

    Pattern group(Varargs args) {
        return around(args, Capture.of(Kind.GROUP, args.arg(2)));
    }

    Pattern fold(Varargs args) {
        return around(args, Capture.of(Kind.FOLD, Args.function(args, 2)));
    }

    Pattern runtime(Varargs args) {
        LuaValue function = Args.function(args, 2);
        return patterns.pattern(Tree.runtime(patterns.tree(args, 1), function));
    }

    Pattern backReference(Varargs args) {
        return empty(Capture.of(Kind.BACK_REFERENCE, Args.any(args, 1)));
    }

    Pattern argument(Varargs args) {
        double index = Args.number(args, 1);
        if (!(index >= 1 && index < MAX_INDEX + 1.0)) {
            throw new BadArgument(1, "invalid argument index");
        }
        return empty(Capture.of(Kind.ARGUMENT, (int) index));
    }

    Pattern constant(Varargs args) {
        if (args.narg() == 0) {
            return patterns.pattern(Tree.TRUE);
        }
        Tree all = null;
        for (int i = args.narg(); i >= 1; i--) {
            Tree one = Tree.capture(Tree.TRUE, Capture.of(Kind.CONSTANT, args.arg(i)));
            all = all == null ? one : Tree.sequence(one, all);
        }
        return patterns.pattern(args.narg() == 1 ? all : Tree.capture(all, Capture.ANONYMOUS_GROUP));
    }

    /** {@code pattern / what}. */
    Pattern divide(Varargs args) {
        LuaValue by = args.arg(2);
        return switch (by.type()) {
            case LuaValue.TFUNCTION -> around(args, Capture.of(Kind.FUNCTION, by));
            case LuaValue.TTABLE -> around(args, Capture.of(Kind.QUERY, by));
            case LuaValue.TSTRING -> around(args, Capture.of(Kind.STRING, by.strvalue()));
            case LuaValue.TNUMBER -> around(args, Capture.of(Kind.NUMBER, index(by.todouble())));
            default -> throw new BadArgument(2, "invalid replacement value");
        };
    }

    private static int index(double number) {
        long index = (long) number;
        if (index < 0 || index > MAX_INDEX) {
            throw new BadArgument(1, "invalid number");
        }
        return (int) index;
    }
}
