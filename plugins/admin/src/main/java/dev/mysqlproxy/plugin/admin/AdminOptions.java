package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.ClientTlsOptions;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The options of MySQL Proxy's admin plugin, and a way to keep the password off the command line. */
final class AdminOptions {

    static final Option<String> ADDRESS = Option.text(
                    "admin-address",
                    "Where admin clients connect: host:port, :port, [v6]:port, the path of a socket or @name.")
            .defaultsTo(":4041")
            .build();

    static final ClientTlsOptions TLS = new ClientTlsOptions("admin");

    static final Option<String> USERNAME = Option.text("admin-username", "The one user who may log in; required.")
            .build();

    static final Option<String> PASSWORD = Option.text(
                    "admin-password", "The password of that user; it or a password file is required.")
            .secret()
            .build();

    static final Option<Path> PASSWORD_FILE = Option.path(
                    "admin-password-file", "A file, not accessible to others, whose first line is the password.")
            .build();

    static final Option<Path> SCRIPT = Option.path(
                    "admin-lua-script", "A script that answers the statements in place of the built-in ones.")
            .build();

    static final List<Option<?>> ALL = all();

    private AdminOptions() {}

    private static List<Option<?>> all() {
        List<Option<?>> all = new ArrayList<>(List.of(ADDRESS, USERNAME, PASSWORD, PASSWORD_FILE, SCRIPT));
        all.addAll(TLS.all());
        return List.copyOf(all);
    }

    /** The account that the options describe. */
    static AdminAccount account(OptionValues values) throws StartException {
        String user = values.find(USERNAME)
                .filter(name -> !name.isEmpty())
                .orElseThrow(() -> new StartException(USERNAME + " needs to be set and must not be empty"));
        return new AdminAccount(user, password(values));
    }

    private static byte[] password(OptionValues values) throws StartException {
        if (values.isGiven(PASSWORD) && values.isGiven(PASSWORD_FILE)) {
            throw new StartException("only one of " + PASSWORD + " and " + PASSWORD_FILE + " may be given");
        }
        if (values.isGiven(PASSWORD_FILE)) {
            return PasswordFile.read(values.get(PASSWORD_FILE));
        }
        return values.find(PASSWORD)
                .filter(password -> !password.isEmpty())
                .map(password -> password.getBytes(StandardCharsets.UTF_8))
                .orElseThrow(() -> new StartException(
                        PASSWORD + " or " + PASSWORD_FILE + " needs to be set and must not be empty"));
    }
}
