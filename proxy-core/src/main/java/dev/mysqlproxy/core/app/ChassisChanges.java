package dev.mysqlproxy.core.app;

import dev.mysqlproxy.core.chassis.LogLevel;
import dev.mysqlproxy.core.chassis.Logs;
import dev.mysqlproxy.core.config.ChassisOptions;
import dev.mysqlproxy.core.config.RuntimeOptions;
import dev.mysqlproxy.core.session.Limits;

/** What changes in the process itself when an operator changes its options. */
final class ChassisChanges {

    private ChassisChanges() {}

    /** What sessions are allowed, now and later. */
    static Limits limits(RuntimeOptions options) {
        Limits limits = new Limits(
                options.get(ChassisOptions.MAX_CONNECTIONS),
                options.get(ChassisOptions.HANDSHAKE_TIMEOUT),
                options.get(ChassisOptions.MAX_HOOK_PACKET));
        String chassis = ChassisOptions.GROUP.name();
        options.onChange(chassis, ChassisOptions.MAX_CONNECTIONS, limits::maxConnections);
        options.onChange(chassis, ChassisOptions.HANDSHAKE_TIMEOUT, limits::handshake);
        options.onChange(chassis, ChassisOptions.MAX_HOOK_PACKET, limits::maxHookPacket);
        return limits;
    }

    /** The log's level follows its option. */
    static void logLevel(RuntimeOptions options, Logs logs) {
        options.onChange(
                ChassisOptions.GROUP.name(),
                ChassisOptions.LOG_LEVEL,
                word -> logs.setLevel(LogLevel.of(word).orElseThrow()));
    }
}
