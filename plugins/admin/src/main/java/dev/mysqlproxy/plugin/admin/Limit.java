package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.plugin.admin.sql.Syntax;
import dev.mysqlproxy.plugin.admin.sql.Token;
import java.util.List;
import java.util.Optional;

/**
 * {@code LIMIT} at the end of a SELECT, which clients add of their own accord.
 *
 * @param offset rows to leave out
 * @param count rows to give at most
 */
record Limit(long offset, long count) {

    private static final Syntax COUNT = new Syntax("LIMIT <count>");
    private static final Syntax OFFSET_AND_COUNT = new Syntax("LIMIT <offset>, <count>");
    private static final Syntax COUNT_AND_OFFSET = new Syntax("LIMIT <count> OFFSET <offset>");

    /** A statement and the limit that was cut off its end. */
    record Cut(List<Token> tokens, Optional<Limit> limit) {}

    static Cut cutOff(List<Token> tokens) {
        for (int at = tokens.size() - 1; at > 0 && tokens.get(0).is("SELECT"); at--) {
            if (tokens.get(at).sort() == Token.Sort.WORD && tokens.get(at).is("LIMIT")) {
                Optional<Limit> limit = read(tokens.subList(at, tokens.size()));
                return new Cut(limit.isPresent() ? tokens.subList(0, at) : tokens, limit);
            }
        }
        return new Cut(tokens, Optional.empty());
    }

    private static Optional<Limit> read(List<Token> tokens) {
        return COUNT.match(tokens)
                .map(match -> new Limit(0, number(match, 0)))
                .or(() -> OFFSET_AND_COUNT.match(tokens).map(match -> new Limit(number(match, 0), number(match, 1))))
                .or(() -> COUNT_AND_OFFSET.match(tokens).map(match -> new Limit(number(match, 1), number(match, 0))));
    }

    /** Clients write 18446744073709551615 for "no limit". */
    private static long number(Syntax.Match match, int index) {
        String digits = match.value(index);
        return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    Reply apply(Reply reply) {
        if (!(reply instanceof Reply.ResultSet result)) {
            return reply;
        }
        return new Reply.ResultSet(
                result.columns(),
                result.rows().stream().skip(offset).limit(count).toList());
    }
}
