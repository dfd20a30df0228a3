package dev.mysqlproxy.plugin.lua.module.lpeg;

import dev.mysqlproxy.plugin.lua.module.lpeg.Tree.Tag;
import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.util.ArrayList;
import java.util.List;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The functions and operators that make patterns of patterns, all but captures. */
final class PatternFunctions {

    /** The longest pattern to look behind for, in bytes. */
    static final int MAX_BEHIND = 255;

    private static final int BYTES_PER_NODE = 64;
    private static final int LARGE = 1 << 16;

    private final LuaState state;
    private final LuaTable metatable;
    private final TreeFacts facts;

    PatternFunctions(LuaState state, LuaTable metatable) {
        this.state = state;
        this.metatable = metatable;
        this.facts = new TreeFacts(state);
    }

    Pattern pattern(Tree tree) {
        return new Pattern(tree, metatable);
    }

    /** The pattern of an argument: itself, or what {@code lpeg.P} makes of it. */
    Pattern argument(Varargs args, int position) {
        LuaValue value = args.arg(position);
        return value instanceof Pattern pattern ? pattern : pattern(tree(args, position));
    }

    /** As {@link #argument}, without the userdata. */
    Tree tree(Varargs args, int position) {
        LuaValue value = args.arg(position);
        if (value instanceof Pattern pattern) {
            return pattern.tree();
        }
        return switch (value.type()) {
            case LuaValue.TSTRING -> literal(value.strvalue());
            case LuaValue.TNUMBER -> count(value.todouble());
            case LuaValue.TBOOLEAN -> value.toboolean() ? Tree.TRUE : Tree.FALSE;
            case LuaValue.TTABLE -> Grammar.of(state, (LuaTable) value, position);
            case LuaValue.TFUNCTION -> Tree.runtime(Tree.TRUE, value);
            default -> throw Args.typeError(args, position, "lpeg-pattern");
        };
    }

    private Tree literal(LuaString text) {
        if (text.m_length == 0) {
            return Tree.TRUE;
        }
        state.building((long) text.m_length * BYTES_PER_NODE);
        List<Tree> characters = new ArrayList<>(text.m_length);
        for (int i = 0; i < text.m_length; i++) {
            characters.add(Tree.character(text.luaByte(i)));
        }
        return Tree.join(Tag.SEQUENCE, characters);
    }

    /** So many bytes, or for a negative number, not so many. */
    private Tree count(double number) {
        long n = (long) number;
        if (n == 0) {
            return Tree.TRUE;
        }
        Tree any = repeated(Tree.ANY, Math.abs(n), null);
        return n > 0 ? any : Tree.unary(Tag.NOT, any);
    }

    /** A pattern so many times, then the rest if there is one. */
    private Tree repeated(Tree tree, long times, Tree rest) {
        long size = times * (tree.size() + 1L);
        if (times > Tree.MAX_SIZE || size > Tree.MAX_SIZE) {
            throw new LuaError("pattern too big");
        }
        state.building(size * BYTES_PER_NODE);
        Tree all = rest;
        for (long i = 0; i < times; i++) {
            all = all == null ? tree : Tree.sequence(tree, all);
        }
        return all;
    }

    Pattern make(Varargs args) {
        Args.any(args, 1);
        return argument(args, 1);
    }

    Pattern range(Varargs args) {
        boolean[] members = new boolean[CharSet.SIZE];
        for (int i = 1; i <= args.narg(); i++) {
            LuaString range = Args.string(args, i);
            if (range.m_length != 2) {
                throw new BadArgument(i, "range must have two characters");
            }
            for (int c = range.luaByte(0); c <= range.luaByte(1); c++) {
                members[c] = true;
            }
        }
        return pattern(Tree.set(CharSet.of(c -> members[c])));
    }

    Pattern set(Varargs args) {
        LuaString text = Args.string(args, 1);
        boolean[] members = new boolean[CharSet.SIZE];
        for (int i = 0; i < text.m_length; i++) {
            members[text.luaByte(i)] = true;
        }
        return pattern(Tree.set(CharSet.of(c -> members[c])));
    }

    /** All bytes of a set that come; what a repetition was called when it was not yet fast by itself. */
    Pattern span(Varargs args) {
        boolean isText = args.arg(1).type() == LuaValue.TSTRING;
        return power(LuaValue.varargsOf(isText ? set(args) : argument(args, 1), LuaValue.valueOf(0)));
    }

    Pattern variable(Varargs args) {
        if (args.arg(1).isnil()) {
            throw new BadArgument(1, "non-nil value expected");
        }
        return pattern(Tree.openCall(args.arg(1)));
    }

    Pattern behind(Varargs args) {
        Tree tree = tree(args, 1);
        int length = facts.fixedLength(tree);
        if (length < 0) {
            throw new BadArgument(1, "pattern may not have fixed length");
        }
        if (facts.hasCaptures(tree)) {
            throw new BadArgument(1, "pattern have captures");
        }
        if (length > MAX_BEHIND) {
            throw new BadArgument(1, "pattern too long to look behind");
        }
        return pattern(Tree.behind(tree, length));
    }

    Pattern sequence(Varargs args) {
        Tree first = tree(args, 1);
        Tree second = tree(args, 2);
        if (first.tag() == Tag.FALSE || second.tag() == Tag.TRUE) {
            return pattern(first);
        }
        return pattern(first.tag() == Tag.TRUE ? second : sequence(first, second));
    }

    private Tree sequence(Tree first, Tree second) {
        copying(first);
        return Tree.sequence(first, second);
    }

    /** What is appended to may have to be copied; most patterns are too small to count as memory. */
    private void copying(Tree first) {
        state.spend(1 + first.size() / 8);
        if (first.size() > LARGE) {
            state.building((long) first.size() * BYTES_PER_NODE);
        }
    }

    Pattern choice(Varargs args) {
        Tree first = tree(args, 1);
        Tree second = tree(args, 2);
        if (first.set() != null && second.set() != null) {
            return pattern(Tree.set(first.set().union(second.set())));
        }
        if (facts.neverFails(first) || second.tag() == Tag.FALSE) {
            return pattern(first);
        }
        if (first.tag() == Tag.FALSE) {
            return pattern(second);
        }
        copying(first);
        return pattern(Tree.choice(first, second));
    }

    Pattern difference(Varargs args) {
        Tree first = tree(args, 1);
        Tree second = tree(args, 2);
        if (first.set() != null && second.set() != null) {
            return pattern(Tree.set(first.set().minus(second.set())));
        }
        return pattern(sequence(Tree.unary(Tag.NOT, second), first));
    }

    Pattern not(Varargs args) {
        return pattern(Tree.unary(Tag.NOT, tree(args, 1)));
    }

    Pattern and(Varargs args) {
        return pattern(Tree.unary(Tag.AND, tree(args, 1)));
    }

    /** At least so many times, or for a negative number, at most. */
    Pattern power(Varargs args) {
        Tree tree = tree(args, 1);
        long n = (long) Args.number(args, 2);
        if (n >= 0) {
            if (facts.nullable(tree)) {
                throw new LuaError("loop body may accept empty string");
            }
            return pattern(repeated(tree, n, Tree.unary(Tag.REPEAT, tree)));
        }
        if (-n > Tree.MAX_SIZE || -n * (tree.size() + 3L) > Tree.MAX_SIZE) {
            throw new LuaError("pattern too big");
        }
        state.building(-n * (tree.size() + 3L) * BYTES_PER_NODE);
        Tree all = Tree.choice(tree, Tree.TRUE);
        for (long i = -1; i > n; i--) {
            all = Tree.choice(Tree.sequence(tree, all), Tree.TRUE);
        }
        return pattern(all);
    }
}
