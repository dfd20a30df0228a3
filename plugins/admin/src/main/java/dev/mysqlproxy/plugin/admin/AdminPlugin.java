package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.ClientHop;
import dev.mysqlproxy.api.listener.ClientTls;
import dev.mysqlproxy.api.listener.CommandHandler;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.plugin.admin.account.AdminAccounts;
import dev.mysqlproxy.plugin.admin.engine.Engine;
import dev.mysqlproxy.plugin.admin.http.AdminHttp;
import dev.mysqlproxy.plugin.admin.table.ProxyTables;
import dev.mysqlproxy.plugin.admin.table.Tables;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.pf4j.Extension;

/** The plugin {@code admin}: answers an operator's SQL client. */
@Extension
public final class AdminPlugin implements ProxyPlugin {

    /** What MySQL Proxy's admin plugin called itself; tools recognise it by this. */
    static final String SERVER_VERSION = "5.0.99-agent-admin";

    /** The same with hashed accounts: to a server before 5.5 some drivers do not speak caching_sha2_password. */
    static final String HASHED_SERVER_VERSION = "8.0.99-agent-admin";

    /** What a script's name without a suffix stands for: the option has always meant Lua. */
    private static final String DEFAULT_SUFFIX = ".lua";

    private Engine engine;
    private AdminHttp http;

    /** For PF4J. */
    public AdminPlugin() {}

    @Override
    public List<Option<?>> options() {
        return AdminOptions.ALL;
    }

    @Override
    public void start(PluginContext context) throws StartException {
        AdminAccounts accounts = AdminOptions.accounts(context.options());
        ClientTls tls = AdminOptions.TLS.read(context.options());
        CommandHandler handler = handler(context, accounts);
        context.listen(new Listener.Local(
                "admin",
                context.options().get(AdminOptions.ADDRESS),
                "admin-server listening on port %s",
                accounts.hashed() ? HASHED_SERVER_VERSION : SERVER_VERSION,
                accounts,
                handler,
                new ClientHop(tls, Compression.NONE, List.of(), -1)));
        Tables tables = handler instanceof AdminHandler own
                ? own.tables()
                : new Tables(context.backends(), context.control(), ProxyTables.help(List::of));
        http = AdminHttp.start(context, tables::all);
    }

    @Override
    public void stop() {
        if (http != null) {
            http.close();
        }
        if (engine != null) {
            engine.close();
        }
    }

    private CommandHandler handler(PluginContext context, AdminAccounts accounts) throws StartException {
        Optional<Path> script = context.options().find(AdminOptions.SCRIPT);
        if (script.isPresent()) {
            return scriptHandler(script.get(), context);
        }
        engine = new Engine(() -> AdminOptions.limits(context.options()), context.tasks());
        context.control().showStatements(context.options().get(AdminOptions.STATEMENT_BYTES));
        context.onChange(AdminOptions.STATEMENT_BYTES, context.control()::showStatements);
        return AdminHandler.of(context, accounts, engine);
    }

    private static CommandHandler scriptHandler(Path script, PluginContext context) throws StartException {
        String suffix = suffix(script);
        String engine = suffix.equals(DEFAULT_SUFFIX) ? "the Lua engine" : "a script engine for " + suffix + " files";
        return context.scriptEngine(suffix)
                .orElseThrow(() -> new StartException(AdminOptions.SCRIPT + "=" + script + ": " + engine
                        + " is not part of this installation; leave the option out: the built-in statements answer"
                        + " without a script"))
                .handler(script, context);
    }

    private static String suffix(Path script) {
        Path fileName = script.getFileName();
        String name = fileName == null ? "" : fileName.toString();
        int dot = name.lastIndexOf('.');
        // a leading dot hides a file, it does not begin a suffix
        return dot <= 0 ? DEFAULT_SUFFIX : name.substring(dot).toLowerCase(Locale.ROOT);
    }
}
