package dev.mysqlproxy.example.mask;

import dev.mysqlproxy.api.decision.RowDecision;
import dev.mysqlproxy.api.hook.RowHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.ResultView.Column;
import dev.mysqlproxy.api.view.SessionView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.pf4j.Extension;

/** Shows some users {@code ***} in place of the values of some columns. */
@Extension
public final class MaskColumnPlugin implements ProxyPlugin, RowHook {

    private static final byte[] MASK = "***".getBytes(StandardCharsets.US_ASCII);
    private static final int VAR_STRING = 253;
    private static final int UTF8MB4 = 255;
    private static final Option<List<String>> COLUMNS = Option.list(
                    "mask-columns", "columns to hide, as table.column: users.email")
            .build();
    private static final Option<List<String>> EXCEPT =
            Option.list("mask-except", "users who see them all the same").build();

    private final Set<String> columns = new HashSet<>();
    private Set<String> except = Set.of();

    @Override
    public List<Option<?>> options() {
        return List.of(COLUMNS, EXCEPT);
    }

    @Override
    public void start(PluginContext context) {
        context.options().get(COLUMNS).forEach(column -> columns.add(column.toLowerCase(Locale.ROOT)));
        except = Set.copyOf(context.options().get(EXCEPT));
        context.addHook(this);
    }

    @Override
    public boolean failClosed() {
        return true;
    }

    @Override
    public RowDecision onResultSet(SessionView session, Command command, List<Column> shown) {
        List<Column> changed = new ArrayList<>(shown);
        List<Integer> masked = new ArrayList<>();
        for (int at = 0; at < shown.size(); at++) {
            Column column = shown.get(at);
            String name = column.orgTable() + "." + column.orgName();
            if (columns.contains(name.toLowerCase(Locale.ROOT))) {
                masked.add(at);
                changed.set(at, new Column(column.name(), "", column.table(), "", "", VAR_STRING, UTF8MB4, 0));
            }
        }
        if (masked.isEmpty() || except.contains(session.user().orElse(""))) {
            return RowDecision.pass();
        }
        return RowDecision.transform(changed, values -> {
            masked.forEach(at -> values.set(at, values.get(at) == null ? null : MASK));
            return values;
        });
    }
}
