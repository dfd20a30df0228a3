package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.view.SessionView;
import java.util.Optional;

/**
 * Who gives a statement. Any thread.
 *
 * @param session whose statement it is
 * @param schema where names without a schema are looked for, as USE left it
 */
record Asker(SessionView session, Optional<String> schema) {

    /** {@code user@host}, the host without its port. */
    String account() {
        return session.user().orElse("") + "@" + host(session.clientAddress());
    }

    private static String host(String address) {
        if (address.startsWith("/") || address.isEmpty()) {
            return "localhost";
        }
        int colon = address.lastIndexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }
}
