/**
 * The plugin {@code query-analysis}: what statements run, how often, how long and on which tables, and which of them are
 * slow.
 *
 * <p>{@link dev.mysqlproxy.plugin.queryanalysis.Recorder} hears of each statement on its session's event loop, makes its
 * digest and counts it in {@link dev.mysqlproxy.plugin.queryanalysis.DigestStore}, whose memory is bounded. Everything else,
 * tables, in-band answers, slow log, reads from there or is done away from the event loops.
 */
package dev.mysqlproxy.plugin.queryanalysis;
