package org.luaj.vm2.compiler;

import dev.mysqlproxy.plugin.lua.vm.ChunkName;
import dev.mysqlproxy.plugin.lua.vm.ScriptError;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** Cuts Lua 5.1 source into tokens. Works on bytes: what stands between quotes is kept as it is. */
final class Lua51Lexer {

    private static final int END = -1;
    private static final String[] WORDS = {
        "and",
        "break",
        "do",
        "else",
        "elseif",
        "end",
        "false",
        "for",
        "function",
        "if",
        "in",
        "local",
        "nil",
        "not",
        "or",
        "repeat",
        "return",
        "then",
        "true",
        "until",
        "while"
    };
    private static final Map<LuaString, Integer> RESERVED = new HashMap<>();

    static {
        for (String word : WORDS) {
            int at = Arrays.asList(LexState.luaX_tokens).indexOf(word);
            RESERVED.put(LuaString.valueOf(word), LexState.FIRST_RESERVED + at);
        }
    }

    /** Kind of the current token: a character or one of the TK_ constants of {@link LexState}. */
    int token;

    /** Its string, name or number. */
    LuaValue value;

    /** Kind of the token after it, TK_EOS when none was read ahead. */
    int ahead = LexState.TK_EOS;

    int line = 1;

    /** Line of the last token consumed. */
    int lastLine = 1;

    private final byte[] source;
    private final LuaString name;
    private final Map<LuaString, LuaString> strings = new HashMap<>();
    private LuaValue aheadValue;
    private int at;
    private int current;
    private byte[] buffer = new byte[64];
    private int length;

    Lua51Lexer(byte[] source, LuaString name) {
        this.source = source;
        this.name = name;
        current = source.length > 0 ? source[0] & 0xff : END;
    }

    /** Goes to the next token. */
    void next() {
        lastLine = line;
        if (ahead == LexState.TK_EOS) {
            token = scan();
        } else {
            token = ahead;
            value = aheadValue;
            ahead = LexState.TK_EOS;
        }
    }

    /** Reads one token ahead. */
    int lookahead() {
        LuaValue kept = value;
        ahead = scan();
        aheadValue = value;
        value = kept;
        return ahead;
    }

    /** An error of syntax, near a token when that is not 0. */
    ScriptError error(String message, int near) {
        String text = ChunkName.inSyntaxErrors(name) + ":" + line + ": " + message;
        return ScriptError.latin1(near == 0 ? text : text + " near '" + text(near) + "'");
    }

    /** How a kind of token is written in messages. */
    static String describe(int token) {
        if (token >= LexState.FIRST_RESERVED) {
            return token == LexState.TK_EOS ? "<eof>" : LexState.luaX_tokens[token - LexState.FIRST_RESERVED];
        }
        return token < ' ' || token == 127 ? "char(" + token + ")" : String.valueOf((char) token);
    }

    private String text(int near) {
        if (near == LexState.TK_NAME || near == LexState.TK_STRING || near == LexState.TK_NUMBER) {
            int end = 0;
            while (end < length && buffer[end] != 0) {
                end++;
            }
            return new String(buffer, 0, end, StandardCharsets.ISO_8859_1);
        }
        return describe(near);
    }

    LuaString intern(LuaString string) {
        LuaString known = strings.putIfAbsent(string, string);
        return known == null ? string : known;
    }

    private LuaString buffered(int from, int count) {
        return intern(LuaString.valueOf(buffer, from, count));
    }

    private void advance() {
        at++;
        current = at < source.length ? source[at] & 0xff : END;
    }

    private void save(int c) {
        if (length == buffer.length) {
            buffer = Arrays.copyOf(buffer, length * 2);
        }
        buffer[length++] = (byte) c;
    }

    private void saveAndAdvance() {
        save(current);
        advance();
    }

    private boolean take(int c) {
        if (current == c) {
            advance();
            return true;
        }
        return false;
    }

    private void newline() {
        int old = current;
        advance();
        if ((current == '\n' || current == '\r') && current != old) {
            advance();
        }
        line++;
    }

    private int scan() {
        length = 0;
        while (true) {
            switch (current) {
                case '\n', '\r' -> newline();
                case ' ', '\t', '\f', 0x0b -> advance();
                case '-' -> {
                    advance();
                    if (current != '-') {
                        return '-';
                    }
                    comment();
                }
                case '[' -> {
                    int level = separator();
                    if (level >= 0) {
                        longString(level, true);
                        return LexState.TK_STRING;
                    }
                    if (level == -1) {
                        return '[';
                    }
                    throw error("invalid long string delimiter", LexState.TK_STRING);
                }
                case '"', '\'' -> {
                    string(current);
                    return LexState.TK_STRING;
                }
                case END -> {
                    return LexState.TK_EOS;
                }
                default -> {
                    return symbolOrWord();
                }
            }
        }
    }

    private int symbolOrWord() {
        int c = current;
        if (isDigit(c)) {
            numeral();
            return LexState.TK_NUMBER;
        }
        if (isNameStart(c)) {
            return word();
        }
        if (c == '.') {
            return dots();
        }
        advance();
        return switch (c) {
            case '=' -> take('=') ? LexState.TK_EQ : c;
            case '<' -> take('=') ? LexState.TK_LE : c;
            case '>' -> take('=') ? LexState.TK_GE : c;
            case '~' -> take('=') ? LexState.TK_NE : c;
            default -> c;
        };
    }

    private int word() {
        do {
            saveAndAdvance();
        } while (isNameStart(current) || isDigit(current));
        LuaString word = buffered(0, length);
        Integer reserved = RESERVED.get(word);
        if (reserved != null) {
            return reserved;
        }
        value = word;
        return LexState.TK_NAME;
    }

    private int dots() {
        saveAndAdvance();
        if (take('.')) {
            return take('.') ? LexState.TK_DOTS : LexState.TK_CONCAT;
        }
        if (!isDigit(current)) {
            return '.';
        }
        numeral();
        return LexState.TK_NUMBER;
    }

    private void comment() {
        advance();
        if (current == '[') {
            int level = separator();
            length = 0;
            if (level >= 0) {
                longString(level, false);
                length = 0;
                return;
            }
        }
        while (current != '\n' && current != '\r' && current != END) {
            advance();
        }
    }

    private void numeral() {
        do {
            saveAndAdvance();
        } while (isDigit(current) || current == '.');
        if (current == 'e' || current == 'E') {
            saveAndAdvance();
            if (current == '+' || current == '-') {
                saveAndAdvance();
            }
        }
        while (isNameStart(current) || isDigit(current)) {
            saveAndAdvance();
        }
        value = LuaString.valueOf(buffer, 0, length).tonumber();
        if (value.isnil()) {
            throw error("malformed number", LexState.TK_NUMBER);
        }
    }

    /** Reads {@code [==[}: the number of equal signs, or below 0 when it is none. */
    private int separator() {
        int bracket = current;
        int count = 0;
        saveAndAdvance();
        while (current == '=') {
            saveAndAdvance();
            count++;
        }
        return current == bracket ? count : -count - 1;
    }

    private void longString(int level, boolean keep) {
        saveAndAdvance();
        if (current == '\n' || current == '\r') {
            newline();
        }
        boolean open = true;
        while (open) {
            switch (current) {
                case END -> throw error(keep ? "unfinished long string" : "unfinished long comment", LexState.TK_EOS);
                case '[' -> {
                    if (separator() == level) {
                        saveAndAdvance();
                        if (level == 0) {
                            throw error("nesting of [[...]] is deprecated", '[');
                        }
                    }
                }
                case ']' -> {
                    if (separator() == level) {
                        saveAndAdvance();
                        open = false;
                    }
                }
                case '\n', '\r' -> {
                    save('\n');
                    newline();
                    length = keep ? length : 0;
                }
                default -> {
                    if (keep) {
                        save(current);
                    }
                    advance();
                }
            }
        }
        if (keep) {
            value = buffered(2 + level, length - 2 * (2 + level));
        }
    }

    private void string(int quote) {
        saveAndAdvance();
        while (current != quote) {
            switch (current) {
                case END -> throw error("unfinished string", LexState.TK_EOS);
                case '\n', '\r' -> throw error("unfinished string", LexState.TK_STRING);
                case '\\' -> escape();
                default -> saveAndAdvance();
            }
        }
        saveAndAdvance();
        value = buffered(1, length - 2);
    }

    private void escape() {
        advance();
        int c = current;
        switch (c) {
            case END -> {}
            case '\n', '\r' -> {
                save('\n');
                newline();
            }
            case 'a' -> escaped(7);
            case 'b' -> escaped('\b');
            case 'f' -> escaped('\f');
            case 'n' -> escaped('\n');
            case 'r' -> escaped('\r');
            case 't' -> escaped('\t');
            case 'v' -> escaped(0x0b);
            default -> {
                if (isDigit(c)) {
                    decimal();
                } else {
                    saveAndAdvance();
                }
            }
        }
    }

    private void escaped(int c) {
        save(c);
        advance();
    }

    private void decimal() {
        int code = 0;
        for (int i = 0; i < 3 && isDigit(current); i++) {
            code = code * 10 + current - '0';
            advance();
        }
        if (code > 255) {
            throw error("escape sequence too large", LexState.TK_STRING);
        }
        save(code);
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameStart(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }
}
