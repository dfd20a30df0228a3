/**
 * SQL as tokens: {@link dev.mysqlproxy.protocol.sql.Tokenizer} cuts statements up,
 * {@link dev.mysqlproxy.protocol.sql.Normalizer} builds the text that is the same for statements differing in values,
 * comments and spacing only. {@link dev.mysqlproxy.protocol.sql.TokenKind} names what scripts call {@code token_id} and
 * {@code token_name}.
 *
 * <p>This is lexing, not parsing, by the rules of MySQL Proxy 0.8.5, whose scripts compare token names and normalised
 * texts. It differs from 0.8.5 where that was wrong:
 *
 * <ul>
 *   <li>a closing quote closes even if another kind of quote follows at once ({@code 'a'"b"} is two strings);
 *   <li>a backslash before a line feed or at the end of the input stays in the text;
 *   <li>tokens do not depend on the list or the statement they came from.
 * </ul>
 *
 * <p>Server settings change how SQL is to be read, and none of this knows them: {@code "x"} is a string also under
 * ANSI_QUOTES, a backslash escapes also under NO_BACKSLASH_ESCAPES and inside backticks, and {@code #} begins a comment
 * only for {@link dev.mysqlproxy.protocol.sql.Tokenizer#withHashComments()}. Do not build access control on it. Input
 * is bytes in any character set whose ASCII bytes mean ASCII.
 *
 * <p>{@link dev.mysqlproxy.protocol.sql.Digest}, {@link dev.mysqlproxy.protocol.sql.StatementTables} and {@link
 * dev.mysqlproxy.protocol.sql.StatementKinds} read SQL as today's servers do instead: they have nothing to be compatible
 * with, and are about what statements mean to an operator.
 *
 * <p>Input comes from untrusted clients: everything is accepted, nothing throws, time is linear. Tokenizers and
 * normalizers borrow the caller's array, keep no other state between statements, never block, and belong to one thread
 * at a time; {@link dev.mysqlproxy.protocol.sql.Token} and its kinds are immutable.
 */
package dev.mysqlproxy.protocol.sql;
