package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.lifecycle.Pool;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Listener.Timeouts;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The options of MySQL Proxy's proxy plugin: same names, same short forms, same defaults; and ours. */
final class ProxyOptions {

    /** Seconds that still fit where a connect timeout is counted in milliseconds: eleven days. */
    private static final double MAX_CONNECT_SECONDS = 1e6;
    /** More than thirty years. */
    private static final double MAX_SECONDS = 1e9;

    static final Option<List<String>> ADDRESSES = Option.list(
                    "proxy-address",
                    "Where clients connect: host:port, :port, [v6]:port, the path of a socket or @name.")
            .shortName('P')
            .defaultsTo(List.of(":4040"))
            .build();

    static final Option<List<String>> BACKENDS = Option.list(
                    "proxy-backend-addresses", "The read/write servers, separated by commas or given one by one.")
            .shortName('b')
            .defaultsTo(List.of("127.0.0.1:3306"))
            .build();

    static final Option<List<String>> READ_ONLY_BACKENDS = Option.list(
                    "proxy-read-only-backend-addresses",
                    "The read-only servers; only a script or another plugin sends clients there.")
            .shortName('r')
            .build();

    static final Option<List<Path>> SCRIPTS = Option.paths(
                    "proxy-lua-script", "A script with hooks; of several the first that decides has its way.")
            .shortName('s')
            .build();

    static final Option<Boolean> NO_PROXY = Option.flag(
                    "no-proxy", "Load the plugin but do nothing: no listener, no backends, no script.")
            .build();

    static final Option<Boolean> SKIP_PROFILING = Option.flag(
                    "proxy-skip-profiling", "Accepted for old command lines; without effect, as in MySQL Proxy 0.8.")
            .build();

    static final Option<Boolean> FIX_BUG_25371 = Option.flag(
                    "proxy-fix-bug-25371", "Accepted for old command lines; without effect, as in MySQL Proxy 0.8.")
            .build();

    static final Option<Boolean> POOL_NO_CHANGE_USER = Option.flag(
                    "proxy-pool-no-change-user",
                    "Do not reset a pooled server connection by COM_CHANGE_USER when it is used again.")
            .changeable()
            .build();

    static final Option<Integer> POOL_MAX_IDLE = Option.integer(
                    "proxy-pool-max-idle",
                    1,
                    1_000_000,
                    "Most idle server connections kept for one backend, of all users together.")
            .defaultsTo(Pool.Limits.DEFAULT.maxIdle())
            .changeable()
            .build();

    static final Option<Duration> POOL_IDLE_TIMEOUT = timeout(
            "proxy-pool-idle-timeout", MAX_SECONDS, 300, "Seconds after which an idle server connection is closed");

    static final Option<Duration> POOL_MAX_AGE = timeout(
            "proxy-pool-max-age", MAX_SECONDS, 3600, "Seconds after which a server connection is not kept any more");

    static final Option<Duration> CONNECT_TIMEOUT = timeout(
            "proxy-connect-timeout", MAX_CONNECT_SECONDS, 2, "Seconds to wait for a server to accept a connection");

    static final Option<Duration> READ_TIMEOUT = timeout(
            "proxy-read-timeout", MAX_SECONDS, 28_800, "Seconds to wait for the side whose turn it is to speak");

    static final Option<Duration> WRITE_TIMEOUT =
            timeout("proxy-write-timeout", MAX_SECONDS, 28_800, "Seconds to wait for a side that takes no more data");

    static final Option<List<String>> X_ADDRESSES = Option.list(
                    "proxy-x-address", "Where clients of the X protocol connect; their bytes are passed on unread.")
            .build();

    static final Option<List<String>> X_BACKENDS = Option.list(
                    "proxy-x-backend-addresses",
                    "The servers' X protocol, tried in order; by default the read/write servers' port 33060.")
            .build();

    static final List<Option<?>> ALL = all();

    private ProxyOptions() {}

    private static List<Option<?>> all() {
        List<Option<?>> all = new ArrayList<>(List.of(
                ADDRESSES,
                BACKENDS,
                READ_ONLY_BACKENDS,
                SCRIPTS,
                SKIP_PROFILING,
                FIX_BUG_25371,
                NO_PROXY,
                POOL_NO_CHANGE_USER,
                POOL_MAX_IDLE,
                POOL_IDLE_TIMEOUT,
                POOL_MAX_AGE,
                CONNECT_TIMEOUT,
                READ_TIMEOUT,
                WRITE_TIMEOUT));
        all.addAll(HopOptions.TLS.all());
        all.addAll(List.of(
                HopOptions.COMPRESSION,
                HopOptions.COMPRESSION_THRESHOLD,
                HopOptions.ZLIB_LEVEL,
                HopOptions.ZSTD_LEVEL,
                HopOptions.PROXY_NETWORKS,
                HopOptions.SOCKET_MODE,
                HopOptions.BACKEND_SSL_MODE,
                HopOptions.BACKEND_SSL_CA,
                HopOptions.BACKEND_SSL_CERT,
                HopOptions.BACKEND_SSL_KEY,
                HopOptions.BACKEND_COMPRESSION,
                HopOptions.BACKEND_PROXY_PROTOCOL,
                HopOptions.SKIP_CONNECT_ATTRIBUTES,
                HopOptions.AUTH,
                HopOptions.USERS_FILE,
                HopOptions.AUTH_TRUST,
                X_ADDRESSES,
                X_BACKENDS));
        return List.copyOf(all);
    }

    /** Refuses an empty list. */
    static void requireSome(Option<List<String>> option, String what, OptionValues values) throws StartException {
        if (values.get(option).isEmpty()) {
            throw new StartException(option + " names no " + what + "; name one or leave the option out");
        }
    }

    static Timeouts timeouts(OptionValues values) {
        return new Timeouts(
                valueOrDefault(values, CONNECT_TIMEOUT),
                valueOrDefault(values, READ_TIMEOUT),
                valueOrDefault(values, WRITE_TIMEOUT));
    }

    /** MySQL Proxy took a negative number for "as built in", and so do the files that were written for it. */
    private static Duration valueOrDefault(OptionValues values, Option<Duration> option) {
        return valueOrDefault(values.get(option), option);
    }

    static Duration valueOrDefault(Duration value, Option<Duration> option) {
        return value.isNegative() ? option.defaultValue().orElseThrow() : value;
    }

    private static Option<Duration> timeout(String name, double max, long seconds, String help) {
        return Option.seconds(name, -max, max, help + "; 0 is for ever, a negative number the default.")
                .defaultsTo(Duration.ofSeconds(seconds))
                .changeable()
                .build();
    }

    /** Limits of the pools. */
    static Pool.Limits pool(OptionValues options) {
        return new Pool.Limits(
                options.get(POOL_MAX_IDLE),
                valueOrDefault(options, POOL_IDLE_TIMEOUT),
                valueOrDefault(options, POOL_MAX_AGE),
                !options.get(POOL_NO_CHANGE_USER));
    }
}
