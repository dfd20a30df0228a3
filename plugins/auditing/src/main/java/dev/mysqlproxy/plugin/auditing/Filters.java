package dev.mysqlproxy.plugin.auditing;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.mysqlproxy.api.listener.Networks;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.protocol.sql.StatementKind;
import dev.mysqlproxy.protocol.sql.StatementKinds;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is recorded: all that is included (everything, where nothing is named) and not excluded. Immutable; any thread.
 * Expressions are matched by an automaton, in time that grows with the text alone.
 */
final class Filters {

    private final Words users;
    private final Words notUsers;
    private final Networks networks;
    private final Networks notNetworks;
    private final Words schemas;
    private final Words notSchemas;
    private final Set<StatementKind> kinds;
    private final Set<StatementKind> notKinds;
    private final Optional<Pattern> expression;
    private final Optional<Pattern> notExpression;

    /** As the options say; an {@link IllegalArgumentException} names the one that makes no sense. */
    Filters(OptionValues options) {
        users = new Words(options.get(AuditingOptions.USERS));
        notUsers = new Words(options.get(AuditingOptions.EXCLUDE_USERS));
        networks = networks(options, AuditingOptions.NETWORKS);
        notNetworks = networks(options, AuditingOptions.EXCLUDE_NETWORKS);
        schemas = new Words(options.get(AuditingOptions.SCHEMAS));
        notSchemas = new Words(options.get(AuditingOptions.EXCLUDE_SCHEMAS));
        Set<StatementKind> named = kinds(options, AuditingOptions.STATEMENTS);
        kinds = named.isEmpty() ? EnumSet.allOf(StatementKind.class) : named;
        notKinds = kinds(options, AuditingOptions.EXCLUDE_STATEMENTS);
        expression = expression(options, AuditingOptions.EXPRESSION);
        notExpression = expression(options, AuditingOptions.EXCLUDE_EXPRESSION);
    }

    private static Networks networks(OptionValues options, Option<List<String>> option) {
        try {
            return Networks.of(options.get(option));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    private static Set<StatementKind> kinds(OptionValues options, Option<List<String>> option) {
        Set<StatementKind> named = EnumSet.noneOf(StatementKind.class);
        for (String word : options.get(option)) {
            named.add(Arrays.stream(StatementKind.values())
                    .filter(kind -> kind.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            option + ": '" + word + "' is no kind of statement: use " + AuditingOptions.KINDS)));
        }
        return named;
    }

    private static Optional<Pattern> expression(OptionValues options, Option<String> option) {
        try {
            return options.find(option).filter(text -> !text.isEmpty()).map(Pattern::compile);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    option + ": '" + e.getPattern() + "' is no regular expression of RE2: " + e.getDescription(), e);
        }
    }

    /** Whether what a session does is recorded, as far as its address says. */
    boolean admitsAddress(SessionView session) {
        return (networks.isEmpty() || in(networks, session.clientAddress()))
                && (notNetworks.isEmpty() || !in(notNetworks, session.clientAddress()));
    }

    private static boolean in(Networks set, String address) {
        int colon = address.lastIndexOf(':');
        if (address.startsWith("/") || address.startsWith("@") || colon < 0) {
            return set.containsUnix();
        }
        try {
            // digits in brackets or with dots, never a name to be looked up
            return set.contains(InetAddress.getByName(address.substring(0, colon)));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether what this user does is recorded. */
    boolean admitsUser(String user) {
        return users.admit(user) && !notUsers.name(user);
    }

    /** Whether what happens in this default schema is recorded. */
    boolean admitsSchema(String schema) {
        return schemas.admit(schema) && !notSchemas.name(schema);
    }

    /** Whether it takes a look at a statement to know. */
    boolean looksAtStatements() {
        return kinds.size() < StatementKind.values().length
                || !notKinds.isEmpty()
                || expression.isPresent()
                || notExpression.isPresent();
    }

    /**
     * Whether a statement is recorded. One with several kinds is when one of them is included and not all are excluded; one
     * whose kinds are not certain is of any kind.
     *
     * @param read the kinds
     * @param whole whether the text is all there is of it
     */
    boolean admitsStatement(StatementKinds read, AuditRecord.Slice text, boolean whole) {
        boolean known = whole && read.isCertain();
        if (known && (Collections.disjoint(read.all(), kinds) || notKinds.containsAll(read.all()))) {
            return false;
        }
        if (expression.isEmpty() && notExpression.isEmpty()) {
            return true;
        }
        String sql = text.toString();
        return (expression.isEmpty() || expression.get().matcher(sql).find() || !whole)
                && (notExpression.isEmpty() || !notExpression.get().matcher(sql).find());
    }

    /** Names, an asterisk in them standing for any characters. */
    private static final class Words {
        private final List<String> patterns;

        Words(List<String> patterns) {
            this.patterns = List.copyOf(patterns);
        }

        boolean admit(String name) {
            return patterns.isEmpty() || name(name);
        }

        boolean name(String name) {
            for (int i = 0; i < patterns.size(); i++) {
                if (matches(patterns.get(i), name)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean matches(String pattern, String name) {
            int p = 0;
            int n = 0;
            int star = -1;
            int retry = 0;
            while (n < name.length()) {
                if (p < pattern.length() && pattern.charAt(p) == '*') {
                    star = p++;
                    retry = n;
                } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
                    p++;
                    n++;
                } else if (star >= 0) {
                    p = star + 1;
                    n = ++retry;
                } else {
                    return false;
                }
            }
            while (p < pattern.length() && pattern.charAt(p) == '*') {
                p++;
            }
            return p == pattern.length();
        }
    }
}
