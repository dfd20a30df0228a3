package dev.mysqlproxy.example.route;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.api.view.SessionView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pf4j.Extension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends users to backends of their own: a client is connected before it says who it is, and moved afterwards. */
@Extension
public final class RouteByUserPlugin implements ProxyPlugin, QueryHook {

    private static final Logger LOG = LoggerFactory.getLogger(RouteByUserPlugin.class);
    private static final SessionKey<Boolean> ROUTED = new SessionKey<>("routed");
    private static final Option<List<String>> USERS = Option.list(
                    "route-users", "users and the numbers of their backends: report:2,batch:3")
            .build();

    private final Map<String, Integer> backends = new HashMap<>();

    @Override
    public List<Option<?>> options() {
        return List.of(USERS);
    }

    @Override
    public void start(PluginContext context) throws StartException {
        for (String rule : context.options().get(USERS)) {
            int colon = rule.lastIndexOf(':');
            if (!rule.substring(colon + 1).matches("[1-9][0-9]{0,4}") || colon < 1) {
                throw new StartException(USERS + " has to be user:number, is " + rule);
            }
            backends.put(rule.substring(0, colon), Integer.valueOf(rule.substring(colon + 1)));
        }
        context.addHook(this);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        Integer wanted = backends.get(session.user().orElse(""));
        if (wanted != null && session.get(ROUTED) == null) {
            session.put(ROUTED, true);
            if (!session.take(wanted)) {
                LOG.atWarn()
                        .addKeyValue("session", session.id())
                        .addKeyValue("backend", wanted)
                        .log("no connection for this user there: the session stays where it is");
            }
        }
        return QueryDecision.forward();
    }
}
