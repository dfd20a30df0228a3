package dev.mysqlproxy.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.protocol.sql.StatementCase.Lexeme;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerRobustnessTest {
    /** Pieces that the rules treat specially, so that random strings of them meet every rule's edges. */
    private static final String[] PIECES =
            ("' \" ` '' `` \\ -- - /* */ /*! / * ! # . . . e E e5 1 1 27 + ( ) @ _ a b x $"
                            + " < > = : & | , ; ^ ~ select FROM Date transaction start \0 \u0080 \u00e9 \u00ff B"
                            + " SP SP SP LF CR TAB VT")
                    .split(" ");

    private static final Map<String, String> BLANKS =
            Map.of("SP", " ", "LF", "\n", "CR", "\r", "TAB", "\t", "VT", "\u000B");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void randomPiecesAreReadAsTheRulesSay(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            StringBuilder sql = new StringBuilder();
            for (int i = random.nextInt(24); i >= 0; i--) {
                String piece = PIECES[random.nextInt(PIECES.length)];
                sql.append(BLANKS.getOrDefault(piece, piece));
            }
            byte[] bytes = sql.toString().getBytes(StandardCharsets.ISO_8859_1);
            assertThat(Tokenizer.tokenize(bytes).stream().map(Lexeme::of))
                    .as(() -> "seed " + seed + ": " + sql)
                    .containsExactlyElementsOf(ReferenceLexer.tokenize(sql.toString()));
            assertCovers(bytes);
        }
    }

    /** Long quoted texts, as they are searched eight bytes at a time; 0x26, 0xA7 and the like are near misses. */
    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void randomLongStringsAreReadAsTheRulesSay(long seed) {
        Random random = new Random(seed);
        String rare = "'\"`\\&(\u00a7#\u00a2_a\u00e0[]\u00dc\n\0\u0080\u00ff";
        for (int round = 0; round < 2_000; round++) {
            StringBuilder sql = new StringBuilder().append(rare.charAt(random.nextInt(3)));
            for (int i = random.nextInt(60); i >= 0; i--) {
                sql.append(random.nextInt(6) == 0 ? rare.charAt(random.nextInt(rare.length())) : 'o');
            }
            byte[] bytes = sql.toString().getBytes(StandardCharsets.ISO_8859_1);
            assertThat(Tokenizer.tokenize(bytes).stream().map(Lexeme::of))
                    .as(() -> "seed " + seed + ": " + sql)
                    .containsExactlyElementsOf(ReferenceLexer.tokenize(sql.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void randomBytesAreCovered(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            assertCovers(bytes);
            assertThat(Normalizer.normalize(bytes)).isEqualTo(Normalizer.normalize(Tokenizer.tokenize(bytes)));
        }
    }

    static Stream<String> repeatedPieces() {
        String pieces =
                "' '' \\ '\\ ` /* /*! /** */ - --x # . 1 1. 1e 1e1. 1e1 1e+ a. a.1 a.1e a( ( \0 \u00ff @ x <=> 1,";
        return Stream.concat(Stream.of(pieces.split(" ")), Stream.of(" ", "\r\n", "-- ", "select "));
    }

    /** Inputs a tokenizer with any rescanning of more than a part would need hours for. */
    @ParameterizedTest
    @MethodSource("repeatedPieces")
    void hugeInputsOfOnePieceAreCovered(String piece) {
        byte[] unit = piece.getBytes(StandardCharsets.ISO_8859_1);
        byte[] huge = new byte[2 * 1024 * 1024];
        for (int i = 0; i < huge.length; i++) {
            huge[i] = unit[i % unit.length];
        }
        assertCovers(huge);
        assertCovers(huge, 1, huge.length - 1);
    }

    @Test
    void hugeTokensAfterAFirstPartAreCovered() {
        for (String start : List.of("1e1.", "a.", "1e1.1e1.", "1.", ".", "1e", "'", "/* ", "-- ", "x")) {
            byte[] huge = (start + "9".repeat(1024 * 1024)).getBytes(StandardCharsets.US_ASCII);
            assertCovers(huge);
        }
    }

    private static void assertCovers(byte[] sql) {
        assertCovers(sql, 0, sql.length);
    }

    /** Tokens follow each other, each takes at least a byte and nothing but blanks is left between them. */
    private static void assertCovers(byte[] sql, int offset, int length) {
        Tokenizer tokenizer = new Tokenizer().reset(sql, offset, length);
        int at = offset;
        while (tokenizer.next()) {
            boolean inOrder = at <= tokenizer.start()
                    && tokenizer.start() < tokenizer.end()
                    && tokenizer.start() <= tokenizer.textStart()
                    && tokenizer.textStart() <= tokenizer.textEnd()
                    && tokenizer.textEnd() <= tokenizer.end()
                    && tokenizer.end() <= offset + length;
            if (!inOrder || !isBlank(sql, at, tokenizer.start())) {
                throw new AssertionError("token at " + tokenizer.start() + " to " + tokenizer.end() + " after " + at);
            }
            at = tokenizer.end();
        }
        assertThat(isBlank(sql, at, offset + length)).isTrue();
    }

    private static boolean isBlank(byte[] sql, int from, int to) {
        for (int i = from; i < to; i++) {
            if (sql[i] != ' ' && (sql[i] < '\t' || sql[i] > '\r')) {
                return false;
            }
        }
        return true;
    }
}
