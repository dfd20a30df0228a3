package dev.mysqlproxy.api.compatibility;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What an API has changed.
 *
 * @param breaking what plugins trip over that were compiled against the old one, a line each
 * @param additions what they never notice
 */
record ApiChange(List<String> breaking, List<String> additions) {

    /** Interfaces that plugins implement: what these must do more, no plugin of yesterday does. */
    private static final Set<String> OF_PLUGINS = Set.of(
            "dev.mysqlproxy.api.admin.AdminCommand",
            "dev.mysqlproxy.api.admin.AdminTable",
            "dev.mysqlproxy.api.decision.RowDecision$RowTransformer",
            "dev.mysqlproxy.api.lifecycle.ProxyPlugin",
            "dev.mysqlproxy.api.listener.Accounts",
            "dev.mysqlproxy.api.listener.CommandHandler",
            "dev.mysqlproxy.api.listener.Listener$BackendChooser",
            "dev.mysqlproxy.api.script.ScriptEngine");

    private static final String HOOKS = "dev.mysqlproxy.api.hook.";
    private static final String ABSTRACT = "abstract ";

    static ApiChange between(ApiText before, ApiText now) {
        ApiChange change = new ApiChange(new ArrayList<>(), new ArrayList<>());
        Map<String, String> headers = byName(now);
        Map<String, String> oldHeaders = byName(before);
        oldHeaders.forEach((name, header) -> {
            if (!headers.containsKey(name)) {
                change.breaking.add("- " + header);
                return;
            }
            if (!headers.get(name).equals(header)) {
                change.breaking.add("- " + header + "\n  + " + headers.get(name));
            }
            change.members(name, before.types().get(header), now.types().get(headers.get(name)));
        });
        headers.forEach((name, header) -> {
            if (!oldHeaders.containsKey(name)) {
                change.additions.add("+ " + header);
            }
        });
        return change;
    }

    private static Map<String, String> byName(ApiText api) {
        Map<String, String> headers = new TreeMap<>();
        api.types().keySet().forEach(header -> headers.put(ApiText.nameIn(header), header));
        return headers;
    }

    private void members(String type, SortedSet<String> before, SortedSet<String> now) {
        for (String member : before) {
            // what becomes abstract or ceases to be can be called as before
            if (!now.contains(member) && !now.contains(toggled(member))) {
                breaking.add("- " + type + " " + member);
            }
        }
        boolean ofPlugins = OF_PLUGINS.contains(type) || type.startsWith(HOOKS);
        for (String member : now) {
            boolean demands = ofPlugins && member.startsWith(ABSTRACT);
            if (!before.contains(member) && (demands || !before.contains(toggled(member)))) {
                (demands ? breaking : additions).add("+ " + type + " " + member);
            }
        }
    }

    private static String toggled(String member) {
        return member.startsWith(ABSTRACT) ? member.substring(ABSTRACT.length()) : ABSTRACT + member;
    }

    boolean none() {
        return breaking.isEmpty() && additions.isEmpty();
    }

    static String lines(List<String> changes) {
        return changes.stream().sorted(Collections.reverseOrder()).collect(Collectors.joining("\n  ", "  ", "\n"));
    }
}
