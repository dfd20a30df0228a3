package dev.mysqlproxy.plugin.lua.module.lpeg;

import dev.mysqlproxy.plugin.lua.module.lpeg.Tree.Tag;
import dev.mysqlproxy.plugin.lua.module.lpeg.TreeFacts.First;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.luaj.vm2.LuaError;

/**
 * Makes code of a pattern. What may come first is looked at, so that most choices and loops are decided by one test
 * instead of trying and coming back.
 */
final class Compiler {

    private static final int NONE = -1;
    private static final int BYTES_PER_NODE = 64;

    private final LuaState state;
    private final TreeFacts facts;
    private final Program code = new Program();
    private final IdentityHashMap<Tree, Integer> addresses = new IdentityHashMap<>();
    private final Map<Integer, Tree> calls = new HashMap<>();

    private Compiler(LuaState state) {
        this.state = state;
        this.facts = new TreeFacts(state);
    }

    static Program compile(LuaState state, Tree tree) {
        state.building((long) tree.size() * BYTES_PER_NODE);
        Compiler compiler = new Compiler(state);
        compiler.generate(tree, false, NONE, CharSet.FULL);
        compiler.code.add(Program.END, 0);
        compiler.bindCalls();
        compiler.shortenJumps();
        return compiler.code;
    }

    /**
     * Code for a node.
     *
     * @param last whether it is the last thing of an optional part whose choice is still on the stack
     * @param test address of a test that its first byte has passed already, or {@link #NONE}
     * @param follow what can come after it
     */
    private void generate(Tree start, boolean last, int test, CharSet follow) {
        Tree tree = start;
        int passed = test;
        while (tree.tag() == Tag.SEQUENCE) {
            Tree first = tree.left();
            CharSet next =
                    facts.needsFollow(first) ? facts.first(tree.right(), follow).set() : CharSet.FULL;
            generate(first, false, passed, next);
            if (passed != NONE && facts.fixedLength(first) != 0) {
                passed = NONE;
            }
            tree = tree.right();
        }
        single(tree, last, passed, follow);
    }

    private void single(Tree tree, boolean last, int test, CharSet follow) {
        state.spend(4);
        switch (tree.tag()) {
            case CHARACTER, SET, ANY -> oneOf(tree.set(), test);
            case TRUE -> {}
            case FALSE -> code.add(Program.FAIL, 0);
            case REPEAT -> repeat(tree.left(), last, follow);
            case CHOICE -> choice(tree, last, follow);
            case NOT -> not(tree.left());
            case AND -> and(tree.left(), test);
            case CALL -> calls.put(code.add(Program.CALL, 0), tree.target());
            case GRAMMAR -> grammar(tree);
            case BEHIND -> behind(tree);
            case CAPTURE -> capture(tree, test, follow);
            case RUNTIME -> runtime(tree, test);
            case OPEN_CALL -> throw new LuaError("rule '" + Grammar.text(tree.name()) + "' used outside a grammar");
            case SEQUENCE, RULE -> throw new IllegalStateException("not a single node: " + tree.tag());
        }
    }

    private void oneOf(CharSet set, int test) {
        if (test != NONE && testsFor(test, set)) {
            code.add(Program.ANY, 0);
            return;
        }
        switch (set.count()) {
            case 0 -> code.add(Program.FAIL, 0);
            case 1 -> code.add(Program.CHARACTER, set.first());
            case CharSet.SIZE -> code.add(Program.ANY, 0);
            default -> code.add(Program.SET, set);
        }
    }

    private boolean testsFor(int test, CharSet set) {
        return switch (code.instruction(test)) {
            case Program.TEST_CHARACTER -> set.count() == 1 && set.first() == code.number(test);
            case Program.TEST_SET -> set.same(Objects.requireNonNull(code.set(test)));
            default -> false;
        };
    }

    /** A jump for bytes not in the set; nothing when something may match without any byte. */
    private int test(First first) {
        return first.certain() ? test(first.set()) : NONE;
    }

    private int test(CharSet set) {
        return switch (set.count()) {
            case 0 -> code.add(Program.JUMP, 0);
            case 1 -> code.add(Program.TEST_CHARACTER, set.first());
            case CharSet.SIZE -> code.add(Program.TEST_ANY, 0);
            default -> code.add(Program.TEST_SET, set);
        };
    }

    private void jumpHere(int from) {
        if (from != NONE) {
            code.jump(from, code.size());
        }
    }

    private void choice(Tree choice, boolean last, CharSet follow) {
        List<Integer> exits = new ArrayList<>();
        Tree rest = choice;
        while (rest.tag() == Tag.CHOICE) {
            int exit = alternative(rest.left(), rest.right(), last, follow);
            if (exit == NONE) {
                break;
            }
            exits.add(exit);
            rest = rest.right();
        }
        if (rest.tag() != Tag.CHOICE) {
            generate(rest, last, NONE, follow);
        }
        exits.forEach(this::jumpHere);
    }

    /** Code for one alternative up to where the next begins; the address of the jump over the others, if any. */
    private int alternative(Tree tree, Tree others, boolean last, CharSet follow) {
        boolean optional = others.tag() == Tag.TRUE;
        First first = facts.first(tree, CharSet.FULL);
        if (facts.failsAtHead(tree)
                || first.certain()
                        && first.set().disjoint(facts.first(others, follow).set())) {
            int test = test(first.set());
            generate(tree, false, test, follow);
            int exit = optional ? NONE : code.add(Program.JUMP, 0);
            jumpHere(test);
            return exit;
        }
        if (last && optional) {
            code.add(Program.PARTIAL_COMMIT, 0);
            generate(tree, true, NONE, CharSet.FULL);
            return NONE;
        }
        int test = test(first);
        int choice = code.add(Program.CHOICE, 0);
        generate(tree, optional, test, CharSet.FULL);
        int exit = code.add(Program.COMMIT, 0);
        jumpHere(choice);
        jumpHere(test);
        return exit;
    }

    private void repeat(Tree body, boolean last, CharSet follow) {
        if (body.set() != null) {
            code.add(Program.SPAN, body.set());
            return;
        }
        First first = facts.first(body, CharSet.FULL);
        if (facts.failsAtHead(body) || first.certain() && first.set().disjoint(follow)) {
            int test = test(first.set());
            generate(body, false, test, CharSet.FULL);
            code.jump(code.add(Program.JUMP, 0), test);
            jumpHere(test);
            return;
        }
        int test = test(first);
        int choice = code.add(last ? Program.PARTIAL_COMMIT : Program.CHOICE, 0);
        int loop = code.size();
        generate(body, false, NONE, CharSet.FULL);
        code.jump(code.add(Program.PARTIAL_COMMIT, 0), loop);
        if (!last) {
            jumpHere(choice);
        }
        jumpHere(test);
    }

    private void not(Tree body) {
        int test = test(facts.first(body, CharSet.FULL));
        if (facts.failsAtHead(body)) {
            code.add(Program.FAIL, 0);
        } else {
            int choice = code.add(Program.CHOICE, 0);
            generate(body, false, NONE, CharSet.FULL);
            code.add(Program.FAIL_TWICE, 0);
            jumpHere(choice);
        }
        jumpHere(test);
    }

    private void and(Tree body, int test) {
        int length = facts.fixedLength(body);
        if (length >= 0 && length <= PatternFunctions.MAX_BEHIND && !facts.hasCaptures(body)) {
            generate(body, false, test, CharSet.FULL);
            if (length > 0) {
                code.add(Program.BEHIND, length);
            }
            return;
        }
        int choice = code.add(Program.CHOICE, 0);
        generate(body, false, test, CharSet.FULL);
        int commit = code.add(Program.BACK_COMMIT, 0);
        jumpHere(choice);
        code.add(Program.FAIL, 0);
        jumpHere(commit);
    }

    private void behind(Tree tree) {
        if (tree.number() > 0) {
            code.add(Program.BEHIND, tree.number());
        }
        generate(tree.left(), false, NONE, CharSet.FULL);
    }

    private void capture(Tree tree, int test, CharSet follow) {
        Tree body = tree.left();
        int length = facts.fixedLength(body);
        if (length >= 0 && !facts.hasCaptures(body)) {
            generate(body, false, test, follow);
            code.add(Program.FULL_CAPTURE, tree.capture(), length);
            return;
        }
        code.add(Program.OPEN_CAPTURE, tree.capture(), 0);
        generate(body, false, test, follow);
        code.add(Program.CLOSE_CAPTURE, Capture.CLOSE, 0);
    }

    private void runtime(Tree tree, int test) {
        code.add(Program.OPEN_CAPTURE, tree.capture(), 0);
        generate(tree.left(), false, test, CharSet.FULL);
        code.add(Program.CLOSE_RUNTIME, Capture.CLOSE, 0);
    }

    /** A call of the initial rule, a jump over the rules, and the rules. */
    private void grammar(Tree tree) {
        calls.put(code.add(Program.CALL, 0), tree.left());
        int exit = code.add(Program.JUMP, 0);
        for (Tree rule : tree.rules()) {
            addresses.put(rule, code.size());
            generate(rule.left(), false, NONE, CharSet.FULL);
            code.add(Program.RETURN, 0);
        }
        jumpHere(exit);
    }

    /** Calls get the address of their rule; one that would return at once to a return becomes a jump. */
    private void bindCalls() {
        calls.forEach((at, rule) -> {
            if (returnsFrom(at + 1)) {
                code.replace(at, Program.JUMP);
            }
            code.jump(at, addresses.get(rule));
        });
    }

    private boolean returnsFrom(int at) {
        int end = code.instruction(at) == Program.JUMP ? code.finalTarget(at) : at;
        return code.instruction(end) == Program.RETURN;
    }

    private void shortenJumps() {
        for (int at = 0; at < code.size(); at++) {
            switch (code.instruction(at)) {
                case Program.TEST_ANY,
                        Program.TEST_CHARACTER,
                        Program.TEST_SET,
                        Program.JUMP,
                        Program.CALL,
                        Program.CHOICE,
                        Program.COMMIT,
                        Program.PARTIAL_COMMIT,
                        Program.BACK_COMMIT -> code.jump(at, code.finalTarget(at));
                default -> {}
            }
        }
    }
}
