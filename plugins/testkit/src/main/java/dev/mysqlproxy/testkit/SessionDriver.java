package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.AuthHook;
import dev.mysqlproxy.api.hook.AuthResultHook;
import dev.mysqlproxy.api.hook.ConnectHook;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.HandshakeHook;
import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.hook.LoginCompletedHook;
import dev.mysqlproxy.api.hook.SessionOpenedHook;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.LoginSummary;
import dev.mysqlproxy.api.view.QuerySummary;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One client's session with a plugin: the test is its client and its server. A command is given by {@link #query} or
 * {@link #send}, the server's answers by {@link #result}, once for the command that was forwarded or for each
 * injection; {@link #run} does both. {@link #clientGot} is what came of it.
 */
public final class SessionDriver {

    private final PluginDriver driver;
    private final FakeSession view;
    private final HookList hooks;
    private ConnectDecision connectDecision = ConnectDecision.proceed();
    private LoginDecision handshakeDecision = LoginDecision.proceed();
    private LoginDecision loginDecision = LoginDecision.proceed();
    private Optional<CommandDriver> command = Optional.empty();
    private boolean over;

    SessionDriver(PluginDriver driver, FakeSession view) {
        this.driver = driver;
        this.view = view;
        this.hooks = driver.hooks();
    }

    /** The session as the plugin sees it. */
    public FakeSession view() {
        return view;
    }

    /** Whether it has not ended. */
    public boolean isOpen() {
        return !over;
    }

    // --- connecting
    // --------------------------------------------------------------------------------------------------------------

    void open() {
        hooks.tell(SessionOpenedHook.class, hook -> hook.onSessionOpened(view));
        connectDecision = hooks.first(
                ConnectHook.class,
                hook -> hook.onConnect(view),
                decision -> decision instanceof ConnectDecision.Proceed,
                ConnectDecision.proceed());
        if (connectDecision instanceof ConnectDecision.Refuse) {
            disconnect("refused-by-plugin");
            return;
        }
        if (connectDecision instanceof ConnectDecision.Answer) {
            return;
        }
        chooseServer();
        handshakeDecision = login(
                HandshakeHook.class,
                hook -> hook.onHandshake(view, Wire.greeting(view.serverVersion(), view.threadId())));
        if (handshakeDecision instanceof LoginDecision.Refuse || handshakeDecision instanceof LoginDecision.Answer) {
            disconnect("refused-by-plugin");
        }
    }

    private void chooseServer() {
        if (view.server().isPresent()) {
            return;
        }
        List<BackendView> candidates = driver.context().backends().snapshot().stream()
                .filter(BackendView::takesSessions)
                .toList();
        BackendView chosen = candidates.stream()
                .filter(backend ->
                        connectDecision instanceof ConnectDecision.Use use && use.backendIndex() == backend.index())
                .findFirst()
                .or(() -> candidates.stream().findFirst())
                .orElseThrow(() -> new AssertionError("no backend takes sessions"));
        view.server(new FakeServerView(chosen.index()).address(chosen.address()));
    }

    /** What the connect hooks decided. */
    public ConnectDecision connectDecision() {
        return connectDecision;
    }

    /** What the handshake hooks decided. */
    public LoginDecision handshakeDecision() {
        return handshakeDecision;
    }

    // --- logging in
    // --------------------------------------------------------------------------------------------------------------

    /** The client logs in, without a schema, and the server says OK. */
    public SessionDriver login(String user) {
        return login(user, "");
    }

    /** The client logs in, and the server says OK. */
    public SessionDriver login(String user, String schema) {
        requireOpen();
        view.user(user).schema(schema).authPlugin("caching_sha2_password");
        if (asked(user, schema)) {
            serverSays(Wire.ok(new Reply.Ok(0, 0, 0, "")), Summaries.login(user, schema));
        }
        return this;
    }

    /** The client logs in, and the server refuses it. */
    public SessionDriver loginFails(String user, String schema) {
        requireOpen();
        view.user(user).schema(schema).authPlugin("caching_sha2_password");
        if (asked(user, schema)) {
            LoginSummary failed = Summaries.loginFailed(user, schema);
            Reply.Err error = Reply.error(failed.errorCode(), failed.sqlState(), failed.errorMessage());
            serverSays(Wire.error(error), failed);
        }
        return this;
    }

    /** The client changes its user by COM_CHANGE_USER, and the server says OK. */
    public SessionDriver changeUser(String user, String schema) {
        requireOpen();
        view.user(user).schema(schema);
        view.fakeServer().ifPresent(server -> server.user(user).schema(schema));
        hooks.tell(
                LoginCompletedHook.class,
                hook -> hook.onLoginCompleted(view, Summaries.changeUser(Summaries.login(user, schema))));
        return this;
    }

    /** What the auth hooks decided, or the auth result hooks if the former let it pass. */
    public LoginDecision loginDecision() {
        return loginDecision;
    }

    /** Asks the auth hooks; whether the server is to see the login. */
    private boolean asked(String user, String schema) {
        loginDecision = login(AuthHook.class, hook -> hook.onAuth(view, Wire.login(user, schema)));
        if (loginDecision instanceof LoginDecision.Refuse refuse) {
            refused(user, schema, refuse.error());
            return false;
        } else if (loginDecision instanceof LoginDecision.Answer answer) {
            if (answer.reply() instanceof Reply.Err error) {
                refused(user, schema, error);
            } else {
                completed(Summaries.login(user, schema));
            }
            return false;
        }
        return true;
    }

    private void refused(String user, String schema, Reply.Err error) {
        completed(new LoginSummary(
                false,
                user,
                schema,
                LoginSummary.Status.ERR,
                error.code(),
                error.sqlState(),
                error.message(),
                1_000_000));
        disconnect("refused-by-plugin");
    }

    private void serverSays(byte[] packet, LoginSummary summary) {
        boolean accepted = summary.status() == LoginSummary.Status.OK;
        if (accepted) {
            view.fakeServer().ifPresent(server -> server.user(summary.user()).schema(summary.schema()));
        }
        LoginDecision decision = login(AuthResultHook.class, hook -> hook.onAuthResult(view, packet));
        if (!(decision instanceof LoginDecision.Proceed)) {
            loginDecision = decision;
        }
        if (decision instanceof LoginDecision.Refuse refuse) {
            refused(summary.user(), summary.schema(), refuse.error());
            return;
        }
        completed(summary);
        if (!accepted) {
            disconnect("login-refused");
        }
    }

    private void completed(LoginSummary summary) {
        hooks.tell(LoginCompletedHook.class, hook -> hook.onLoginCompleted(view, summary));
    }

    private <H extends Hook> LoginDecision login(Class<H> kind, Function<H, LoginDecision> call) {
        return hooks.first(kind, call, decision -> decision instanceof LoginDecision.Proceed, LoginDecision.proceed());
    }

    // --- commands
    // ----------------------------------------------------------------------------------------------------------------

    /** The client gives a COM_QUERY; what the hooks decide. */
    public QueryDecision query(String sql) {
        return send(FakeCommand.query(sql));
    }

    /** The client prepares a statement; what the hooks decide. */
    public QueryDecision prepare(String sql) {
        return send(FakeCommand.prepare(sql));
    }

    /** The client executes a statement that was prepared from this; what the hooks decide. */
    public QueryDecision execute(String sql, String... parameters) {
        return send(FakeCommand.execute(sql, parameters));
    }

    /**
     * The client gives any command; what the hooks decide. A decision that comes later is waited for as far as the
     * plugin's tasks can bring it about; else it is to be asked for again by {@link #decision}.
     */
    public QueryDecision send(FakeCommand given) {
        requireOpen();
        if (command.isPresent() && !command.get().isOver()) {
            throw new AssertionError("the command before, " + command.get() + ", has no end yet: give a result");
        }
        CommandDriver next =
                new CommandDriver(driver, view, hooks.preparedStatements() ? given : given.withoutPrepared());
        command = Optional.of(next);
        next.begin();
        return settle(next);
    }

    /** The decision about the last command, which may have come by now. */
    public QueryDecision decision() {
        return settle(last());
    }

    private QueryDecision settle(CommandDriver last) {
        QueryDecision decision = last.settle();
        if (decision instanceof QueryDecision.Refuse) {
            disconnect("refused-by-plugin");
        } else if (last.isOver()) {
            endIfAsked();
        }
        return decision;
    }

    /**
     * The server answers what it was sent: the command, or the next injection. Row hooks see the rows that stream,
     * then the completed hooks are told, and the hook that injected decides.
     *
     * @return its decision; pass for a forwarded command
     */
    public ResultDecision result(FakeResult answer) {
        ResultDecision decision = last().result(answer);
        trackSchema();
        endIfAsked();
        return decision;
    }

    /** The command's end as a summary says, for plugins that look at nothing else. */
    public void completes(QuerySummary summary) {
        last().completes(summary);
        endIfAsked();
    }

    private void trackSchema() {
        CommandDriver done = last();
        if (done.isOver() && done.command().is(CommandType.COM_INIT_DB)) {
            view.schema(done.command().text());
        }
    }

    private void endIfAsked() {
        if (last().isOver() && view.isClosing()) {
            disconnect("closed-by-plugin");
        }
    }

    /** Gives a COM_QUERY, has {@link PluginDriver#server} answer whatever is sent, and gives what the client got. */
    public FakeResult run(String sql) {
        return run(FakeCommand.query(sql));
    }

    /** As {@link #run(String)}, with any command. */
    public FakeResult run(FakeCommand given) {
        QueryDecision decision = send(given);
        if (decision instanceof QueryDecision.Later) {
            throw new AssertionError("the decision about " + given + " does not come");
        }
        while (last().expected().isPresent()) {
            result(driver.ask(last().expected().get()));
        }
        return clientGot();
    }

    /** What the client got for its last command. */
    public FakeResult clientGot() {
        return last().clientGot();
    }

    /** The texts of what went to the server for the last command, in order. */
    public List<String> sent() {
        return last().sent().stream().map(FakeCommand::text).toList();
    }

    /** What went to the server for the last command, in order. */
    public List<FakeCommand> sentCommands() {
        return last().sent();
    }

    private CommandDriver last() {
        return command.orElseThrow(() -> new AssertionError("the client has given no command"));
    }

    // --- the end
    // -----------------------------------------------------------------------------------------------------------------

    /** The client leaves. */
    public void disconnect() {
        disconnect("client-quit");
    }

    /** The session ends for this reason; a command under way is lost. */
    public void disconnect(String cause) {
        if (over) {
            return;
        }
        over = true;
        command.ifPresent(CommandDriver::lost);
        hooks.tell(DisconnectHook.class, hook -> hook.onDisconnect(view, cause));
        driver.ended(this);
    }

    private void requireOpen() {
        if (over) {
            throw new AssertionError("the session is over");
        }
    }
}
