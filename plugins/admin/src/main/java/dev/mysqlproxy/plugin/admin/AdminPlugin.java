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
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.pf4j.Extension;

/** The plugin {@code admin}: answers an operator's SQL client. */
@Extension
public final class AdminPlugin implements ProxyPlugin {

    /** What MySQL Proxy's admin plugin called itself; tools recognise it by this. */
    static final String SERVER_VERSION = "5.0.99-agent-admin";

    /** What a script's name without a suffix stands for: the option has always meant Lua. */
    private static final String DEFAULT_SUFFIX = ".lua";

    /** For PF4J. */
    public AdminPlugin() {}

    @Override
    public List<Option<?>> options() {
        return AdminOptions.ALL;
    }

    @Override
    public void start(PluginContext context) throws StartException {
        AdminAccount account = AdminOptions.account(context.options());
        ClientTls tls = AdminOptions.TLS.read(context.options());
        context.listen(new Listener.Local(
                "admin",
                context.options().get(AdminOptions.ADDRESS),
                "admin-server listening on port %s",
                SERVER_VERSION,
                account,
                handler(context),
                new ClientHop(tls, Compression.NONE, List.of(), -1)));
    }

    private static CommandHandler handler(PluginContext context) throws StartException {
        Optional<Path> script = context.options().find(AdminOptions.SCRIPT);
        if (script.isPresent()) {
            return scriptHandler(script.get(), context);
        }
        long started = System.nanoTime();
        return new AdminHandler(
                context.backends(),
                context.control(),
                () -> TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started));
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
