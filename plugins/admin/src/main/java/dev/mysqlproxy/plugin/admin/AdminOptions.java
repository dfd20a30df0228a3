package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.ClientTlsOptions;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.plugin.admin.account.AdminAccounts;
import dev.mysqlproxy.plugin.admin.engine.EngineLimits;
import dev.mysqlproxy.plugin.admin.http.AdminHttp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The options of MySQL Proxy's admin plugin, and those for more accounts and for what a SELECT may take. */
final class AdminOptions {

    static final Option<String> ADDRESS = Option.text(
                    "admin-address",
                    "Where admin clients connect: host:port, :port, [v6]:port, the path of a socket or @name.")
            .defaultsTo(":4041")
            .build();

    static final ClientTlsOptions TLS = new ClientTlsOptions("admin");

    static final Option<String> USERNAME = Option.text(
                    "admin-username", "A user who may log in and do everything; required without a users file.")
            .build();

    static final Option<String> PASSWORD = Option.text(
                    "admin-password", "The password of that user; it or a password file is required.")
            .secret()
            .build();

    static final Option<Path> PASSWORD_FILE = Option.path(
                    "admin-password-file", "A file, not accessible to others, whose first line is the password.")
            .build();

    static final Option<Path> USERS_FILE = Option.path(
                    "admin-users-file",
                    "A file, not accessible to others, with a user a line: name, role, hash or \"password\".")
            .build();

    static final Option<Path> SCRIPT = Option.path(
                    "admin-lua-script", "A script that answers the statements in place of the built-in ones.")
            .build();

    static final Option<Duration> QUERY_TIMEOUT = Option.seconds(
                    "admin-query-timeout", 1, 600, "How long a SELECT may take, in seconds.")
            .defaultsTo(Duration.ofSeconds(10))
            .changeable()
            .build();

    static final Option<Integer> QUERY_MEMORY = Option.integer(
                    "admin-query-memory", 48, 4096, "Memory for a SELECT, in MiB: the heap of the engine's process.")
            .defaultsTo(128)
            .changeable()
            .build();

    static final Option<Integer> MAX_ROWS = Option.integer(
                    "admin-max-rows", 1, 1_000_000, "Rows that a SELECT may return.")
            .defaultsTo(100_000)
            .changeable()
            .build();

    static final Option<Integer> STATEMENT_BYTES = Option.integer(
                    "admin-statement-bytes",
                    0,
                    65_536,
                    "How much of each statement the table sessions shows, in bytes; 0 for nothing.")
            .defaultsTo(1024)
            .changeable()
            .build();

    private static final AdminAccounts.Options ACCOUNTS =
            new AdminAccounts.Options(USERNAME, PASSWORD, PASSWORD_FILE, USERS_FILE);

    static final List<Option<?>> ALL = all();

    private AdminOptions() {}

    private static List<Option<?>> all() {
        List<Option<?>> all = new ArrayList<>(List.of(ADDRESS, USERNAME, PASSWORD, PASSWORD_FILE, USERS_FILE, SCRIPT));
        all.addAll(List.of(QUERY_TIMEOUT, QUERY_MEMORY, MAX_ROWS, STATEMENT_BYTES));
        all.addAll(TLS.all());
        all.addAll(AdminHttp.OPTIONS);
        return List.copyOf(all);
    }

    /** The accounts that the options describe. */
    static AdminAccounts accounts(OptionValues values) throws StartException {
        return AdminAccounts.of(ACCOUNTS, values);
    }

    /** What a query may take now. */
    static EngineLimits limits(OptionValues values) {
        return new EngineLimits(values.get(QUERY_TIMEOUT), values.get(QUERY_MEMORY), values.get(MAX_ROWS));
    }
}
