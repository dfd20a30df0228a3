package dev.mysqlproxy.protocol.fuzz;

import dev.mysqlproxy.testing.fuzz.Corpus;
import dev.mysqlproxy.testing.fuzz.FuzzRun;
import dev.mysqlproxy.testing.fuzz.FuzzTarget;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything in this module that reads bytes of strangers, with saved inputs and with spoilt ones. */
class ProtocolFuzzTest {

    static List<FuzzTarget> targets() {
        return Stream.of(
                        MessageTargets.all(),
                        LoginTargets.all(),
                        StreamTargets.all(),
                        HopTargets.all(),
                        SqlTargets.all())
                .flatMap(List::stream)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void savedInputs(FuzzTarget target) throws Throwable {
        for (byte[] input : Corpus.load(target.name())) {
            target.run(input);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void spoiltInputs(FuzzTarget target) {
        FuzzRun.of(target);
    }
}
