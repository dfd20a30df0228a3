package dev.mysqlproxy.testing.fuzz;

import java.util.HexFormat;

/**
 * An input that did what none may do.
 *
 * @param target the target's name
 * @param input the input, made as short as was possible in a few tries
 * @param problem what happened
 */
public record Finding(String target, byte[] input, Throwable problem) {

    /** For people: what to add to the corpus, and where. */
    public String report() {
        return "fuzz target '" + target + "' failed with " + problem + "; to keep the input for regression tests, fix"
                + " the bug and add this line to src/test/resources/corpus/" + target + ".txt:\n"
                + HexFormat.of().formatHex(input);
    }
}
