package dev.mysqlproxy.plugin.lua.module.lpeg;

import java.util.Arrays;

/**
 * The code of a pattern: for each address an instruction, a number, where it jumps to, and a set or capture. An
 * instruction jumps when its test fails, or always.
 */
final class Program {

    static final byte END = 0;
    static final byte ANY = 1;
    static final byte CHARACTER = 2;
    static final byte SET = 3;
    static final byte TEST_ANY = 4;
    static final byte TEST_CHARACTER = 5;
    static final byte TEST_SET = 6;
    /** Takes all the bytes of a set that come. */
    static final byte SPAN = 7;
    /** Goes back by a number of bytes. */
    static final byte BEHIND = 8;

    static final byte JUMP = 9;
    static final byte CALL = 10;
    static final byte RETURN = 11;
    /** Remembers where to go on and from which byte, should something fail. */
    static final byte CHOICE = 12;
    /** Forgets the last choice. */
    static final byte COMMIT = 13;
    /** Moves the last choice to the present byte. */
    static final byte PARTIAL_COMMIT = 14;
    /** Forgets the last choice and goes back to its byte. */
    static final byte BACK_COMMIT = 15;

    static final byte FAIL = 16;
    static final byte FAIL_TWICE = 17;
    /** A capture of the number of bytes just matched. */
    static final byte FULL_CAPTURE = 18;

    static final byte OPEN_CAPTURE = 19;
    static final byte CLOSE_CAPTURE = 20;
    static final byte CLOSE_RUNTIME = 21;

    private byte[] instructions = new byte[16];
    private int[] numbers = new int[16];
    private int[] targets = new int[16];
    private CharSet[] sets = new CharSet[16];
    private Capture[] captures = new Capture[16];
    private int size;

    /** Appends an instruction and tells its address. */
    int add(byte instruction, int number) {
        if (size == instructions.length) {
            grow(2 * size);
        }
        instructions[size] = instruction;
        numbers[size] = number;
        targets[size] = size + 1;
        return size++;
    }

    int add(byte instruction, CharSet set) {
        int at = add(instruction, 0);
        sets[at] = set;
        return at;
    }

    int add(byte instruction, Capture capture, int number) {
        int at = add(instruction, number);
        captures[at] = capture;
        return at;
    }

    private void grow(int capacity) {
        instructions = Arrays.copyOf(instructions, capacity);
        numbers = Arrays.copyOf(numbers, capacity);
        targets = Arrays.copyOf(targets, capacity);
        sets = Arrays.copyOf(sets, capacity);
        captures = Arrays.copyOf(captures, capacity);
    }

    /** Where the next instruction goes. */
    int size() {
        return size;
    }

    void jump(int from, int to) {
        targets[from] = to;
    }

    void replace(int at, byte instruction) {
        instructions[at] = instruction;
    }

    /** Where a jump from here ends when jumps lead to jumps. */
    int finalTarget(int from) {
        int to = targets[from];
        for (int hops = 0; instructions[to] == JUMP && hops < size; hops++) {
            to = targets[to];
        }
        return to;
    }

    byte instruction(int at) {
        return instructions[at];
    }

    /** The byte of a character, the length of a step back or of a full capture, the number of a called rule. */
    int number(int at) {
        return numbers[at];
    }

    int target(int at) {
        return targets[at];
    }

    CharSet set(int at) {
        return sets[at];
    }

    Capture capture(int at) {
        return captures[at];
    }
}
