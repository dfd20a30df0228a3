package dev.mysqlproxy.plugin.lua.module.lpeg;

import java.util.ArrayList;
import java.util.List;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaValue;

/**
 * A node of a pattern. Nodes are shared between patterns and do not change, but for the rule a call leads to, which its
 * grammar sets once. Sequences and choices lean to the right, so that loops can walk along them.
 */
final class Tree {

    /** More nodes than a pattern may have. */
    static final int MAX_SIZE = 1 << 21;

    static final Tree ANY = new Tree(Tag.ANY, null, null, 1);
    static final Tree TRUE = new Tree(Tag.TRUE, null, null, 1);
    static final Tree FALSE = new Tree(Tag.FALSE, null, null, 1);

    private static final Tree[] CHARACTERS = characters();

    private final Tag tag;
    private final Tree left;
    private final Tree right;
    private final int size;
    private final boolean open;

    private int number;
    private CharSet set;
    private Capture capture;
    private LuaValue name = LuaValue.NIL;
    private List<Tree> rules = List.of();
    private Tree target;
    private boolean visited;

    /** What a node does. */
    enum Tag {
        CHARACTER,
        SET,
        ANY,
        TRUE,
        FALSE,
        REPEAT,
        SEQUENCE,
        CHOICE,
        NOT,
        AND,
        CALL,
        OPEN_CALL,
        RULE,
        GRAMMAR,
        BEHIND,
        CAPTURE,
        RUNTIME
    }

    private Tree(Tag tag, Tree left, Tree right, long size) {
        if (size > MAX_SIZE) {
            throw new LuaError("pattern too big");
        }
        this.tag = tag;
        this.left = left;
        this.right = right;
        this.size = (int) size;
        this.open = tag == Tag.OPEN_CALL || left != null && left.open || right != null && right.open;
    }

    private static Tree[] characters() {
        Tree[] all = new Tree[CharSet.SIZE];
        for (int c = 0; c < all.length; c++) {
            all[c] = new Tree(Tag.CHARACTER, null, null, 1);
            all[c].number = c;
            all[c].set = single(c);
        }
        return all;
    }

    private static CharSet single(int c) {
        return CharSet.of(other -> other == c);
    }

    static Tree character(int c) {
        return CHARACTERS[c];
    }

    static Tree set(CharSet set) {
        Tree tree = new Tree(Tag.SET, null, null, 1);
        tree.set = set;
        return tree;
    }

    /** One of {@code NOT}, {@code AND} and {@code REPEAT}. */
    static Tree unary(Tag tag, Tree body) {
        return new Tree(tag, body, null, body.size + 1L);
    }

    static Tree behind(Tree body, int length) {
        Tree tree = unary(Tag.BEHIND, body);
        tree.number = length;
        return tree;
    }

    static Tree capture(Tree body, Capture capture) {
        Tree tree = unary(Tag.CAPTURE, body);
        tree.capture = capture;
        return tree;
    }

    /** A match-time capture. */
    static Tree runtime(Tree body, LuaValue function) {
        Tree tree = unary(Tag.RUNTIME, body);
        tree.capture = Capture.of(Capture.Kind.GROUP, function);
        return tree;
    }

    static Tree openCall(LuaValue name) {
        Tree tree = new Tree(Tag.OPEN_CALL, null, null, 1);
        tree.name = name;
        return tree;
    }

    /** A call of a rule that is told later by {@link #leadTo}. */
    static Tree call(LuaValue name) {
        Tree tree = new Tree(Tag.CALL, null, null, 1);
        tree.name = name;
        return tree;
    }

    static Tree rule(LuaValue name, Tree body) {
        Tree tree = unary(Tag.RULE, body);
        tree.name = name;
        return tree;
    }

    /** A grammar of rules, the first its initial one. */
    static Tree grammar(List<Tree> rules) {
        long size = 1;
        for (Tree rule : rules) {
            size += rule.size;
        }
        Tree tree = new Tree(Tag.GRAMMAR, rules.get(0), null, size);
        tree.rules = rules;
        return tree;
    }

    static Tree sequence(Tree first, Tree second) {
        return join(Tag.SEQUENCE, first, second);
    }

    static Tree choice(Tree first, Tree second) {
        return join(Tag.CHOICE, first, second);
    }

    private static Tree join(Tag tag, Tree first, Tree second) {
        if (first.tag != tag) {
            return new Tree(tag, first, second, (long) first.size + second.size + 1);
        }
        List<Tree> parts = first.parts();
        parts.add(second);
        return join(tag, parts);
    }

    /** A sequence or choice of all the parts. */
    static Tree join(Tag tag, List<Tree> parts) {
        Tree joined = parts.get(parts.size() - 1);
        for (int i = parts.size() - 2; i >= 0; i--) {
            joined = join(tag, parts.get(i), joined);
        }
        return joined;
    }

    /** The parts of a sequence or choice. */
    List<Tree> parts() {
        List<Tree> parts = new ArrayList<>();
        Tree rest = this;
        while (rest.tag == tag) {
            parts.add(rest.left);
            rest = rest.right;
        }
        parts.add(rest);
        return parts;
    }

    Tag tag() {
        return tag;
    }

    /** The only child or the first one. */
    Tree left() {
        return left;
    }

    Tree right() {
        return right;
    }

    int size() {
        return size;
    }

    /** Whether it calls rules of a grammar it is not yet part of. */
    boolean open() {
        return open;
    }

    /** The byte of a {@code CHARACTER}, the length of a {@code BEHIND}. */
    int number() {
        return number;
    }

    /** The bytes this matches when it matches just one byte of a set, else null. */
    CharSet set() {
        return tag == Tag.ANY ? CharSet.FULL : set;
    }

    Capture capture() {
        return capture;
    }

    /** Name of a rule, or of the rule that is called. */
    LuaValue name() {
        return name;
    }

    List<Tree> rules() {
        return rules;
    }

    /** The rule of a {@code CALL}. */
    Tree target() {
        return target;
    }

    void leadTo(Tree rule) {
        target = rule;
    }

    /** Marks a call while what it calls is looked at; false when it is marked already. */
    boolean enter() {
        boolean first = !visited;
        visited = true;
        return first;
    }

    void leave() {
        visited = false;
    }
}
