package it.plugins;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.lifecycle.Tasks;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.api.view.SessionView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.pf4j.Extension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Uses all that a plugin may use, and tells its edition, which its jar has in a file. */
@Extension
public class Lively implements ProxyPlugin, QueryHook, QueryResultHook, QueryCompletedHook {

    private static final Logger LOG = LoggerFactory.getLogger(Lively.class);
    private static final SessionKey<List<Seen>> SEEN = new SessionKey<>("seen");
    private static final Option<String> MOOD =
            Option.text("lively-mood", "How it feels.").defaultsTo("well").changeable().build();

    private final AtomicLong ticks = new AtomicLong();
    private String edition;
    private Tasks tasks;

    private record Seen(String text) {}

    @Override
    public List<Option<?>> options() {
        return List.of(MOOD);
    }

    @Override
    public void start(PluginContext context) throws StartException {
        edition = edition();
        if (edition.equals("bad")) {
            throw new StartException("this edition of lively cannot be started");
        }
        tasks = context.tasks();
        tasks.every(Duration.ofMillis(5), ticks::incrementAndGet);
        context.metrics().gauge("lively_ticks", "Ticks of its clock.", () -> (double) ticks.get());
        context.metrics().counter("lively_starts_total", "How often it was started.").with().increment();
        context.onChange(MOOD, mood -> LOG.info("edition {} feels {}", edition, mood));
        context.addHook(this);
        context.addTable(table());
        context.addCommand(command());
    }

    private String edition() throws StartException {
        try (InputStream in = getClass().getResource("/edition.txt").openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new StartException("no edition", e);
        }
    }

    private AdminTable table() {
        return new AdminTable() {
            @Override
            public String name() {
                return "lively";
            }

            @Override
            public String comment() {
                return "The edition at work.";
            }

            @Override
            public List<Column> columns() {
                return List.of(Column.text("edition", "Which."));
            }

            @Override
            public Iterable<List<Object>> rows() {
                return List.of(List.of(edition));
            }
        };
    }

    private AdminCommand command() {
        return new AdminCommand() {
            @Override
            public String words() {
                return "LIVELY HELLO";
            }

            @Override
            public String comment() {
                return "Greets.";
            }

            @Override
            public Reply run(List<String> arguments, String by) {
                return answer("hello from " + edition);
            }
        };
    }

    private static Reply answer(String text) {
        return new Reply.ResultSet(List.of(Reply.Column.text("a")), List.of(List.of(text)));
    }

    @Override
    public void stop() {
        LOG.error("lively {} stops", edition);
    }

    @Override
    public Set<CommandType> commandTypes() {
        return Set.of(CommandType.COM_QUERY);
    }

    @Override
    public Set<CommandType> completedTypes() {
        return Set.of(CommandType.COM_QUERY);
    }

    @Override
    public boolean needsPreparedStatements() {
        return true;
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        String text = command.text();
        List<Seen> seen = session.get(SEEN);
        if (seen == null) {
            seen = new ArrayList<>();
            session.put(SEEN, seen);
        }
        seen.add(new Seen(text));
        int count = seen.size();
        return switch (text) {
            case "edition" -> QueryDecision.answer(answer(edition));
            case "edition later" -> QueryDecision.later(CompletableFuture.supplyAsync(
                    () -> QueryDecision.answer(answer(edition)), tasks));
            case "seen" -> QueryDecision.answer(answer(String.valueOf(count)));
            case "SELECT 'injected' AS a" -> QueryDecision.inject(Injection.query(1, text).needingResult());
            default -> QueryDecision.forward();
        };
    }

    @Override
    public ResultDecision onQueryResult(
            SessionView session, Injection injection, QuerySummary summary, Optional<ResultView> result) {
        return ResultDecision.replace(answer("injected by " + edition));
    }

    @Override
    public void onQueryCompleted(SessionView session, Command command, QuerySummary summary) {
        if (command.text().startsWith("SELECT GET_LOCK")) {
            LOG.error("lively {} saw the end of a long query", edition);
        }
    }
}
