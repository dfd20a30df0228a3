package dev.mysqlproxy.core.session;

import dev.mysqlproxy.testing.fuzz.Mutator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What two peers of a session do, in order. As bytes: one of settings, then for each step three of length, one that
 * says who does what, and the bytes sent. Any bytes can be read as steps.
 *
 * @param settings bits that choose how the proxy reads and what it does with results
 * @param steps what happens
 */
record FuzzSteps(int settings, List<Step> steps) {

    private static final int HEADER = 4;
    private static final int MOST_STEPS = 40;

    /** What a peer does. */
    enum Act {
        SERVER_SENDS,
        CLIENT_SENDS,
        SERVER_ENDS,
        CLIENT_ENDS
    }

    /**
     * One of the things that happen.
     *
     * @param bytes what is sent, empty at an end
     */
    record Step(Act act, byte[] bytes) {}

    static FuzzSteps of(byte[] input) {
        List<Step> steps = new ArrayList<>();
        int at = 1;
        while (at + HEADER <= input.length && steps.size() < MOST_STEPS) {
            int length = Packets.length(Packets.part(input, at, at + HEADER));
            Act act = Act.values()[input[at + 3] & 3];
            int to = Math.min(input.length, at + HEADER + length);
            steps.add(new Step(act, Packets.part(input, at + HEADER, to)));
            at = to;
        }
        return new FuzzSteps(input.length == 0 ? 0 : input[0], steps);
    }

    byte[] toBytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(settings);
        for (Step step : steps) {
            int length = step.bytes.length;
            all.writeBytes(new byte[] {
                (byte) length,
                (byte) (length >> 8),
                (byte) (length >> 16),
                (byte) List.of(Act.values()).indexOf(step.act)
            });
            all.writeBytes(step.bytes);
        }
        return all.toByteArray();
    }

    /** The same, with a step that is spoilt, missing, doubled, too early or from elsewhere. */
    FuzzSteps spoilt(FuzzSteps other, Mutator mutator) {
        List<Step> changed = new ArrayList<>(steps);
        if (changed.isEmpty() || other.steps.isEmpty()) {
            return other;
        }
        int at = mutator.below(changed.size());
        Step step = changed.get(at);
        switch (mutator.below(12)) {
            case 0 -> changed.remove(at);
            case 1 -> changed.add(at, step);
            case 2 -> changed.set(at, changed.set(mutator.below(changed.size()), step));
            case 3 -> changed.add(at, mutator.oneOf(other.steps));
            case 4 -> changed.add(at, new Step(Act.values()[mutator.below(Act.values().length)], new byte[0]));
            case 5 -> {
                // in two writes
                int middle = mutator.below(step.bytes.length + 1);
                changed.set(at, new Step(step.act, Arrays.copyOf(step.bytes, middle)));
                changed.add(at + 1, new Step(step.act, Packets.part(step.bytes, middle, step.bytes.length)));
            }
            case 6 -> {
                return new FuzzSteps(mutator.below(256), changed);
            }
            default -> {
                byte[] spoilt = mutator.mutate(step.bytes, mutator.oneOf(other.steps).bytes, 0);
                changed.set(at, new Step(step.act, spoilt));
            }
        }
        return new FuzzSteps(settings, changed.subList(0, Math.min(changed.size(), MOST_STEPS)));
    }
}
