package dev.mysqlproxy.testing.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Something that reads bytes of strangers. Used by one thread. */
public interface FuzzTarget {

    /** Bytes that an execution may allocate whatever the input's length. */
    long ALLOWANCE = 8 << 20;

    /** One word, the name of the corpus file too. */
    String name();

    /** Valid inputs, from which the others are made. */
    List<byte[]> seeds();

    /** Bytes of settings at the beginning of an input, before packets with headers; -1 when there are no packets. */
    default int packetsFrom() {
        return -1;
    }

    /** Spoils an input, with parts of another one. */
    default byte[] spoil(byte[] input, byte[] other, Mutator mutator) {
        return mutator.mutate(input, other, packetsFrom());
    }

    /**
     * Reads an input.
     *
     * @return what came of it, in few words without values of the input: one of few, or the fuzzer's memory is wasted
     * @throws Throwable whatever should not happen
     */
    String run(byte[] input) throws Throwable;

    /** A refusal in words that do not depend on its numbers. */
    static String refusal(Exception refusal) {
        return refusal.getClass().getSimpleName() + ": " + refusal.getMessage().replaceAll("0x[0-9a-f]+|[0-9]+", "#");
    }

    /** Chunks that depend on the input alone, so that an input is all that is needed to repeat a finding. */
    static RandomGenerator chunksOf(byte[] input) {
        return new SplittableRandom(Arrays.hashCode(input));
    }
}
