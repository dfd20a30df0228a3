package dev.mysqlproxy.plugin.admin.http;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.metric.MetricFamily;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.plugin.admin.account.SecretFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** The admin plugin's HTTP side: one line to start, one to stop. */
public final class AdminHttp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminHttp.class);
    private static final Marker MESSAGE = MarkerFactory.getMarker("MESSAGE");

    private static final Duration LOOPS_PATIENCE = Duration.ofSeconds(2);
    private static final Pattern NUMERIC_HOST = Pattern.compile("([0-9.]+|\\[[0-9a-f:.]+\\])(:[0-9]*)?");

    static final Option<String> ADDRESS = Option.text(
                    "admin-http-address",
                    "Where metrics, health and tables are shown over HTTP: host:port, [v6]:port, *:port, or :port for"
                            + " the loopback address; nowhere without it.")
            .build();

    static final Option<Path> TOKEN_FILE = Option.path(
                    "admin-http-token-file",
                    "A file, not accessible to others, whose first line HTTP clients have to send, as a bearer token or"
                            + " as a password.")
            .build();

    static final Option<String> COMMAND_METRICS = Option.choice(
                    "admin-command-metrics",
                    List.of("auto", "yes", "no"),
                    "Whether commands are timed by backend and type; auto is yes with --admin-http-address.")
            .defaultsTo("auto")
            .build();

    /** All its options. */
    public static final List<Option<?>> OPTIONS = List.of(ADDRESS, TOKEN_FILE, COMMAND_METRICS);

    private final Optional<WebServer> server;

    private AdminHttp(Optional<WebServer> server) {
        this.server = server;
    }

    /**
     * Does what the options say, which by default is nothing. During the plugin's start only.
     *
     * @param tables those of the admin port; asked by any thread, for each request
     */
    public static AdminHttp start(PluginContext context, Supplier<List<AdminTable>> tables) throws StartException {
        OptionValues options = context.options();
        Optional<String> address = options.find(ADDRESS).filter(text -> !text.isEmpty());
        if (options.get(COMMAND_METRICS).equals("yes")
                || options.get(COMMAND_METRICS).equals("auto") && address.isPresent()) {
            context.addHook(new CommandMetrics(context.metrics()));
        }
        if (address.isEmpty()) {
            return new AdminHttp(Optional.empty());
        }
        Optional<AccessToken> token = token(options);
        InetSocketAddress listen = address(address.get());
        boolean loopback = listen.getAddress().isLoopbackAddress();
        Pages pages = new Pages(
                new Health(context.control(), context.backends(), new Probe(), LOOPS_PATIENCE),
                () -> metrics(context),
                new TablePages(tables),
                token,
                loopback && token.isEmpty() ? AdminHttp::isLocal : host -> true);
        if (context.control().checksOnly()) {
            // the port is left to the process that runs
            return new AdminHttp(Optional.empty());
        }
        WebServer opened = open(address.get(), listen, pages);
        LOG.info(
                MESSAGE,
                "admin-http listening on http://{}:{}",
                host(opened),
                opened.address().getPort());
        if (!loopback && token.isEmpty()) {
            LOG.warn(
                    "{}={} lets everybody who can reach it read the tables, with statements of clients; see {}",
                    ADDRESS,
                    address.get(),
                    TOKEN_FILE);
        }
        return new AdminHttp(Optional.of(opened));
    }

    /** Where it listens; empty when it does not. */
    Optional<InetSocketAddress> address() {
        return server.map(WebServer::address);
    }

    private static String host(WebServer opened) {
        String host = opened.address().getAddress().getHostAddress();
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }

    static Optional<AccessToken> token(OptionValues options) throws StartException {
        Optional<Path> file = options.find(TOKEN_FILE);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        byte[] line = new SecretFile(TOKEN_FILE, file.get()).firstLine();
        String token = new String(line, StandardCharsets.ISO_8859_1).strip();
        if (token.isEmpty()) {
            throw new StartException(
                    TOKEN_FILE + "=" + file.get() + ": its first line is blank, and the token must not be");
        }
        return Optional.of(new AccessToken(token));
    }

    private static InetSocketAddress address(String text) throws StartException {
        try {
            return HttpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new StartException(ADDRESS + "=" + text + ": " + e.getMessage(), e);
        }
    }

    private static WebServer open(String text, InetSocketAddress listen, Handler pages) throws StartException {
        try {
            return WebServer.open(listen, pages, WebServer.Limits.DEFAULT);
        } catch (IOException e) {
            throw new StartException(ADDRESS + "=" + text + ": cannot listen there: " + e.getMessage(), e);
        }
    }

    private static List<MetricFamily> metrics(PluginContext context) {
        List<MetricFamily> all = new ArrayList<>(context.control().metrics());
        all.addAll(ProcessMetrics.read());
        return all;
    }

    /**
     * Whether a client could have reached the loopback address by this Host field. A web page elsewhere can make its
     * own name lead here, and a browser would let it read the answers; it cannot do so with numbers or localhost.
     */
    static boolean isLocal(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.isEmpty()
                || name.equals("localhost")
                || name.startsWith("localhost:")
                || NUMERIC_HOST.matcher(name).matches();
    }

    /** Ends it; nothing of it runs afterwards. */
    @Override
    public void close() {
        server.ifPresent(WebServer::close);
    }
}
