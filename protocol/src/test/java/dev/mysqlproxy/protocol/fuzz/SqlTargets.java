package dev.mysqlproxy.protocol.fuzz;

import dev.mysqlproxy.protocol.auth.CachingSha2Exchange;
import dev.mysqlproxy.protocol.sql.Digest;
import dev.mysqlproxy.protocol.sql.KillStatement;
import dev.mysqlproxy.protocol.sql.Normalizer;
import dev.mysqlproxy.protocol.sql.StatementKind;
import dev.mysqlproxy.protocol.sql.StatementTables;
import dev.mysqlproxy.protocol.sql.TokenKind;
import dev.mysqlproxy.protocol.sql.Tokenizer;
import dev.mysqlproxy.testing.fuzz.FuzzTarget;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Text of strangers: statements, and the keys that servers send. */
final class SqlTargets {

    private static final String KEY = "-----BEGIN PUBLIC KEY-----\n"
            + "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu\n"
            + "KUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==\n-----END PUBLIC KEY-----\n";

    private SqlTargets() {}

    static List<FuzzTarget> all() {
        return List.of(
                PayloadTarget.of("statement", statements(), SqlTargets::statement),
                PayloadTarget.of("digest", digests(), SqlTargets::digest),
                PayloadTarget.of("kill", kills(), SqlTargets::kill),
                PayloadTarget.of("public-key", List.of(KEY.getBytes(StandardCharsets.US_ASCII)), SqlTargets::key));
    }

    private static List<byte[]> statements() {
        return Stream.of(
                        "select a.b, count(*) from `t``x` where c = 'it''s' and d >= 1.5e+3 -- end\n group by 1",
                        "/*!50000 insert */ into t values (?, @v, @@global.x, 0xff, \"q\\\"q\"), (-1, NULL, 2)",
                        "start transaction; select /* hint */ 1 # rest\r\n; call p(:=, <=>, !=, ||, &&)",
                        "\u00e4 \u20ac $x _utf8'abc' 1.e1 a.1b 1e1.1e1")
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static String statement(ByteBuf payload) {
        byte[] sql = new byte[payload.readableBytes()];
        payload.readBytes(sql);
        Tokenizer tokenizer = new Tokenizer().reset(sql, 0, sql.length);
        Set<TokenKind> kinds = EnumSet.noneOf(TokenKind.class);
        int at = 0;
        while (tokenizer.next()) {
            int from = tokenizer.start();
            int to = tokenizer.end();
            int before = at;
            Checks.holds(
                    at <= from
                            && from < to
                            && from <= tokenizer.textStart()
                            && tokenizer.textStart() <= tokenizer.textEnd()
                            && tokenizer.textEnd() <= to
                            && to <= sql.length,
                    () -> "a token from " + from + " to " + to + " after " + before);
            kinds.add(tokenizer.kind());
            at = to;
        }
        byte[] normalized = Normalizer.normalize(sql);
        Checks.holds(
                Arrays.equals(normalized, Normalizer.normalize(Tokenizer.tokenize(sql))),
                () -> "two ways to normalise differ");
        Normalizer small = new Normalizer(20).normalize(sql, 0, sql.length);
        Checks.holds(small.length() <= 20, () -> "normalised text is longer than allowed");
        Checks.holds(small.isTruncated() || small.length() == normalized.length, () -> "cut without saying so");
        // a summary: all sets of kinds are too many to remember
        return kinds.size() + (kinds.isEmpty() ? "" : kinds.iterator().next().name());
    }

    private static List<byte[]> digests() {
        return Stream.of(
                        "select /*+ h(1) */ a.b, count(*) from `t``x` where c in (1, -2,'it''s') and d >= 1.5e+3 -- end\n",
                        "/*!50000 insert */ into t values (?, @v, now()),(0xff, _utf8\"q\\\"q\", NULL) # c\n; end.1",
                        "with recursive c (n) as (select 1 from t1) delete a, s.b from t2 a join s.b using (x), c",
                        "update t1 join (t2, t3 as x) on a.1b=.5 set x.y = default, a=date '1' where `count`(1) in ((1,2),(3,4))")
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static String digest(ByteBuf payload) {
        byte[] sql = new byte[payload.readableBytes()];
        payload.readBytes(sql);
        Digest digest = new Digest(65_536).of(sql);
        byte[] text = digest.text();
        String hash = digest.hex();
        Checks.holds(digest.isCut() || digest.of(text).hex().equals(hash), () -> "the text's digest is another");
        Checks.holds(digest.isCut() || Arrays.equals(digest.text(), text), () -> "the text's text is another");
        Digest small = new Digest(20).of(sql);
        Checks.equal(small.hex(), hash, "hash with another bound");
        Checks.holds(small.text().length <= 20, () -> "a text is longer than allowed");
        int tables = StatementTables.of(sql).size();
        Checks.holds(tables <= StatementTables.MOST, () -> "more tables than allowed");
        return StatementKind.of(sql) + " " + Math.min(tables, 3);
    }

    private static List<byte[]> kills() {
        return Stream.of(
                        "KILL QUERY 42",
                        "/*!50000 kill */ /* hint */ connection 0017 -- end",
                        "KILL HARD QUERY ID 3",
                        "# line\nkill 18446744073709551615;")
                .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                .toList();
    }

    private static String kill(ByteBuf payload) {
        byte[] sql = new byte[payload.readableBytes()];
        payload.readBytes(sql);
        Optional<KillStatement> found = KillStatement.parse(sql);
        if (found.isEmpty()) {
            return "none";
        }
        KillStatement kill = found.get();
        Checks.holds(
                0 <= kill.begin() && kill.begin() < kill.end() && kill.end() <= sql.length && kill.id() >= 0,
                () -> "a number from " + kill.begin() + " to " + kill.end());
        KillStatement other = KillStatement.parse(kill.withId(sql, 4711)).orElseThrow();
        Checks.equal(other.id(), 4711L, "number");
        Checks.equal(other.query(), kill.query(), "kind");
        return "kill " + kill.query() + (kill.end() == sql.length);
    }

    private static String key(ByteBuf payload) {
        byte[] pem = new byte[payload.readableBytes()];
        payload.readBytes(pem);
        try {
            return CachingSha2Exchange.publicKey(pem).getAlgorithm();
        } catch (GeneralSecurityException e) {
            return FuzzTarget.refusal(e);
        }
    }
}
