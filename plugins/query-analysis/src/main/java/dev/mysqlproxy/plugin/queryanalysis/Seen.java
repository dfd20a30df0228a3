package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.view.QuerySummary;

/**
 * A statement that is complete and has not been read yet.
 *
 * @param statement not copied
 * @param backslashEscapes whether a backslash in a string hides what is behind it
 * @param nowMillis when it ended, in milliseconds since the epoch
 * @param session id of its session
 */
record Seen(
        byte[] statement,
        boolean backslashEscapes,
        String schema,
        String user,
        String backend,
        QuerySummary summary,
        long nowMillis,
        long session) {}
