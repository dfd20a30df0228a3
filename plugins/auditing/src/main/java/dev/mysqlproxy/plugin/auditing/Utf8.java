package dev.mysqlproxy.plugin.auditing;

/** Characters as bytes, without objects in between. */
final class Utf8 {

    private Utf8() {}

    /**
     * Writes the character that is at an index of a string; half a pair of surrogates as a question mark.
     *
     * @param target has room for four bytes
     * @return where the character ends
     */
    static int put(byte[] target, int position, String value, int index) {
        char c = value.charAt(index);
        int at = position;
        if (c < 0x80) {
            target[at++] = (byte) c;
        } else if (c < 0x800) {
            target[at++] = (byte) (0xc0 | c >> 6);
            target[at++] = (byte) (0x80 | c & 0x3f);
        } else if (!Character.isSurrogate(c)) {
            target[at++] = (byte) (0xe0 | c >> 12);
            target[at++] = (byte) (0x80 | c >> 6 & 0x3f);
            target[at++] = (byte) (0x80 | c & 0x3f);
        } else if (Character.isHighSurrogate(c)
                && index + 1 < value.length()
                && Character.isLowSurrogate(value.charAt(index + 1))) {
            int point = Character.toCodePoint(c, value.charAt(index + 1));
            target[at++] = (byte) (0xf0 | point >> 18);
            target[at++] = (byte) (0x80 | point >> 12 & 0x3f);
            target[at++] = (byte) (0x80 | point >> 6 & 0x3f);
            target[at++] = (byte) (0x80 | point & 0x3f);
        } else {
            target[at++] = '?';
        }
        return at;
    }

    /** The last index up to {@code limit} at which a character does not go on. */
    static int wholeCharacters(byte[] bytes, int start, int limit) {
        int at = limit;
        while (at > start && at > limit - 4 && (bytes[at] & 0xc0) == 0x80) {
            at--;
        }
        return at;
    }

    /**
     * Length of the character that begins at an index: 1 to 4 bytes; 0 when there is none that is well formed.
     *
     * @see <a href="https://www.unicode.org/versions/Unicode15.0.0/ch03.pdf">Table 3-7, Well-Formed UTF-8 Byte
     *     Sequences</a>
     */
    static int length(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        int length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
        if (length == 0 || end - at < length) {
            return 0;
        }
        int second = bytes[at + 1] & 0xff;
        int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (second < least || second > most) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return length;
    }
}
