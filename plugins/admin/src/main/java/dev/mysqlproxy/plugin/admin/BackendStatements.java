package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.admin.AdminCommand.Role;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.plugin.admin.sql.SqlException;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator can order about the servers behind the proxy. */
final class BackendStatements {

    private static final Logger LOG = LoggerFactory.getLogger(BackendStatements.class);

    private static final int MAX_WEIGHT = 1000;
    private static final String LASTS = "until the proxy ends, or for good with SAVE CONFIG";
    private static final String SET_BACKEND = "SET BACKEND 'host:port' {ONLINE | DRAIN | OFFLINE}";
    private static final String SET_WEIGHT = "SET BACKEND 'host:port' WEIGHT <n>";
    private static final String ADD = "BACKEND ADD 'host:port' [RW | RO] [WEIGHT <n>]";
    private static final String REMOVE = "BACKEND REMOVE 'host:port' [NOW]";

    private final Backends backends;

    BackendStatements(Backends backends) {
        this.backends = backends;
    }

    List<Statement> all() {
        return List.of(
                Statement.order(
                        SET_BACKEND,
                        "lets a backend take sessions, keep those it has, or end them",
                        Role.OPERATOR,
                        this::mode),
                Statement.order(
                        SET_WEIGHT,
                        "sets a backend's share of new sessions, 0 to " + MAX_WEIGHT,
                        Role.OPERATOR,
                        this::weight),
                Statement.order(ADD, "adds a backend, read/write if not said otherwise", Role.OPERATOR, this::add),
                Statement.order(
                        REMOVE,
                        "takes a backend away once its sessions have left, or ends them now",
                        Role.OPERATOR,
                        this::remove));
    }

    /** What begins like an order and is none must not be taken for a client's harmless SET. */
    List<Statement> mistakes() {
        return List.of(
                Statement.hidden(
                        "SET BACKEND ...",
                        request -> Errors.own("the statement is: " + SET_BACKEND + ", or " + SET_WEIGHT)),
                Statement.hidden("BACKEND ...", request -> Errors.own("the statement is: " + ADD + ", or " + REMOVE)));
    }

    private Change mode(Statement.Request request) throws SqlException {
        List<BackendView> named = find(request.match().value(0));
        BackendView.Mode mode = BackendView.Mode.valueOf(request.match().value(1));
        String effect = switch (mode) {
            case ONLINE -> "takes new sessions";
            case DRAIN -> "keeps its " + clients(named) + " sessions, takes no new ones";
            case OFFLINE -> "ends its " + clients(named) + " sessions, takes no new ones";
        };
        return new Change(
                named.stream()
                        .map(backend -> new Change.Step(
                                "backend " + backend.address() + " mode", word(backend.mode()), word(mode), effect))
                        .toList(),
                () -> {
                    Reply reply = each(named, backend -> backends.setMode(backend.index(), mode));
                    OperatorLog.of(LOG)
                            .addKeyValue("backend", named.get(0).address())
                            .addKeyValue("mode", mode)
                            .addKeyValue("by", request.by())
                            .log("an operator has set a backend's mode");
                    return reply;
                });
    }

    private Change weight(Statement.Request request) throws SqlException {
        List<BackendView> named = find(request.match().value(0));
        int weight = weight(request.match().value(1));
        return new Change(
                named.stream()
                        .map(backend -> new Change.Step(
                                "backend " + backend.address() + " weight",
                                Integer.toString(backend.weight()),
                                Integer.toString(weight),
                                "new sessions only, " + LASTS))
                        .toList(),
                () -> {
                    Reply reply = each(named, backend -> backends.setWeight(backend.index(), weight));
                    OperatorLog.of(LOG)
                            .addKeyValue("backend", named.get(0).address())
                            .addKeyValue("weight", weight)
                            .addKeyValue("by", request.by())
                            .log("an operator has set a backend's weight");
                    return reply;
                });
    }

    private Change add(Statement.Request request) throws SqlException {
        String address = request.match().value(0);
        BackendView.Type type = request.match().value(1).equals("RO") ? BackendView.Type.RO : BackendView.Type.RW;
        int weight =
                request.match().value(2).isEmpty() ? 1 : weight(request.match().value(2));
        if (!matching(backends.snapshot(), address).isEmpty()) {
            throw Errors.failed("backend '" + address + "' is there already");
        }
        Change.Step step = new Change.Step(
                "backend " + address, null, word(type) + ", weight " + weight, "takes new sessions at once; " + LASTS);
        return Change.of(step, () -> {
            try {
                BackendView added = backends.add(address, type);
                if (weight != 1 && !backends.setWeight(added.index(), weight)) {
                    throw Errors.failed("backend '" + address + "' is gone again");
                }
            } catch (IllegalArgumentException e) {
                throw Errors.failed("backend '" + address + "' cannot be added: " + e.getMessage());
            }
            OperatorLog.of(LOG)
                    .addKeyValue("backend", address)
                    .addKeyValue("type", word(type))
                    .addKeyValue("weight", weight)
                    .addKeyValue("by", request.by())
                    .log("an operator has added a backend");
            return new Reply.Ok(1, 0, 0, "");
        });
    }

    private Change remove(Statement.Request request) throws SqlException {
        List<BackendView> named = find(request.match().value(0));
        boolean now = !request.match().value(1).isEmpty();
        String effect = now
                ? "ends its " + clients(named) + " sessions"
                : "takes no new sessions, goes when its " + clients(named) + " sessions have left";
        return new Change(
                named.stream()
                        .map(backend -> new Change.Step(
                                "backend " + backend.address(), word(backend.type()), null, effect + "; " + LASTS))
                        .toList(),
                () -> {
                    Reply reply = each(named, backend -> backends.remove(backend.index(), now));
                    OperatorLog.of(LOG)
                            .addKeyValue("backend", named.get(0).address())
                            .addKeyValue("now", now)
                            .addKeyValue("by", request.by())
                            .log("an operator has removed a backend");
                    return reply;
                });
    }

    private static Reply each(List<BackendView> named, Predicate<BackendView> action) {
        long changed = named.stream().filter(action).count();
        return new Reply.Ok(changed, 0, 0, "");
    }

    private static int weight(String digits) throws SqlException {
        if (digits.length() > 4 || Integer.parseInt(digits) > MAX_WEIGHT) {
            throw Errors.failed("a weight is 0 to " + MAX_WEIGHT + ": " + digits);
        }
        return Integer.parseInt(digits);
    }

    private List<BackendView> find(String address) throws SqlException {
        List<BackendView> known = backends.snapshot();
        List<BackendView> named = matching(known, address);
        if (named.isEmpty()) {
            String addresses = known.isEmpty()
                    ? "none is"
                    : known.stream().map(BackendView::address).collect(Collectors.joining(", ")) + " are";
            throw Errors.failed("backend '" + address + "' is not known; " + addresses);
        }
        return named;
    }

    /** By its address as it is listed, once for each of its groups; the default port may be left out. */
    private static List<BackendView> matching(List<BackendView> known, String address) {
        return known.stream()
                .filter(backend -> backend.address().equalsIgnoreCase(address)
                        || backend.address().equalsIgnoreCase(address + ":3306"))
                .toList();
    }

    private static int clients(List<BackendView> named) {
        return named.stream().mapToInt(BackendView::connectedClients).sum();
    }

    private static String word(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
