package dev.mysqlproxy.api.option;

import java.util.Optional;

/**
 * The values of the options of this run. Any thread. What is {@link Option#changeable()} may be another value each time; the
 * others stay.
 */
public interface OptionValues {

    /**
     * The value given, else the default.
     *
     * @throws IllegalStateException when there is neither
     * @throws IllegalArgumentException when the option was not declared
     */
    <T> T get(Option<T> option);

    /** The value given, else the default, else empty. */
    <T> Optional<T> find(Option<T> option);

    /** Whether somebody gave a value, by command line or file. */
    boolean isGiven(Option<?> option);
}
