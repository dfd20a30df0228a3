package dev.mysqlproxy.plugin.queryanalysis;

/**
 * How many values there were, their mean, and how they spread about it, by Welford's method. Two of them can be added up.
 * Not thread-safe.
 */
final class Moments {

    private long count;
    private double mean;
    /** Sum of the squared differences from the mean. */
    private double squares;

    void add(double value) {
        count++;
        double difference = value - mean;
        mean += difference / count;
        squares += difference * (value - mean);
    }

    /** Adds the values of another one, by the method of Chan, Golub and LeVeque. */
    void add(Moments other) {
        if (other.count == 0) {
            return;
        }
        double difference = other.mean - mean;
        long both = count + other.count;
        squares += other.squares + difference * difference * ((double) count * other.count / both);
        mean += difference * other.count / both;
        count = both;
    }

    /** Holds the values of another one, and no others. */
    void set(Moments other) {
        count = other.count;
        mean = other.mean;
        squares = other.squares;
    }

    long count() {
        return count;
    }

    double mean() {
        return mean;
    }

    double squares() {
        return squares;
    }

    /** Standard deviation; 0 for fewer than two values. */
    double spread() {
        return count < 2 ? 0 : Math.sqrt(squares / (count - 1));
    }
}
