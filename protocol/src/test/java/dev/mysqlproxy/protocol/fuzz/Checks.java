package dev.mysqlproxy.protocol.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Assertions that cost nothing as long as they hold: they are made hundreds of thousands of times a second. */
final class Checks {

    private Checks() {}

    static void holds(boolean condition, Supplier<String> otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise.get());
        }
    }

    static void equal(Object actual, Object expected, String what) {
        holds(Objects.equals(actual, expected), () -> what + ": " + actual + " where it should be " + expected);
    }

    static ByteBuf written(Consumer<ByteBuf> encoder) {
        ByteBuf out = Unpooled.buffer();
        encoder.accept(out);
        return out;
    }
}
