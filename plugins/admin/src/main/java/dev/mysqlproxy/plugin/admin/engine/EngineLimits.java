package dev.mysqlproxy.plugin.admin.engine;

import java.time.Duration;

/**
 * What a query may take.
 *
 * @param time until it is given up
 * @param memory of the engine's process, in MiB
 * @param rows of its result
 */
public record EngineLimits(Duration time, int memory, int rows) {}
