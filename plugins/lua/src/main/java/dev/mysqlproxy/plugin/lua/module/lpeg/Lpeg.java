package dev.mysqlproxy.plugin.lua.module.lpeg;

import dev.mysqlproxy.plugin.lua.module.lpeg.Capture.Kind;
import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import java.util.function.IntPredicate;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * The Lua module {@code lpeg}, version 1.0.2, with {@code Ca}, {@code span} and {@code print} of versions before 0.10.
 * Matching needs Java's stack only in proportion to how deep patterns and captures nest, never to the subject's
 * length; steps and memory are spent from the state's budget. Errors are {@link LuaError} with LPeg's texts.
 */
public final class Lpeg {

    private static final String NAME = "lpeg";
    private static final String VERSION = "1.0.2";

    private final LuaState state;
    private final LuaTable module;
    private final LuaTable metatable;
    private final PatternFunctions patterns;
    private final CaptureFunctions captures;
    private int stackLimit = Matcher.DEFAULT_LIMIT;

    private Lpeg(LuaState state) {
        this.state = state;
        this.module = state.newTable(0, 0);
        this.metatable = state.newTable(0, 0);
        this.patterns = new PatternFunctions(state, metatable);
        this.captures = new CaptureFunctions(patterns);
    }

    /** A new module table for a state, registered nowhere; its patterns are not those of another table. */
    public static LuaTable open(LuaState state) {
        Lpeg lpeg = new Lpeg(state);
        lpeg.definePatterns();
        lpeg.defineCaptures();
        lpeg.defineOthers();
        lpeg.defineOperators();
        return lpeg.module;
    }

    /** For {@code package.preload.lpeg}: sets the global and {@code package.loaded} and returns the module. */
    public static Native loader(LuaState state) {
        return Native.of(NAME, args -> {
            LuaTable module = open(state);
            state.register(NAME, module);
            return module;
        });
    }

    private void definePatterns() {
        maker("P", patterns::make);
        maker("R", patterns::range);
        maker("S", patterns::set);
        maker("V", patterns::variable);
        maker("B", patterns::behind);
        maker("span", patterns::span);
    }

    private void defineCaptures() {
        maker("C", args -> captures.around(args, Kind.SIMPLE));
        maker("Cs", args -> captures.around(args, Kind.SUBSTITUTION));
        maker("Ct", args -> captures.around(args, Kind.TABLE));
        maker("Ca", args -> captures.around(args, Kind.ACCUMULATOR));
        maker("Cp", captures::position);
        maker("Cg", captures::group);
        maker("Cf", captures::fold);
        maker("Cmt", captures::runtime);
        maker("Cb", captures::backReference);
        maker("Carg", captures::argument);
        maker("Cc", captures::constant);
    }

    private void defineOthers() {
        function("match", this::match);
        function("type", args -> args.arg(1) instanceof Pattern ? LuaString.valueOf("pattern") : LuaValue.NIL);
        function("version", args -> LuaString.valueOf(VERSION));
        function("setmaxstack", this::setMaxStack);
        function("locale", this::locale);
        function("print", args -> LuaValue.NONE);
        function("ptree", args -> onlyForDebugging());
        function("pcode", args -> onlyForDebugging());
    }

    private void defineOperators() {
        operator("__mul", patterns::sequence);
        operator("__add", patterns::choice);
        operator("__sub", patterns::difference);
        operator("__pow", patterns::power);
        operator("__unm", patterns::not);
        operator("__len", patterns::and);
        operator("__div", captures::divide);
        metatable.rawset(LuaString.valueOf("__index"), module);
    }

    private void function(String name, Native.Body body) {
        module.rawset(LuaString.valueOf(name), Native.of(name, body));
    }

    private void maker(String name, Native.Body body) {
        function(name, args -> shallow(body, args));
    }

    private void operator(String name, Native.Body body) {
        metatable.rawset(LuaString.valueOf(name), Native.of(name, args -> shallow(body, args)));
    }

    private static Varargs shallow(Native.Body body, Varargs args) {
        try {
            return body.run(args);
        } catch (StackOverflowError e) {
            throw Pattern.tooDeep();
        }
    }

    private Varargs match(Varargs args) {
        Pattern pattern = (Pattern) shallow(all -> patterns.argument(all, 1), args);
        Program program = pattern.program(state);
        Subject subject = Subject.of(args);
        return new Matcher(state, program, subject, stackLimit).match(subject.start());
    }

    private Varargs setMaxStack(Varargs args) {
        double limit = Args.number(args, 1);
        if (!(limit >= 1 && limit <= Integer.MAX_VALUE)) {
            throw new BadArgument(1, "out of range");
        }
        stackLimit = (int) limit;
        return LuaValue.NONE;
    }

    private static Varargs onlyForDebugging() {
        throw new LuaError("function only implemented in debug mode");
    }

    /** Fills a table with patterns for the classes of characters of the C locale. */
    private LuaTable locale(Varargs args) {
        LuaTable table = args.arg(1).isnil() ? state.newTable(0, 0) : Args.table(args, 1);
        IntPredicate lower = c -> c >= 'a' && c <= 'z';
        IntPredicate upper = c -> c >= 'A' && c <= 'Z';
        IntPredicate digit = c -> c >= '0' && c <= '9';
        IntPredicate alpha = lower.or(upper);
        IntPredicate alnum = alpha.or(digit);
        IntPredicate graph = c -> c > ' ' && c < 0x7f;
        category(table, "alnum", alnum);
        category(table, "alpha", alpha);
        category(table, "cntrl", c -> c < ' ' || c == 0x7f);
        category(table, "digit", digit);
        category(table, "graph", graph);
        category(table, "lower", lower);
        category(table, "print", graph.or(c -> c == ' '));
        category(table, "punct", graph.and(alnum.negate()));
        category(table, "space", c -> c == ' ' || c >= '\t' && c <= '\r');
        category(table, "upper", upper);
        category(table, "xdigit", digit.or(c -> c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'));
        return table;
    }

    private void category(LuaTable table, String name, IntPredicate members) {
        state.set(table, LuaString.valueOf(name), patterns.pattern(Tree.set(CharSet.of(members))));
    }
}
