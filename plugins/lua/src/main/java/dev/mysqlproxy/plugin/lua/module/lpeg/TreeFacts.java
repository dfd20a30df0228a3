package dev.mysqlproxy.plugin.lua.module.lpeg;

import dev.mysqlproxy.plugin.lua.module.lpeg.Tree.Tag;
import dev.mysqlproxy.plugin.lua.vm.LuaState;

/** What can be said of a pattern before it meets a subject. Steps over nodes are spent from the state's budget. */
final class TreeFacts {

    private final LuaState state;

    TreeFacts(LuaState state) {
        this.state = state;
    }

    /**
     * The bytes a pattern may begin with.
     *
     * @param set meaningless for {@link #ACCEPTS_EMPTY} and more unless what follows was given
     */
    record First(CharSet set, int accepts) {
        static final int NEEDS_ONE = 0;
        static final int ACCEPTS_EMPTY = 1;
        /** A match-time capture may succeed or fail on anything. */
        static final int ACCEPTS_UNKNOWN = 2;

        boolean certain() {
            return accepts == NEEDS_ONE;
        }
    }

    /** Whether it may match the empty string. */
    boolean nullable(Tree tree) {
        return check(tree, true);
    }

    /** Whether it never fails. */
    boolean neverFails(Tree tree) {
        return check(tree, false);
    }

    private boolean check(Tree start, boolean nullable) {
        Tree tree = start;
        while (true) {
            state.spend(1);
            switch (tree.tag()) {
                case CHARACTER, SET, ANY, FALSE, OPEN_CALL:
                    return false;
                case REPEAT, TRUE:
                    return true;
                case NOT, BEHIND:
                    return nullable;
                case AND:
                    if (nullable) {
                        return true;
                    }
                    tree = tree.left();
                    break;
                case RUNTIME:
                    if (!nullable) {
                        return false;
                    }
                    tree = tree.left();
                    break;
                case SEQUENCE:
                    if (!check(tree.left(), nullable)) {
                        return false;
                    }
                    tree = tree.right();
                    break;
                case CHOICE:
                    if (check(tree.left(), nullable)) {
                        return true;
                    }
                    tree = tree.right();
                    break;
                case CAPTURE, GRAMMAR, RULE:
                    tree = tree.left();
                    break;
                case CALL:
                    tree = tree.target();
                    break;
            }
        }
    }

    /** How many bytes it always matches, or -1. */
    int fixedLength(Tree start) {
        Tree tree = start;
        int length = 0;
        while (true) {
            state.spend(1);
            switch (tree.tag()) {
                case CHARACTER, SET, ANY:
                    return length + 1;
                case FALSE, TRUE, NOT, AND, BEHIND:
                    return length;
                case REPEAT, RUNTIME, OPEN_CALL:
                    return -1;
                case CAPTURE, RULE, GRAMMAR:
                    tree = tree.left();
                    break;
                case CALL:
                    int called = lengthOfCall(tree);
                    return called < 0 ? -1 : length + called;
                case SEQUENCE:
                    int first = fixedLength(tree.left());
                    if (first < 0) {
                        return -1;
                    }
                    length += first;
                    tree = tree.right();
                    break;
                case CHOICE:
                    int common = lengthOfChoice(tree);
                    return common < 0 ? -1 : length + common;
            }
        }
    }

    private int lengthOfCall(Tree call) {
        if (!call.enter()) {
            return -1;
        }
        try {
            return fixedLength(call.target());
        } finally {
            call.leave();
        }
    }

    private int lengthOfChoice(Tree choice) {
        int common = fixedLength(choice.left());
        Tree rest = choice.right();
        while (common >= 0 && rest.tag() == Tag.CHOICE) {
            if (fixedLength(rest.left()) != common) {
                return -1;
            }
            rest = rest.right();
        }
        return common >= 0 && fixedLength(rest) == common ? common : -1;
    }

    boolean hasCaptures(Tree start) {
        Tree tree = start;
        while (true) {
            state.spend(1);
            switch (tree.tag()) {
                case CAPTURE, RUNTIME:
                    return true;
                case CALL:
                    return calledHasCaptures(tree);
                case REPEAT, NOT, AND, BEHIND, RULE, GRAMMAR:
                    tree = tree.left();
                    break;
                case SEQUENCE, CHOICE:
                    if (hasCaptures(tree.left())) {
                        return true;
                    }
                    tree = tree.right();
                    break;
                case CHARACTER, SET, ANY, TRUE, FALSE, OPEN_CALL:
                    return false;
            }
        }
    }

    private boolean calledHasCaptures(Tree call) {
        if (!call.enter()) {
            return false;
        }
        try {
            return hasCaptures(call.target());
        } finally {
            call.leave();
        }
    }

    /** Whether it can only fail at its first byte, so that a look at that byte decides. */
    boolean failsAtHead(Tree start) {
        Tree tree = start;
        while (true) {
            state.spend(1);
            switch (tree.tag()) {
                case CHARACTER, SET, ANY, FALSE:
                    return true;
                case TRUE, REPEAT, RUNTIME, NOT, BEHIND, OPEN_CALL:
                    return false;
                case CAPTURE, GRAMMAR, RULE, AND:
                    tree = tree.left();
                    break;
                case CALL:
                    tree = tree.target();
                    break;
                case SEQUENCE:
                    if (!neverFails(tree.right())) {
                        return false;
                    }
                    tree = tree.left();
                    break;
                case CHOICE:
                    if (!failsAtHead(tree.left())) {
                        return false;
                    }
                    tree = tree.right();
                    break;
            }
        }
    }

    /** Whether code for it gets better by knowing what follows. */
    boolean needsFollow(Tree start) {
        Tree tree = start;
        while (true) {
            switch (tree.tag()) {
                case CHOICE, REPEAT:
                    return true;
                case CAPTURE:
                    tree = tree.left();
                    break;
                case SEQUENCE:
                    tree = tree.right();
                    break;
                default:
                    return false;
            }
        }
    }

    /** The bytes it may begin with when bytes of {@code follow} come after it. */
    First first(Tree start, CharSet follow) {
        Tree tree = start;
        CharSet after = follow;
        while (true) {
            state.spend(1);
            switch (tree.tag()) {
                case CHARACTER, SET, ANY:
                    return new First(tree.set(), First.NEEDS_ONE);
                case TRUE:
                    return new First(after, First.ACCEPTS_EMPTY);
                case FALSE, OPEN_CALL:
                    return new First(CharSet.EMPTY, First.NEEDS_ONE);
                case CHOICE:
                    return firstOfChoice(tree, after);
                case SEQUENCE:
                    if (nullable(tree.left())) {
                        return firstOfSequence(tree, after);
                    }
                    after = CharSet.FULL;
                    tree = tree.left();
                    break;
                case REPEAT:
                    return new First(union(first(tree.left(), after).set(), after), First.ACCEPTS_EMPTY);
                case CAPTURE, GRAMMAR, RULE:
                    tree = tree.left();
                    break;
                case RUNTIME:
                    First body = first(tree.left(), CharSet.FULL);
                    return body.certain() ? body : new First(body.set(), First.ACCEPTS_UNKNOWN);
                case CALL:
                    tree = tree.target();
                    break;
                case AND:
                    First ahead = first(tree.left(), after);
                    return new First(ahead.set().intersection(after), ahead.accepts());
                case NOT:
                    if (tree.left().set() != null) {
                        return new First(tree.left().set().complement(), First.ACCEPTS_EMPTY);
                    }
                    return firstOfPredicate(tree, after);
                case BEHIND:
                    return firstOfPredicate(tree, after);
            }
        }
    }

    /** It tells nothing of the first byte, only whether there are match-time captures. */
    private First firstOfPredicate(Tree tree, CharSet after) {
        return new First(after, first(tree.left(), after).accepts() | First.ACCEPTS_EMPTY);
    }

    private CharSet union(CharSet a, CharSet b) {
        state.spend(8);
        return a.union(b);
    }

    private First firstOfChoice(Tree choice, CharSet after) {
        First all = first(choice.left(), after);
        Tree rest = choice.right();
        while (true) {
            boolean last = rest.tag() != Tag.CHOICE;
            First next = first(last ? rest : rest.left(), after);
            all = new First(union(all.set(), next.set()), all.accepts() | next.accepts());
            if (last) {
                return all;
            }
            rest = rest.right();
        }
    }

    private First firstOfSequence(Tree sequence, CharSet after) {
        First second = first(sequence.right(), after);
        First whole = first(sequence.left(), second.set());
        if (whole.certain()) {
            return whole;
        }
        boolean unknown = ((whole.accepts() | second.accepts()) & First.ACCEPTS_UNKNOWN) != 0;
        return new First(whole.set(), unknown ? First.ACCEPTS_UNKNOWN : second.accepts());
    }
}
