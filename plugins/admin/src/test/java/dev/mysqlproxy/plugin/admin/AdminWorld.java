package dev.mysqlproxy.plugin.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.plugin.admin.account.AdminAccounts;
import dev.mysqlproxy.plugin.admin.engine.Engine;
import dev.mysqlproxy.testkit.FakeBackends;
import dev.mysqlproxy.testkit.FakeCommand;
import dev.mysqlproxy.testkit.FakeContext;
import dev.mysqlproxy.testkit.FakeControl;
import dev.mysqlproxy.testkit.FakeSession;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A proxy as it is after a start: two backends, a session that uses the first, two plugins, and the admin handler. */
final class AdminWorld implements AutoCloseable {

    final FakeContext context;
    final FakeControl control;
    final FakeBackends backends;
    final AdminHandler handler;
    final AdminAccounts accounts;
    final Engine engine;
    /** Whose statements {@link #ask} gives. */
    final FakeSession session = session("root");

    AdminWorld(String... arguments) {
        List<Option<?>> options = AdminOptions.ALL;
        context = new FakeContext(options, with(arguments));
        control = context.control();
        backends = context.backends();
        backends.add("127.0.0.1:3306", BackendView.Type.RW);
        backends.add("db2:3307", BackendView.Type.RO);
        control.with(new ProxyControl.SessionInfo(
                        7, "proxy", "10.0.0.9:5000", "app", "", "127.0.0.1:3306", 4711, "idle", "COM_QUERY", 3, "", ""))
                .with(new ProxyControl.PluginInfo("proxy", "1.2.3", "forwards", true))
                .with(new ProxyControl.PluginInfo("admin", "1.2.3", "answers", true))
                .with(new ProxyControl.ListenerInfo("proxy", "forwarding", "0.0.0.0:4040", "", 1));
        context.tasks().useThreads();
        engine = new Engine(() -> AdminOptions.limits(context), context.tasks());
        accounts = accounts(context);
        handler = new AdminHandler(new AdminHandler.Parts(
                backends,
                control,
                accounts,
                engine,
                () -> context.get(AdminOptions.MAX_ROWS),
                context.tasks(),
                () -> 42));
    }

    private static AdminAccounts accounts(FakeContext context) {
        try {
            return AdminOptions.accounts(context);
        } catch (StartException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String[] with(String[] more) {
        String[] all = new String[more.length + 2];
        all[0] = "--admin-username=root";
        all[1] = "--admin-password=secret";
        System.arraycopy(more, 0, all, 2, more.length);
        return all;
    }

    /** An operator who is in. */
    static FakeSession session(String user) {
        return new FakeSession(12)
                .listener("admin")
                .clientAddress("[::1]:5000")
                .serverVersion(AdminPlugin.SERVER_VERSION)
                .user(user);
    }

    void set(int index, BackendView.State state, int clients, Optional<String> uuid) {
        backends.clock(Instant.parse("2026-01-02T03:04:05Z"));
        backends.setState(index, state);
        backends.setClients(index, clients);
        backends.setUuid(index, uuid);
    }

    Reply ask(String sql) {
        return ask(session, sql);
    }

    Reply ask(FakeSession by, String sql) {
        return handler.onCommand(by, FakeCommand.query(sql));
    }

    /** The rows of an answer that is a result set. */
    Reply.ResultSet rows(String sql) {
        Reply reply = ask(sql);
        if (reply instanceof Reply.ResultSet result) {
            return result;
        }
        throw new AssertionError(sql + " was answered with " + reply);
    }

    Reply.Err error(String sql) {
        Reply reply = ask(sql);
        if (reply instanceof Reply.Err error) {
            return error;
        }
        throw new AssertionError(sql + " was answered with " + reply);
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Override
    public void close() {
        engine.close();
        context.tasks().stop();
    }
}
