package dev.mysqlproxy.example.guard;

import dev.mysqlproxy.protocol.sql.Token;
import dev.mysqlproxy.protocol.sql.TokenKind;
import dev.mysqlproxy.protocol.sql.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** Tells statements that change whole tables. */
final class WholeTable {

    private WholeTable() {}

    /** Whether one of these statements is an UPDATE or DELETE without a WHERE of its own. */
    static boolean isChangedBy(byte[] sql) {
        TokenKind first = null;
        int depth = 0;
        boolean changes = false;
        for (TokenKind kind : kinds(sql)) {
            if (kind == TokenKind.SEMICOLON) {
                if (changes) {
                    return true;
                }
                first = null;
                continue;
            }
            first = first == null ? kind : first;
            if (kind == TokenKind.OBRACE) {
                depth++;
            } else if (kind == TokenKind.CBRACE) {
                depth--;
            } else if (depth == 0 && kind == TokenKind.SQL_WHERE) {
                changes = false;
            } else if (depth == 0 && isChange(kind)) {
                // also behind WITH; but not ON DELETE CASCADE, nor FOR UPDATE
                changes |= kind == first || first == TokenKind.SQL_WITH;
            }
        }
        return changes;
    }

    private static boolean isChange(TokenKind kind) {
        return kind == TokenKind.SQL_DELETE || kind == TokenKind.SQL_UPDATE;
    }

    /** What the statements consist of, without comments; but with those that servers execute. */
    private static List<TokenKind> kinds(byte[] sql) {
        Tokenizer tokens = Tokenizer.withHashComments().reset(sql, 0, sql.length);
        List<TokenKind> kinds = new ArrayList<>();
        while (tokens.next()) {
            boolean mariaDbs =
                    tokens.kind() == TokenKind.COMMENT && tokens.text().startsWith("M!");
            if (tokens.kind() == TokenKind.COMMENT_MYSQL || mariaDbs) {
                String inside = tokens.text().replaceFirst("^(M!)?[0-9]{0,6}", "");
                Tokenizer.tokenize(inside).stream()
                        .map(Token::kind)
                        .filter(kind -> kind != TokenKind.COMMENT)
                        .forEach(kinds::add);
            } else if (tokens.kind() != TokenKind.COMMENT) {
                kinds.add(tokens.kind());
            }
        }
        return kinds;
    }
}
