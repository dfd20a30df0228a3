package dev.mysqlproxy.api.listener;

import java.util.Optional;

/** Who may log in to a local listener. Any thread; must not block. */
@FunctionalInterface
public interface Accounts {

    /** The password of this user, UTF-8; empty when there is no such user. */
    Optional<byte[]> password(String user);
}
