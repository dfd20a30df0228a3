package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.RowHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** The hooks of a plugin in their order, with what they said they need when they were registered. */
final class HookList {

    private final List<Hook> hooks;
    private final IdentityHashMap<Hook, Set<CommandType>> queryTypes = new IdentityHashMap<>();
    private final IdentityHashMap<Hook, Set<CommandType>> completedTypes = new IdentityHashMap<>();
    private final IdentityHashMap<Hook, Set<CommandType>> rowTypes = new IdentityHashMap<>();
    private boolean preparedStatements;

    HookList(List<Hook> hooks) {
        this.hooks = List.copyOf(hooks);
        for (Hook hook : hooks) {
            preparedStatements |= hook.needsPreparedStatements();
            if (hook instanceof QueryHook query) {
                queryTypes.put(hook, Set.copyOf(query.commandTypes()));
            }
            if (hook instanceof QueryCompletedHook completed) {
                completedTypes.put(hook, Set.copyOf(completed.completedTypes()));
            }
            if (hook instanceof RowHook rows) {
                rowTypes.put(hook, Set.copyOf(rows.rowTypes()));
            }
        }
    }

    /** Whether commands have the texts of prepared statements with them. */
    boolean preparedStatements() {
        return preparedStatements;
    }

    /** Whether it wants to see this command. */
    boolean wantsCommand(QueryHook hook, Command command) {
        return among(queryTypes.get(hook), command);
    }

    /** Whether it wants to hear of this command's end. */
    boolean wantsEnd(QueryCompletedHook hook, Command command) {
        return among(completedTypes.get(hook), command);
    }

    /** Whether it wants to see the rows of its result. */
    boolean wantsRows(RowHook hook, Command command) {
        return among(rowTypes.get(hook), command);
    }

    private static boolean among(Set<CommandType> types, Command command) {
        Optional<CommandType> type = command.type();
        return type.isPresent() && types.contains(type.get());
    }

    <H extends Hook> List<H> of(Class<H> kind) {
        return hooks.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Tells all hooks of a kind. */
    <H extends Hook> void tell(Class<H> kind, Consumer<H> call) {
        of(kind).forEach(call);
    }

    /** The first decision that is one, else the fallback. */
    <H extends Hook, D> D first(Class<H> kind, Function<H, D> call, Predicate<D> undecided, D fallback) {
        for (H hook : of(kind)) {
            D decision = call.apply(hook);
            if (decision != null && !undecided.test(decision)) {
                return decision;
            }
        }
        return fallback;
    }
}
