package dev.mysqlproxy.example.safedelete;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.protocol.sql.TokenKind;
import dev.mysqlproxy.protocol.sql.Tokenizer;
import java.util.Set;
import org.pf4j.Extension;

/** Blocks DELETE without WHERE. */
@Extension
public final class SafeDeletePlugin implements ProxyPlugin, QueryHook {

    // what servers say when --safe-updates forbids it
    private static final Reply BLOCKED = Reply.error(1175, "HY000", "DELETE without WHERE is blocked by the proxy");

    @Override
    public void start(PluginContext context) {
        context.addHook(this);
    }

    /** What protects must not let through when it stumbles. */
    @Override
    public boolean failClosed() {
        return true;
    }

    @Override
    public Set<CommandType> commandTypes() {
        return Set.of(CommandType.COM_QUERY, CommandType.COM_STMT_PREPARE);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        return deletesAll(command.statement()) ? QueryDecision.answer(BLOCKED) : QueryDecision.forward();
    }

    private static boolean deletesAll(byte[] sql) {
        Tokenizer tokens = Tokenizer.withHashComments().reset(sql, 0, sql.length);
        boolean begins = true;
        boolean delete = false;
        while (tokens.next()) {
            TokenKind kind = tokens.kind();
            if (kind == TokenKind.SEMICOLON) {
                if (delete) {
                    return true;
                }
                begins = true;
            } else if (kind == TokenKind.SQL_WHERE) {
                delete = false;
            } else if (kind != TokenKind.COMMENT && kind != TokenKind.COMMENT_MYSQL) {
                delete |= begins && kind == TokenKind.SQL_DELETE;
                begins = false;
            }
        }
        return delete;
    }
}
