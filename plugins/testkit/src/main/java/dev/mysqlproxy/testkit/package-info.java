/**
 * Drives a plugin in a test. {@link dev.mysqlproxy.testkit.PluginDriver} starts one without a network: clients
 * connect, log in and give commands, and the plugin's decisions are there to be asserted with {@link
 * dev.mysqlproxy.testkit.PluginAssertions}. The fakes behind it can be used alone.
 *
 * <p>A driver belongs to one thread, which stands for the event loops of all sessions. What a hook throws comes out
 * of the method that called it, so that a test sees it; a proxy would log it.
 */
package dev.mysqlproxy.testkit;
