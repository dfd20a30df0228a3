package dev.mysqlproxy.plugin.lua.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowBytesTest {

    private static final byte[] COLUMN = {3, 'd', 'e', 'f'};
    private static final byte[] EOF = {(byte) 0xfe, 0, 0, 2, 0};
    private static final byte[] EOF_AND_MORE = {(byte) 0xfe, 0, 0, 10, 0};
    private static final byte[] OK_AS_EOF = {(byte) 0xfe, 0, 0, 2, 0, 0, 0};
    private static final byte[] OK = {0, 0, 0, 2, 0, 0, 0};
    private static final byte[] OK_AND_MORE = {0, 0, 0, 10, 0, 0, 0};
    private static final byte[] ERR = {(byte) 0xff, 1, 2};

    private static byte[] row(int length) {
        byte[] row = new byte[length];
        row[0] = (byte) (length - 1);
        return row;
    }

    @Test
    void repliesWithoutRows() {
        assertThat(RowBytes.of(List.of())).isZero();
        assertThat(RowBytes.of(List.of(OK))).isZero();
        assertThat(RowBytes.of(List.of(ERR))).isZero();
        assertThat(RowBytes.of(List.of(new byte[] {1}, COLUMN, EOF, EOF))).isZero();
    }

    @Test
    void bothFormsOfAResultSet() {
        assertThat(RowBytes.of(List.of(new byte[] {1}, COLUMN, EOF, row(5), row(6), EOF)))
                .isEqualTo(9 + 10);
        assertThat(RowBytes.of(List.of(new byte[] {1}, COLUMN, row(5), row(6), OK_AS_EOF)))
                .isEqualTo(9 + 10);
        assertThat(RowBytes.of(List.of(new byte[] {2}, COLUMN, COLUMN, EOF, row(5), ERR)))
                .isEqualTo(9);
    }

    @Test
    void severalResultSets() {
        assertThat(RowBytes.of(List.of(
                        new byte[] {1},
                        COLUMN,
                        EOF,
                        row(5),
                        EOF_AND_MORE,
                        OK_AND_MORE,
                        new byte[] {1},
                        COLUMN,
                        EOF,
                        row(7),
                        EOF)))
                .isEqualTo(9 + 11);
        assertThat(RowBytes.of(List.of(new byte[] {1}, COLUMN, EOF, row(5), EOF, row(7))))
                .isEqualTo(9);
    }

    @Test
    void rubbishEndsTheCount() {
        assertThat(RowBytes.of(List.of(new byte[] {(byte) 0xfb, 'f'}))).isZero();
        assertThat(RowBytes.of(List.of(new byte[] {9}, COLUMN))).isZero();
        assertThat(RowBytes.of(List.of(new byte[] {1}, COLUMN, EOF, row(5), new byte[] {(byte) 0xfe, 1})))
                .isEqualTo(9);
    }
}
