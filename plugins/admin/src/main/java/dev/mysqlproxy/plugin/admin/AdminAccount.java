package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.listener.Accounts;
import java.util.Optional;

/** The one user who may log in. */
final class AdminAccount implements Accounts {

    private final String user;
    private final byte[] password;

    AdminAccount(String user, byte[] password) {
        this.user = user;
        this.password = password.clone();
    }

    @Override
    public Optional<byte[]> password(String name) {
        return name.equals(user) ? Optional.of(password.clone()) : Optional.empty();
    }
}
