package dev.mysqlproxy.plugin.auditing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineBufferTest {

    private static String text(LineBuffer out) {
        return UTF_8.decode(out.view()).toString();
    }

    private static String escaped(byte[] bytes) {
        LineBuffer out = new LineBuffer();
        out.putEscaped(bytes, 0, bytes.length);
        return text(out);
    }

    @Test
    void numbers() {
        LineBuffer out = new LineBuffer();
        for (long number : new long[] {0, 9, 10, 1234567890123456789L, Long.MAX_VALUE, -1}) {
            out.putNumber(number);
            out.put(' ');
        }
        out.putDigits(42, 6);
        assertThat(text(out)).isEqualTo("0 9 10 1234567890123456789 9223372036854775807 18446744073709551615 000042");
    }

    @Test
    void whatJsonDoesNotTakeIsEscaped() {
        assertThat(escaped("a\"b\\c\n\r\t\u0000\u001f\u007f/\u00e9\u20ac\ud83d\ude00".getBytes(UTF_8)))
                .isEqualTo("a\\\"b\\\\c\\n\\r\\t\\u0000\\u001f\\u007f/\u00e9\u20ac\ud83d\ude00");
    }

    @Test
    void whatIsNoUtf8IsReplaced() {
        assertThat(escaped(new byte[] {'a', (byte) 0xff, 'b', (byte) 0xc3})).isEqualTo("a\ufffdb\ufffd");
        // too long forms, surrogates, and what is beyond Unicode
        assertThat(escaped(new byte[] {(byte) 0xc0, (byte) 0x80})).isEqualTo("\ufffd\ufffd");
        assertThat(escaped(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80})).isEqualTo("\ufffd\ufffd\ufffd");
        assertThat(escaped(new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}))
                .hasSize(4);
    }

    @Test
    void anyBytesMakeAString() throws JsonProcessingException, CharacterCodingException {
        Random random = new Random(11);
        ObjectMapper mapper = new ObjectMapper();
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            LineBuffer out = new LineBuffer();
            out.put('"');
            out.putEscaped(bytes, 0, bytes.length);
            out.put('"');
            ByteBuffer view = out.view();
            String json = UTF_8.newDecoder().decode(view).toString();
            assertThat(mapper.readTree(json).isTextual()).isTrue();
        }
    }

    @Test
    void stringsAreWrittenAsJavaWouldAndCutAtCharacters() {
        for (String string : new String[] {"", "abc", "\u00e9\u20ac\ud83d\ude00", "lone \ud83d", "\ude00"}) {
            RecordBuilder builder = new RecordBuilder();
            builder.putString(string);
            byte[] expected = string.getBytes(UTF_8);
            assertThat(builder.length()).isEqualTo(4 + expected.length);
            assertThat(java.util.Arrays.copyOfRange(builder.bytes(), 4, builder.length()))
                    .isEqualTo(expected);
        }
        String many = "\u20ac".repeat(100);
        RecordBuilder builder = new RecordBuilder();
        builder.putString(many, 10);
        assertThat(new String(builder.bytes(), 4, builder.length() - 4, UTF_8)).isEqualTo("\u20ac\u20ac\u20ac");
    }
}
