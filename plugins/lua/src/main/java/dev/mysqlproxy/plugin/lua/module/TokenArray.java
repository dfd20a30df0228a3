package dev.mysqlproxy.plugin.lua.module;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.protocol.sql.Normalizer;
import dev.mysqlproxy.protocol.sql.TokenKind;
import dev.mysqlproxy.protocol.sql.Tokenizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.luaj.vm2.LuaString;

/**
 * The tokens of a statement as where they are in it: ten bytes each, whatever their texts are. Texts are made when a
 * script asks for them.
 */
final class TokenArray {

    private static final int FIRST_CAPACITY = 16;
    private static final int BYTES_PER_TOKEN = 10;
    private static final int STEPS_SHIFT = 4;
    private static final int KIND = 0x0fff;
    private static final int QUOTED = 0x1000;
    private static final int UNESCAPED = 0x2000;
    private static final int REMOVED = 0x4000;

    private final byte[] sql;
    private short[] kinds = new short[FIRST_CAPACITY];
    private int[] spans = new int[2 * FIRST_CAPACITY];
    private int size;
    /** Texts that are not a part of the statement, for they stand there with quotes doubled. */
    private final Map<Integer, byte[]> unescaped = new HashMap<>();

    private TokenArray(byte[] sql) {
        this.sql = sql;
    }

    /** Cuts a statement up. The array is kept and must not change. */
    static TokenArray of(byte[] sql, Tokenizer tokenizer, LuaState state) {
        TokenArray tokens = new TokenArray(sql);
        state.spend(1 + (sql.length >> STEPS_SHIFT));
        tokenizer.reset(sql, 0, sql.length);
        try {
            while (tokenizer.next()) {
                tokens.add(tokenizer, state);
            }
        } finally {
            tokenizer.reset(new byte[0], 0, 0);
        }
        return tokens;
    }

    private void add(Tokenizer tokenizer, LuaState state) {
        if (size == kinds.length) {
            state.spend(size);
            state.building((long) BYTES_PER_TOKEN * 2 * size);
            kinds = Arrays.copyOf(kinds, 2 * size);
            spans = Arrays.copyOf(spans, 4 * size);
        }
        int kind = tokenizer.kind().id() | (tokenizer.isQuoted() ? QUOTED : 0);
        if (!tokenizer.isTextVerbatim()) {
            kind |= UNESCAPED;
            state.building(tokenizer.textEnd() - tokenizer.textStart());
            unescaped.put(size, tokenizer.textBytes());
        }
        kinds[size] = (short) kind;
        spans[2 * size] = tokenizer.textStart();
        spans[2 * size + 1] = tokenizer.textEnd();
        size++;
    }

    int size() {
        return size;
    }

    /** Whether there is a token here, from 0, that was not removed. */
    boolean has(int index) {
        return index >= 0 && index < size && (kinds[index] & REMOVED) == 0;
    }

    /** Takes a token out of its place; those behind it stay where they are. Those a script has got stay valid. */
    void remove(int index) {
        if (has(index)) {
            kinds[index] |= REMOVED;
        }
    }

    TokenKind kind(int index) {
        return TokenKind.byId(kinds[index] & KIND);
    }

    boolean isQuoted(int index) {
        return (kinds[index] & QUOTED) != 0;
    }

    LuaString text(int index, LuaState state) {
        byte[] bytes = bytes(index);
        int from = from(index);
        int length = to(index) - from;
        state.building(length);
        return LuaString.valueOf(bytes, from, length);
    }

    /** Appends what is here to a normalised statement. */
    void addTo(Normalizer normalizer) {
        for (int i = 0; i < size; i++) {
            if (has(i)) {
                normalizer.add(kind(i), bytes(i), from(i), to(i));
            }
        }
    }

    private byte[] bytes(int index) {
        return isUnescaped(index) ? unescaped.get(index) : sql;
    }

    private int from(int index) {
        return isUnescaped(index) ? 0 : spans[2 * index];
    }

    private int to(int index) {
        return isUnescaped(index) ? unescaped.get(index).length : spans[2 * index + 1];
    }

    private boolean isUnescaped(int index) {
        return (kinds[index] & UNESCAPED) != 0;
    }
}
