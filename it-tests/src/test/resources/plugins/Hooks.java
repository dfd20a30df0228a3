package it.plugins;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.AuthHook;
import dev.mysqlproxy.api.hook.ConnectHook;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.HandshakeHook;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.pf4j.Extension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the statement at hand asks for. */
@Extension
public class Hooks
        implements ProxyPlugin,
                ConnectHook,
                HandshakeHook,
                AuthHook,
                QueryHook,
                QueryResultHook,
                QueryCompletedHook,
                DisconnectHook {
    private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);
    private static final Option<String> VERSION =
            Option.text("hooks-version", "What to say in place of the server's version.").build();

    private String version;

    @Override
    public List<Option<?>> options() {
        return List.of(VERSION);
    }

    @Override
    public void start(PluginContext context) {
        version = context.options().find(VERSION).orElse("");
        context.addHook(this);
    }

    @Override
    public ConnectDecision onConnect(SessionView session) {
        return ConnectDecision.proceed();
    }

    @Override
    public LoginDecision onHandshake(SessionView session, byte[] greeting) {
        if (version.isEmpty()) {
            return LoginDecision.proceed();
        }
        int end = 1;
        while (greeting[end] != 0) {
            end++;
        }
        byte[] words = version.getBytes(StandardCharsets.UTF_8);
        byte[] other = new byte[1 + words.length + greeting.length - end];
        other[0] = greeting[0];
        System.arraycopy(words, 0, other, 1, words.length);
        System.arraycopy(greeting, end, other, 1 + words.length, greeting.length - end);
        return LoginDecision.replace(other);
    }

    @Override
    public LoginDecision onAuth(SessionView session, byte[] response) {
        if (session.user().equals(Optional.of("unwanted"))) {
            return LoginDecision.refuse(Reply.error(4000, "HY000", "we do not want you"));
        }
        return LoginDecision.proceed();
    }

    @Override
    public Set<CommandType> commandTypes() {
        return EnumSet.of(CommandType.COM_QUERY, CommandType.COM_INIT_DB);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        String text = command.text();
        if (text.startsWith("rewrite ")) {
            return QueryDecision.inject(Injection.query(1, text.substring("rewrite ".length())));
        } else if (text.equals("answer rows")) {
            return QueryDecision.answer(new Reply.ResultSet(
                    List.of(Reply.Column.text("a"), Reply.Column.number("b")),
                    List.of(List.of("one", "1"), java.util.Arrays.asList(null, "2"))));
        } else if (text.equals("answer ok")) {
            return QueryDecision.answer(new Reply.Ok(7, 8, 0, "info"));
        } else if (text.equals("answer error")) {
            return QueryDecision.answer(Reply.error(4001, "42000", "no"));
        } else if (text.equals("answer attributes")) {
            List<List<String>> rows = new ArrayList<>();
            command.attributes().forEach(one -> rows.add(List.of(one.name(), one.value().orElse("NULL"))));
            return QueryDecision.answer(
                    new Reply.ResultSet(List.of(Reply.Column.text("name"), Reply.Column.text("value")), rows));
        } else if (text.equals("refuse")) {
            return QueryDecision.refuse(Reply.error(4002, "HY000", "go away"));
        } else if (text.startsWith("around ")) {
            return QueryDecision.inject(
                    kept(1, "SELECT 'before'"), kept(2, text.substring("around ".length())), kept(3, "SELECT 'after'"));
        } else if (text.startsWith("later ")) {
            String rest = text.substring("later ".length());
            return QueryDecision.later(CompletableFuture.supplyAsync(
                    () -> rest.equals("fail") ? failing() : QueryDecision.inject(Injection.query(1, rest)),
                    CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS)));
        } else if (text.startsWith("SELECT 'throw'")) {
            throw new IllegalStateException("as asked");
        } else if (text.equals("nothing")) {
            return QueryDecision.inject(kept(9, "SELECT 'swallowed'"));
        } else if (text.startsWith("replace ")) {
            return QueryDecision.inject(kept(4, text.substring("replace ".length())));
        } else if (text.startsWith("twice ")) {
            String rest = text.substring("twice ".length());
            return QueryDecision.inject(kept(2, rest), kept(2, rest));
        }
        return QueryDecision.forward();
    }

    private static QueryDecision failing() {
        throw new IllegalStateException("late");
    }

    private static Injection kept(int id, String sql) {
        Injection plain = Injection.query(id, sql);
        return new Injection(id, plain.payload(), true, true);
    }

    @Override
    public ResultDecision onQueryResult(
            SessionView session, Injection injection, QuerySummary summary, Optional<ResultView> result) {
        if (injection.id() == 4) {
            List<List<String>> rows = new ArrayList<>();
            for (List<byte[]> row : result.orElseThrow().rows()) {
                List<String> values = new ArrayList<>();
                row.forEach(value ->
                        values.add(value == null ? null : new String(value, StandardCharsets.UTF_8).toUpperCase()));
                rows.add(values);
            }
            List<Reply.Column> columns = new ArrayList<>();
            result.orElseThrow().columns().forEach(column -> columns.add(Reply.Column.text(column.name())));
            return ResultDecision.replace(new Reply.ResultSet(columns, rows));
        }
        return injection.id() == 2 || injection.id() == 1 && result.isEmpty()
                ? ResultDecision.pass()
                : ResultDecision.ignore();
    }

    @Override
    public void onQueryCompleted(SessionView session, Command command, QuerySummary summary) {
        LOG.info(
                "completed [{}] injection={} status={} rows={} error={}",
                command.text(),
                summary.injection().orElse(0),
                summary.status(),
                summary.rows(),
                summary.errorCode());
    }

    @Override
    public void onDisconnect(SessionView session, String cause) {
        LOG.info("disconnected {}", cause);
    }
}
