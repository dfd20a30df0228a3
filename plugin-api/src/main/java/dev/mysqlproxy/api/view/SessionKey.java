package dev.mysqlproxy.api.view;

import java.util.Objects;

/**
 * Names a piece of per-session state. Two keys are the same only when they are the same object: keep each in a static
 * final field.
 *
 * @param <T> type of the state
 */
@SuppressWarnings("UnusedTypeParameter") // ties a key to the type of its state
public final class SessionKey<T> {

    private final String name;

    /** A new key; the name only serves people who debug. */
    public SessionKey(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    @Override
    public String toString() {
        return name;
    }
}
