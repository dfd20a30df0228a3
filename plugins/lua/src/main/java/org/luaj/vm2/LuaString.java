package org.luaj.vm2;

import java.io.ByteArrayInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes, in the place of LuaJ's class of this name and with its interface. Differs in what Lua 5.1 does: bytes compare
 * unsigned, the hash is Lua's (over all bytes, when first asked for), numbers are read by C's rules. Immutable: who
 * makes one with {@code valueUsing} gives the array away. Any thread.
 */
public class LuaString extends LuaText {

    /** Shared by the whole JVM: stays null, each Lua state has its own. */
    public static LuaValue s_metatable;

    public final byte[] m_bytes;
    public final int m_offset;
    public final int m_length;

    /** 0 until asked for; two threads at worst compute the same. */
    private int hash;

    private LuaString(byte[] bytes, int offset, int length) {
        m_bytes = bytes;
        m_offset = offset;
        m_length = length;
    }

    /** In UTF-8. */
    public static LuaString valueOf(String string) {
        return valueUsing(string.getBytes(StandardCharsets.UTF_8));
    }

    public static LuaString valueOf(byte[] bytes) {
        return valueUsing(bytes.clone());
    }

    public static LuaString valueOf(byte[] bytes, int offset, int length) {
        return valueUsing(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    /** The low byte of each character. */
    public static LuaString valueOf(char[] characters) {
        return valueOf(characters, 0, characters.length);
    }

    /** The low byte of each character. */
    public static LuaString valueOf(char[] characters, int offset, int length) {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at++) {
            bytes[at] = (byte) characters[offset + at];
        }
        return valueUsing(bytes);
    }

    public static LuaString valueUsing(byte[] bytes) {
        return new LuaString(bytes, 0, bytes.length);
    }

    public static LuaString valueUsing(byte[] bytes, int offset, int length) {
        return new LuaString(bytes, offset, length);
    }

    /** From 0, the end not included. Shares the bytes unless it would keep more than twice as many alive. */
    public LuaString substring(int start, int end) {
        int length = end - start;
        if (length == m_length) {
            return this;
        }
        return length >= m_bytes.length / 2
                ? valueUsing(m_bytes, m_offset + start, length)
                : valueOf(m_bytes, m_offset + start, length);
    }

    @Override
    public int hashCode() {
        int known = hash;
        if (known == 0) {
            known = hashCode(m_bytes, m_offset, m_length);
            hash = known;
        }
        return known;
    }

    /** Lua 5.1's, but over all bytes of long strings, too, of which Lua skips most. */
    public static int hashCode(byte[] bytes, int offset, int length) {
        int hash = length;
        for (int at = offset + length - 1; at >= offset; at--) {
            hash ^= (hash << 5) + (hash >>> 2) + (bytes[at] & 0xff);
        }
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LuaString string && raweq(string);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a short cut
    public boolean raweq(LuaString other) {
        if (this == other) {
            return true;
        }
        if (m_length != other.m_length || (hash != 0 && other.hash != 0 && hash != other.hash)) {
            return false;
        }
        return equals(m_bytes, m_offset, other.m_bytes, other.m_offset, m_length);
    }

    public static boolean equals(LuaString a, int i, LuaString b, int j, int n) {
        return equals(a.m_bytes, a.m_offset + i, b.m_bytes, b.m_offset + j, n);
    }

    public static boolean equals(byte[] a, int i, byte[] b, int j, int n) {
        return i + n <= a.length && j + n <= b.length && Arrays.equals(a, i, i + n, b, j, j + n);
    }

    @Override
    public int strcmp(LuaString other) {
        return Arrays.compareUnsigned(
                m_bytes, m_offset, m_offset + m_length, other.m_bytes, other.m_offset, other.m_offset + other.m_length);
    }

    @Override
    public LuaValue concatTo(LuaString left) {
        byte[] bytes = new byte[left.m_length + m_length];
        System.arraycopy(left.m_bytes, left.m_offset, bytes, 0, left.m_length);
        System.arraycopy(m_bytes, m_offset, bytes, left.m_length, m_length);
        return valueUsing(bytes);
    }

    public void write(DataOutputStream out, int start, int length) throws IOException {
        out.write(m_bytes, m_offset + start, length);
    }

    /** The byte at this index, 0 to 255, unchecked. */
    public int luaByte(int index) {
        return m_bytes[m_offset + index] & 0xff;
    }

    public int charAt(int index) {
        if (index < 0 || index >= m_length) {
            throw new IndexOutOfBoundsException(index);
        }
        return luaByte(index);
    }

    public InputStream toInputStream() {
        return new ByteArrayInputStream(m_bytes, m_offset, m_length);
    }

    public void copyInto(int start, byte[] target, int offset, int length) {
        System.arraycopy(m_bytes, m_offset + start, target, offset, length);
    }

    public int indexOfAny(LuaString accepted) {
        for (int at = 0; at < m_length; at++) {
            if (accepted.indexOf((byte) luaByte(at), 0) >= 0) {
                return at;
            }
        }
        return -1;
    }

    public int indexOf(byte wanted, int start) {
        for (int at = start; at < m_length; at++) {
            if (m_bytes[m_offset + at] == wanted) {
                return at;
            }
        }
        return -1;
    }

    public int indexOf(LuaString wanted, int start) {
        for (int at = start; at <= m_length - wanted.m_length; at++) {
            if (equals(this, at, wanted, 0, wanted.m_length)) {
                return at;
            }
        }
        return -1;
    }

    public int lastIndexOf(LuaString wanted) {
        for (int at = m_length - wanted.m_length; at >= 0; at--) {
            if (equals(this, at, wanted, 0, wanted.m_length)) {
                return at;
            }
        }
        return -1;
    }

    /** What is not UTF-8 becomes the replacement character. */
    public static String decodeAsUtf8(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }

    public static int lengthAsUtf8(char[] characters) {
        return new String(characters).getBytes(StandardCharsets.UTF_8).length;
    }

    /** Returns the number of bytes written. */
    public static int encodeToUtf8(char[] characters, int count, byte[] bytes, int offset) {
        byte[] encoded = new String(characters, 0, count).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(encoded, 0, bytes, offset, encoded.length);
        return encoded.length;
    }

    public boolean isValidUtf8() {
        return Arrays.equals(
                tojstring().getBytes(StandardCharsets.UTF_8),
                Arrays.copyOfRange(m_bytes, m_offset, m_offset + m_length));
    }

    /** The bytes as they are. */
    public void printToStream(PrintStream out) {
        out.write(m_bytes, m_offset, m_length);
    }

    @Override
    public boolean isstring() {
        return true;
    }

    @Override
    public LuaValue getmetatable() {
        return s_metatable;
    }

    @Override
    public int type() {
        return TSTRING;
    }

    @Override
    public String typename() {
        return "string";
    }

    @Override
    public String tojstring() {
        return decodeAsUtf8(m_bytes, m_offset, m_length);
    }

    @Override
    public LuaValue concat(LuaValue right) {
        return right.concatTo(this);
    }

    @Override
    public Buffer concat(Buffer right) {
        return right.concatTo(this);
    }

    @Override
    public LuaValue concatTo(LuaNumber left) {
        return concatTo(left.strvalue());
    }

    @Override
    public int strcmp(LuaValue left) {
        return -left.strcmp(this);
    }

    @Override
    public LuaString optstring(LuaString otherwise) {
        return this;
    }

    @Override
    public LuaValue tostring() {
        return this;
    }

    @Override
    public String optjstring(String otherwise) {
        return tojstring();
    }

    @Override
    public LuaString strvalue() {
        return this;
    }

    @Override
    public LuaValue eq(LuaValue other) {
        return valueOf(eq_b(other));
    }

    @Override
    public boolean eq_b(LuaValue other) {
        return other.raweq(this);
    }

    @Override
    public boolean raweq(LuaValue other) {
        return other.raweq(this);
    }

    @Override
    public LuaValue len() {
        return LuaInteger.valueOf(m_length);
    }

    @Override
    public int length() {
        return m_length;
    }

    @Override
    public int rawlen() {
        return m_length;
    }

    @Override
    public String checkjstring() {
        return tojstring();
    }

    @Override
    public LuaString checkstring() {
        return this;
    }
}
