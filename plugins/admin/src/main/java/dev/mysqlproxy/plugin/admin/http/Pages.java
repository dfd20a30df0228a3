package dev.mysqlproxy.plugin.admin.http;

import dev.mysqlproxy.api.metric.MetricFamily;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to be seen under which path, and by whom. */
final class Pages implements Handler {

    private static final Logger LOG = LoggerFactory.getLogger(Pages.class);

    /** Answers that may be large and are in memory at once. */
    private static final int LARGE_AT_ONCE = 8;

    private static final int PATIENCE_SECONDS = 2;

    private final Health health;
    private final Supplier<List<MetricFamily>> metrics;
    private final TablePages tables;
    private final Optional<AccessToken> token;
    private final Predicate<String> knownHost;
    private final Semaphore large = new Semaphore(LARGE_AT_ONCE);

    /**
     * The pages.
     *
     * @param token what clients have to know to see more than the two health pages
     * @param knownHost whether this server can be meant by a Host field
     */
    Pages(
            Health health,
            Supplier<List<MetricFamily>> metrics,
            TablePages tables,
            Optional<AccessToken> token,
            Predicate<String> knownHost) {
        this.health = health;
        this.metrics = metrics;
        this.tables = tables;
        this.token = token;
        this.knownHost = knownHost;
    }

    @Override
    public void handle(Request request, SocketAddress client, Sender to) throws IOException {
        String path = request.path();
        if (path.equals("/healthz")) {
            to.send(health.alive());
        } else if (path.equals("/readyz")) {
            to.send(health.ready());
        } else if (!knownHost.test(request.field("host").orElse(""))) {
            to.send(Response.text(Response.MISDIRECTED, "this server is reached by its address or as localhost"));
        } else if (token.isPresent() && !token.get().isIn(request)) {
            LOG.atWarn().addKeyValue("client", client).log("an HTTP request came without the right token");
            to.send(Response.text(Response.UNAUTHORIZED, "this page needs the token")
                    .with("WWW-Authenticate", "Basic realm=\"mysql-proxy\", charset=\"UTF-8\""));
        } else if (path.equals("/")) {
            to.send(index());
        } else if (path.equals("/metrics")) {
            large(to, () -> metrics(request));
        } else if (path.startsWith(TablePages.PATH)) {
            large(to, () -> tables.page(path.substring(TablePages.PATH.length()), request.query()));
        } else {
            to.send(Response.text(Response.NOT_FOUND, "there is no such page; / lists all"));
        }
    }

    private void large(Sender to, Supplier<Response> page) throws IOException {
        try {
            if (!large.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                to.send(Response.text(Response.UNAVAILABLE, "too many large answers are on their way")
                        .with("Retry-After", "5"));
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            to.send(Response.text(Response.UNAVAILABLE, "the proxy is stopping"));
            return;
        }
        try {
            to.send(page.get());
        } finally {
            large.release();
        }
    }

    private Response metrics(Request request) {
        Exposition format = Exposition.accepted(request.elements("accept"));
        return new Response(Response.OK, format.contentType(), format.write(metrics.get()));
    }

    private Response index() {
        StringBuilder html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><title>mysql-proxy</title>\n<ul>\n");
        for (String path : List.of("/metrics", "/healthz", "/readyz", TablePages.PATH)) {
            link(path, "", html);
        }
        html.append("</ul>\n<ul>\n");
        tables.all().forEach(table -> link(TablePages.PATH + table.name(), table.comment(), html));
        html.append("</ul>\n</html>\n");
        return new Response(
                Response.OK, "text/html; charset=utf-8", html.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void link(String path, String comment, StringBuilder html) {
        html.append("<li><a href=\"").append(path).append("\">").append(path).append("</a> ");
        html.append(comment.replace("&", "&amp;").replace("<", "&lt;")).append("</li>\n");
    }
}
