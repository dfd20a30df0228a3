package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * Lua 5.1's patterns, matched against one subject. Positions are from 0. A pattern ends at its first zero byte, as it
 * does there. Matching pays for its steps, so that a pattern of exponential cost is stopped with its script.
 */
final class LuaPattern {

    private static final int MAX_CAPTURES = 32;
    private static final int MAX_DEPTH = 500;
    private static final int[] NO_CAPTURES = {};
    private static final int UNFINISHED = -1;
    private static final int POSITION = -2;
    private static final int NO_MATCH = -1;
    private static final int STEPS_AT_ONCE = 256;

    private final LuaState state;
    private final LuaString subject;
    private final LuaString pattern;
    private final int patternEnd;
    private final int[] starts;
    private final int[] lengths;
    private int captures;
    private int depth;
    private int steps;

    LuaPattern(LuaState state, LuaString subject, LuaString pattern) {
        this.state = state;
        this.subject = subject;
        this.pattern = pattern;
        int zero = pattern.indexOf((byte) 0, 0);
        patternEnd = zero < 0 ? pattern.m_length : zero;
        boolean capturing = pattern.indexOf((byte) '(', 0) >= 0;
        starts = capturing ? new int[MAX_CAPTURES] : NO_CAPTURES;
        lengths = capturing ? new int[MAX_CAPTURES] : NO_CAPTURES;
    }

    /** Whether the pattern begins with an anchor, which is then to be left out of the match. */
    boolean anchored() {
        return at(0) == '^';
    }

    /** End of the match that starts here with the pattern from this byte on, or -1. */
    int match(int start, int patternStart) {
        captures = 0;
        return matchHere(start, patternStart);
    }

    /** All captures of the last match; without any the whole match if there is a start, nothing if that is negative. */
    Varargs captures(int start, int end) {
        int count = captures == 0 && start >= 0 ? 1 : captures;
        LuaValue[] values = new LuaValue[count];
        for (int at = 0; at < count; at++) {
            values[at] = capture(at, start, end);
        }
        return LuaValue.varargsOf(values);
    }

    /** A capture of the last match, from 0; the first one is the whole match if there are none. */
    LuaValue capture(int index, int start, int end) {
        if (index >= captures) {
            if (index != 0) {
                throw new LuaError("invalid capture index");
            }
            return subject.substring(start, end);
        }
        if (lengths[index] == UNFINISHED) {
            throw new LuaError("unfinished capture");
        }
        return lengths[index] == POSITION
                ? LuaValue.valueOf(starts[index] + 1)
                : subject.substring(starts[index], starts[index] + lengths[index]);
    }

    /** A byte of the pattern, 0 after its end. */
    private int at(int index) {
        return index < patternEnd ? pattern.luaByte(index) : 0;
    }

    private void step() {
        if (++steps >= STEPS_AT_ONCE) {
            state.spend(steps);
            steps = 0;
        }
    }

    private int matchHere(int from, int patternFrom) {
        if (++depth > MAX_DEPTH) {
            throw new LuaError("pattern too complex");
        }
        try {
            return matchItems(from, patternFrom);
        } finally {
            depth--;
        }
    }

    private int matchItems(int from, int patternFrom) {
        int s = from;
        int p = patternFrom;
        while (true) {
            step();
            int item = at(p);
            if (p >= patternEnd) {
                return s;
            }
            if (item == '(') {
                return at(p + 1) == ')' ? open(s, p + 2, POSITION) : open(s, p + 1, UNFINISHED);
            }
            if (item == ')') {
                return close(s, p + 1);
            }
            if (item == '$' && p + 1 == patternEnd) {
                return s == subject.m_length ? s : NO_MATCH;
            }
            if (item == '%' && isSpecial(at(p + 1))) {
                s = matchSpecial(s, p);
                p = at(p + 1) == 'b' ? p + 4 : at(p + 1) == 'f' ? itemEnd(p + 2) : p + 2;
                if (s < 0) {
                    return NO_MATCH;
                }
                continue;
            }
            int end = itemEnd(p);
            boolean one = matchesOne(s, p, end);
            int repeat = at(end);
            if (repeat == '*' || (repeat == '+' && one)) {
                return expand(repeat == '*' ? s : s + 1, p, end);
            }
            if (repeat == '-') {
                return expandLazily(s, p, end);
            }
            if (repeat == '?') {
                if (one) {
                    int result = matchHere(s + 1, end + 1);
                    if (result >= 0) {
                        return result;
                    }
                }
                p = end + 1;
            } else if (one && repeat != '+') {
                s++;
                p = end;
            } else {
                return NO_MATCH;
            }
        }
    }

    private static boolean isSpecial(int letter) {
        return letter == 'b' || letter == 'f' || (letter >= '0' && letter <= '9');
    }

    /** Balance, frontier or an earlier capture. */
    @SuppressWarnings("OrphanedFormatString") // a pattern's %f
    private int matchSpecial(int s, int p) {
        int letter = at(p + 1);
        if (letter == 'b') {
            return matchBalance(s, p + 2);
        }
        if (letter == 'f') {
            if (at(p + 2) != '[') {
                throw new LuaError("missing '[' after '%f' in pattern");
            }
            int end = itemEnd(p + 2);
            int before = s == 0 ? 0 : subject.luaByte(s - 1);
            int here = s < subject.m_length ? subject.luaByte(s) : 0;
            return !inSet(before, p + 2, end - 1) && inSet(here, p + 2, end - 1) ? s : NO_MATCH;
        }
        int index = letter - '1';
        if (index < 0 || index >= captures || lengths[index] == UNFINISHED) {
            throw new LuaError("invalid capture index");
        }
        int length = lengths[index];
        if (length < 0 || subject.m_length - s < length) {
            return NO_MATCH;
        }
        return LuaString.equals(subject, starts[index], subject, s, length) ? s + length : NO_MATCH;
    }

    private int matchBalance(int s, int p) {
        if (p + 1 >= patternEnd) {
            throw new LuaError("unbalanced pattern");
        }
        int opening = at(p);
        int closing = at(p + 1);
        if (s >= subject.m_length || subject.luaByte(s) != opening) {
            return NO_MATCH;
        }
        int open = 1;
        for (int at = s + 1; at < subject.m_length; at++) {
            step();
            int here = subject.luaByte(at);
            if (here == closing) {
                if (--open == 0) {
                    return at + 1;
                }
            } else if (here == opening) {
                open++;
            }
        }
        return NO_MATCH;
    }

    private int expand(int s, int p, int end) {
        int most = s;
        while (matchesOne(most, p, end)) {
            step();
            most++;
        }
        for (int at = most; at >= s; at--) {
            int result = matchHere(at, end + 1);
            if (result >= 0) {
                return result;
            }
        }
        return NO_MATCH;
    }

    private int expandLazily(int s, int p, int end) {
        for (int at = s; true; at++) {
            int result = matchHere(at, end + 1);
            if (result >= 0) {
                return result;
            }
            if (!matchesOne(at, p, end)) {
                return NO_MATCH;
            }
        }
    }

    private int open(int s, int p, int kind) {
        if (captures >= MAX_CAPTURES) {
            throw new LuaError("too many captures");
        }
        starts[captures] = s;
        lengths[captures] = kind;
        captures++;
        int result = matchHere(s, p);
        if (result < 0) {
            captures--;
        }
        return result;
    }

    private int close(int s, int p) {
        int index = captures - 1;
        while (index >= 0 && lengths[index] != UNFINISHED) {
            index--;
        }
        if (index < 0) {
            throw new LuaError("invalid pattern capture");
        }
        lengths[index] = s - starts[index];
        int result = matchHere(s, p);
        if (result < 0) {
            lengths[index] = UNFINISHED;
        }
        return result;
    }

    /** Where the single-character item that starts here ends. */
    private int itemEnd(int start) {
        int item = at(start);
        if (item == '%') {
            if (start + 1 >= patternEnd) {
                throw new LuaError("malformed pattern (ends with '%')");
            }
            return start + 2;
        }
        if (item != '[') {
            return start + 1;
        }
        int at = at(start + 1) == '^' ? start + 2 : start + 1;
        do {
            if (at >= patternEnd) {
                throw new LuaError("malformed pattern (missing ']')");
            }
            if (at(at++) == '%' && at < patternEnd) {
                at++;
            }
        } while (at(at) != ']');
        return at + 1;
    }

    private boolean matchesOne(int s, int p, int end) {
        if (s >= subject.m_length) {
            return false;
        }
        int here = subject.luaByte(s);
        return switch (at(p)) {
            case '.' -> true;
            case '%' -> inClass(here, at(p + 1));
            case '[' -> inSet(here, p, end - 1);
            default -> at(p) == here;
        };
    }

    /** Whether a byte is in the set from its opening to its closing bracket. */
    private boolean inSet(int here, int opening, int closing) {
        boolean wanted = at(opening + 1) != '^';
        for (int at = wanted ? opening + 1 : opening + 2; at < closing; at++) {
            int item = at(at);
            if (item == '%') {
                at++;
                if (inClass(here, at(at))) {
                    return wanted;
                }
            } else if (at(at + 1) == '-' && at + 2 < closing) {
                if (item <= here && here <= at(at + 2)) {
                    return wanted;
                }
                at += 2;
            } else if (item == here) {
                return wanted;
            }
        }
        return !wanted;
    }

    /** Whether a byte is in the class of this letter; an upper-case one is the opposite. What is no class is itself. */
    private static boolean inClass(int here, int letter) {
        if (!isLetter(letter)) {
            return here == letter;
        }
        boolean upper = letter < 'a';
        return switch (letter | 0x20) {
            case 'a' -> isLetter(here) != upper;
            case 'c' -> (here < ' ' || here == 0x7f) != upper;
            case 'd' -> isDigit(here) != upper;
            case 'l' -> (here >= 'a' && here <= 'z') != upper;
            case 'p' -> (here > ' ' && here < 0x7f && !isLetter(here) && !isDigit(here)) != upper;
            case 's' -> NumberText.isSpace(here) != upper;
            case 'u' -> (here >= 'A' && here <= 'Z') != upper;
            case 'w' -> (isLetter(here) || isDigit(here)) != upper;
            case 'x' -> (isDigit(here) || ((here | 0x20) >= 'a' && (here | 0x20) <= 'f')) != upper;
            case 'z' -> (here == 0) != upper;
            default -> here == letter;
        };
    }

    private static boolean isLetter(int here) {
        return (here | 0x20) >= 'a' && (here | 0x20) <= 'z';
    }

    private static boolean isDigit(int here) {
        return here >= '0' && here <= '9';
    }
}
