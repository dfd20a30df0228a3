package dev.mysqlproxy.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What hooks find in a command, which lies somewhere in what the client has sent. */
class CommandViewTest {

    private static final int LIMIT = 5000;
    private static final int COM_QUERY = 3;
    /** A block of one attribute, by the name and with the value "secret". */
    private static final byte[] ATTRIBUTES = {
        1, 1, 0, 1, (byte) 0xfd, 0, 6, 's', 'e', 'c', 'r', 'e', 't', 6, 's', 'e', 'c', 'r', 'e', 't'
    };

    private final ByteBuf input = Unpooled.buffer();
    private CommandView view;

    @AfterEach
    void release() {
        input.release();
        if (view != null) {
            view.release();
        }
        assertThat(input.refCnt()).isZero();
    }

    private CommandView read(byte[] attributes, String statement, String behind) {
        input.writeBytes(ascii("xyz")).skipBytes(3);
        input.writeMediumLE(1 + attributes.length + statement.length()).writeByte(0);
        input.writeByte(COM_QUERY).writeBytes(attributes).writeBytes(ascii(statement));
        input.writeBytes(ascii(behind));
        view = CommandView.read(input, LIMIT, attributes.length > 0);
        return view;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void findsWhatTheStatementHasAndNothingElse() {
        CommandView command = read(new byte[0], "abab abc d", "def");
        assertThat(command.contains(ascii("abc"))).isTrue();
        assertThat(command.contains(ascii("abab"))).isTrue();
        assertThat(command.contains(ascii("d"))).isTrue();
        assertThat(command.contains(ascii("abab abc d"))).isTrue();
        assertThat(command.contains(ascii("de"))).isFalse();
        assertThat(command.contains(ascii("ABC"))).isFalse();
        assertThat(command.contains(ascii("abab abc de"))).isFalse();
        assertThat(command.contains(ascii("\3abab"))).isFalse();
        assertThat(command.contains(ascii("z"))).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> command.contains(new byte[0]));
    }

    @Test
    void anEmptyStatementHasNothing() {
        assertThat(read(new byte[0], "", "abc").contains(ascii("a"))).isFalse();
    }

    @Test
    void attributesAreNoPartOfTheStatement() {
        CommandView command = read(ATTRIBUTES, "SELECT 1", "");
        assertThat(command.contains(ascii("secret"))).isFalse();
        assertThat(command.contains(ascii("SELECT 1"))).isTrue();
        assertThat(command.text()).isEqualTo("SELECT 1");
        assertThat(command.attributes())
                .singleElement()
                .satisfies(attribute -> assertThat(attribute.name()).isEqualTo("secret"));
        byte[] into = new byte[6];
        assertThat(command.copyStatement(into, 2, 4)).isEqualTo(4);
        assertThat(into).isEqualTo(ascii("\0\0SELE"));
        assertThat(command.packet()).isEqualTo(ascii("\3SELECT 1"));
        assertThat(command.statement(3)).isEqualTo(ascii("SEL"));
    }

    @Test
    void aShortOneDoesNotHoldOnToTheInput() {
        CommandView command = read(new byte[0], "SELECT 1", "next");
        assertThat(input.refCnt()).isEqualTo(1);
        input.setZero(0, input.writerIndex());
        assertThat(command.text()).isEqualTo("SELECT 1");
        assertThat(command.length()).isEqualTo(9);
        assertThat(command.payload().toString(StandardCharsets.US_ASCII)).isEqualTo("\3SELECT 1");
    }

    @Test
    void aLongerOneStaysWhenTheInputIsReadAndReleased() {
        String statement = "SELECT '" + "long".repeat(500) + "'";
        CommandView command = read(new byte[0], statement, "next");
        input.skipBytes(input.readableBytes());
        assertThat(input.refCnt()).isEqualTo(2);
        assertThat(command.text()).isEqualTo(statement);
        assertThat(command.contains(ascii("gl"))).isTrue();
        assertThat(command.contains(ascii("next"))).isFalse();
        assertThat(command.payload().toString(StandardCharsets.US_ASCII)).isEqualTo("\3" + statement);
    }

    @Test
    void theBeginningOfALongOneIsShown() {
        input.writeMediumLE(9000).writeByte(0).writeByte(COM_QUERY).writeBytes(new byte[6000]);
        view = CommandView.read(input, LIMIT, false);
        assertThat(view.complete()).isFalse();
        assertThat(view.length()).isEqualTo(9000);
        assertThat(view.statement()).hasSize(LIMIT - 1);
    }
}
