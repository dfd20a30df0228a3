/**
 * Options and where their values come from: command line, saved configuration, defaults file, HOCON file, built-in default;
 * and at run time operators.
 *
 * <p>Nearly everything is made once at start, on the main thread, from the {@link dev.mysqlproxy.api.option.Option}
 * definitions of the chassis and of the plugins; the results are immutable and may be read by any thread. What changes after
 * that is in {@link dev.mysqlproxy.core.config.RuntimeOptions} alone. Whatever is
 * wrong becomes a {@link dev.mysqlproxy.api.lifecycle.StartException} of one line that names the option, the value,
 * the place and what is accepted. Values of secret options are in no message and no listing.
 */
package dev.mysqlproxy.core.config;
