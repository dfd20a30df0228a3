package it.plugins;

import dev.mysqlproxy.api.decision.RowDecision;
import dev.mysqlproxy.api.hook.RowHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.ResultView.Column;
import dev.mysqlproxy.api.view.SessionView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.pf4j.Extension;

/** Shows three stars for every value of a column named {@code secret}, and has a look at all other rows. */
@Extension
public class Masks implements ProxyPlugin, RowHook {
    private static final byte[] STARS = "***".getBytes(StandardCharsets.US_ASCII);
    private static final int VAR_STRING = 253;
    private static final int UTF8MB4 = 45;

    @Override
    public void start(PluginContext context) {
        context.addHook(this);
    }

    @Override
    public RowDecision onResultSet(SessionView session, Command command, List<Column> columns) {
        List<Column> shown = new ArrayList<>();
        List<Integer> secret = new ArrayList<>();
        for (Column column : columns) {
            if (column.name().equals("secret")) {
                secret.add(shown.size());
                shown.add(new Column(
                        column.name(), column.orgName(), column.table(), column.orgTable(), column.schema(),
                        VAR_STRING, UTF8MB4, 0));
            } else {
                shown.add(column);
            }
        }
        return RowDecision.transform(shown, values -> {
            for (int index : secret) {
                if (values.get(index) != null) {
                    values.set(index, STARS);
                }
            }
            return values;
        });
    }
}
