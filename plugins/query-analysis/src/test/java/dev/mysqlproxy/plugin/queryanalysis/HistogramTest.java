package dev.mysqlproxy.plugin.queryanalysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class HistogramTest {

    @Test
    void percentilesAreCloseToThoseOfTheSamples() {
        Random random = new Random(1);
        Histogram histogram = new Histogram();
        long[] samples = new long[100_000];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (long) Math.exp(12 + 2 * random.nextGaussian());
            histogram.add(samples[i]);
        }
        Arrays.sort(samples);
        for (double share : new double[] {0.5, 0.9, 0.95, 0.99, 0.999, 1}) {
            long exact = samples[(int) Math.ceil(share * samples.length) - 1];
            double error = Math.max(exact * 0.032, 1000);
            assertThat((double) histogram.percentile(share)).isCloseTo((double) exact, within(error));
        }
    }

    @Test
    void oneDurationIsEveryPercentile() {
        for (long nanos = 500; nanos < TimeUnit.DAYS.toNanos(20); nanos = nanos * 3 / 2) {
            Histogram histogram = new Histogram();
            histogram.add(nanos);
            assertThat((double) histogram.percentile(0.5))
                    .isCloseTo((double) nanos, within(Math.max(1000, nanos * 0.032)));
            assertThat(histogram.percentile(1)).isEqualTo(histogram.percentile(0.01));
        }
    }

    @Test
    void nothingAndTooMuchHaveTheirPlace() {
        Histogram histogram = new Histogram();
        assertThat(histogram.percentile(0.5)).isZero();
        histogram.add(-1);
        histogram.add(Long.MAX_VALUE);
        assertThat(histogram.percentile(0.5)).isLessThan(1000);
        assertThat(histogram.percentile(1)).isGreaterThan(TimeUnit.DAYS.toNanos(24));
    }

    @Test
    void twoAddUpToOne() {
        Histogram both = new Histogram();
        Histogram one = new Histogram();
        Histogram other = new Histogram();
        for (int i = 1; i < 5_000; i++) {
            (i % 3 == 0 ? one : other).add(i * 7_919L);
            both.add(i * 7_919L);
        }
        one.add(other);
        one.add(new Histogram());
        for (double share = 0.05; share <= 1; share += 0.05) {
            assertThat(one.percentile(share)).isEqualTo(both.percentile(share));
        }
    }

    @Test
    void memoryIsThatOfThePartInUse() {
        Histogram histogram = new Histogram();
        int bytes = histogram.add(1_000_000);
        for (int i = 0; i < 1_000; i++) {
            bytes += histogram.add(1_000_000 + i * 500L);
        }
        assertThat(bytes).isEqualTo(histogram.bytes()).isLessThan(200);
        bytes += histogram.add(1_000);
        bytes += histogram.add(TimeUnit.HOURS.toNanos(1));
        assertThat((double) bytes).isEqualTo(histogram.bytes()).isCloseTo(4_500, Percentage.withPercentage(40));
    }
}
