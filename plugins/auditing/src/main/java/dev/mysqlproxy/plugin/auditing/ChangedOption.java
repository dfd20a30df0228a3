package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import java.util.Optional;

/**
 * Options of which one has another value.
 *
 * @param others the values of the others
 * @param option the one
 * @param value its value
 */
record ChangedOption<C>(OptionValues others, Option<C> option, C value) implements OptionValues {

    @Override
    @SuppressWarnings("unchecked") // the very same option has values of the very same type
    public <T> T get(Option<T> asked) {
        return asked == option ? (T) value : others.get(asked);
    }

    @Override
    @SuppressWarnings("unchecked") // as above
    public <T> Optional<T> find(Option<T> asked) {
        return asked == option ? Optional.of((T) value) : others.find(asked);
    }

    @Override
    public boolean isGiven(Option<?> asked) {
        return asked == option || others.isGiven(asked);
    }
}
