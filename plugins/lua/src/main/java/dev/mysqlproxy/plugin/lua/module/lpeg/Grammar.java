package dev.mysqlproxy.plugin.lua.module.lpeg;

import dev.mysqlproxy.plugin.lua.module.lpeg.Tree.Tag;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Makes one pattern of a table of rules: finds the rules, binds the calls, refuses what could loop for ever. */
final class Grammar {

    static final int MAX_RULES = 250;

    private final LuaState state;
    private final TreeFacts facts;
    private final Map<LuaValue, Tree> bodies = new HashMap<>();
    private final List<LuaValue> names = new ArrayList<>();
    private final Map<LuaValue, Tree> rules = new HashMap<>();
    private final List<Tree> calls = new ArrayList<>();
    private final Deque<LuaValue> passed = new ArrayDeque<>();

    private Grammar(LuaState state) {
        this.state = state;
        this.facts = new TreeFacts(state);
    }

    /**
     * The pattern of a table of rules.
     *
     * @param position of the table among the arguments of the function at work
     */
    static Tree of(LuaState state, LuaTable table, int position) {
        Grammar grammar = new Grammar(state);
        grammar.collect(table, position);
        return grammar.build();
    }

    private void collect(LuaTable table, int position) {
        LuaValue one = LuaValue.valueOf(1);
        LuaValue initial = table.rawget(one);
        LuaValue first = initial;
        if (initial.type() == LuaValue.TSTRING || initial.type() == LuaValue.TNUMBER) {
            first = state.get(table, initial);
        } else {
            initial = one;
        }
        if (!(first instanceof Pattern)) {
            throw new LuaError(
                    first.isnil()
                            ? "grammar has no initial rule"
                            : "initial rule '" + initial.tojstring() + "' is not a pattern");
        }
        add(initial, first);
        for (Varargs entry = table.next(LuaValue.NIL); !entry.arg1().isnil(); entry = table.next(entry.arg1())) {
            LuaValue key = entry.arg1();
            LuaValue number = key.tonumber();
            boolean isFirst = !number.isnil() && number.todouble() == 1;
            if (isFirst || key.raweq(initial)) {
                continue;
            }
            if (!(entry.arg(2) instanceof Pattern)) {
                throw new LuaError("rule '" + text(key) + "' is not a pattern");
            }
            add(key, entry.arg(2));
        }
        if (names.size() > MAX_RULES) {
            throw new BadArgument(position, "grammar has too many rules");
        }
    }

    private void add(LuaValue name, LuaValue body) {
        state.spend(1);
        names.add(name);
        bodies.put(name, ((Pattern) body).tree());
    }

    private Tree build() {
        List<Tree> all = new ArrayList<>();
        for (LuaValue name : names) {
            Tree rule = Tree.rule(name, bound(bodies.get(name)));
            all.add(rule);
            rules.put(name, rule);
        }
        for (Tree call : calls) {
            call.leadTo(rules.get(call.name()));
        }
        for (Tree rule : all) {
            verify(rule.left(), false);
            passed.clear();
        }
        for (Tree rule : all) {
            if (loopsOnNothing(rule.left())) {
                throw new LuaError("empty loop in rule '" + text(rule.name()) + "'");
            }
        }
        return Tree.grammar(all);
    }

    /** A copy of a rule's body in which the calls are this grammar's. */
    private Tree bound(Tree tree) {
        if (!tree.open()) {
            return tree;
        }
        state.spend(1);
        switch (tree.tag()) {
            case OPEN_CALL:
                return call(tree.name());
            case SEQUENCE, CHOICE:
                List<Tree> parts = tree.parts();
                parts.replaceAll(this::bound);
                return Tree.join(tree.tag(), parts);
            case CAPTURE:
                return Tree.capture(bound(tree.left()), tree.capture());
            case RUNTIME:
                return Tree.runtime(bound(tree.left()), tree.capture().value());
            case BEHIND:
                return Tree.behind(bound(tree.left()), tree.number());
            default:
                return Tree.unary(tree.tag(), bound(tree.left()));
        }
    }

    private Tree call(LuaValue name) {
        if (!bodies.containsKey(name)) {
            throw new LuaError("rule '" + text(name) + "' undefined in given grammar");
        }
        Tree call = Tree.call(name);
        calls.add(call);
        return call;
    }

    /**
     * Follows all that may happen before the first byte is consumed.
     *
     * @param nullable whether what stands to the left of it may match the empty string
     * @return whether it may match the empty string
     */
    private boolean verify(Tree start, boolean nullable) {
        int depth = passed.size();
        boolean empty = verifyAlong(start, nullable);
        while (passed.size() > depth) {
            passed.pop();
        }
        return empty;
    }

    private boolean verifyAlong(Tree start, boolean nullable) {
        Tree tree = start;
        boolean empty = nullable;
        while (true) {
            state.spend(1);
            switch (tree.tag()) {
                case CHARACTER, SET, ANY, FALSE, OPEN_CALL:
                    return empty;
                case TRUE, BEHIND:
                    return true;
                case NOT, AND, REPEAT:
                    empty = true;
                    tree = tree.left();
                    break;
                case CAPTURE, RUNTIME:
                    tree = tree.left();
                    break;
                case CALL:
                    tree = tree.target();
                    break;
                case SEQUENCE:
                    if (!verify(tree.left(), false)) {
                        return empty;
                    }
                    tree = tree.right();
                    break;
                case CHOICE:
                    empty = verify(tree.left(), empty);
                    tree = tree.right();
                    break;
                case RULE:
                    if (passed.size() >= MAX_RULES) {
                        throw leftRecursive();
                    }
                    passed.push(tree.name());
                    tree = tree.left();
                    break;
                case GRAMMAR:
                    return facts.nullable(tree);
            }
        }
    }

    /** The rule that was passed twice, the latest one first. */
    private LuaError leftRecursive() {
        List<LuaValue> latestFirst = new ArrayList<>(passed);
        for (int i = 0; i < latestFirst.size(); i++) {
            LuaValue name = latestFirst.get(i);
            if (latestFirst.subList(i + 1, latestFirst.size()).contains(name)) {
                return new LuaError("rule '" + text(name) + "' may be left recursive");
            }
        }
        return new LuaError("too many left calls in grammar");
    }

    private boolean loopsOnNothing(Tree start) {
        Tree tree = start;
        while (true) {
            state.spend(1);
            if (tree.tag() == Tag.REPEAT && facts.nullable(tree.left())) {
                return true;
            }
            switch (tree.tag()) {
                case REPEAT, NOT, AND, BEHIND, CAPTURE, RUNTIME:
                    tree = tree.left();
                    break;
                case SEQUENCE, CHOICE:
                    if (loopsOnNothing(tree.left())) {
                        return true;
                    }
                    tree = tree.right();
                    break;
                default:
                    return false;
            }
        }
    }

    /** A rule's name for a message. */
    static String text(LuaValue name) {
        boolean isText = name.type() == LuaValue.TSTRING || name.type() == LuaValue.TNUMBER;
        return isText ? name.tojstring() : "(a " + name.typename() + ")";
    }
}
