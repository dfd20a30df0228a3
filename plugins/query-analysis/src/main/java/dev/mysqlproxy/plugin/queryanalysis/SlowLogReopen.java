package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.decision.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code SLOW LOG REOPEN}: for whoever rotates the file. */
record SlowLogReopen(Optional<SlowLog> log) implements AdminCommand {

    private static final int UNKNOWN_ERROR = 1105;

    @Override
    public String words() {
        return "SLOW LOG REOPEN";
    }

    @Override
    public String comment() {
        return "Opens the file of --query-analysis-slow-log anew, after it was moved away.";
    }

    @Override
    public Reply run(List<String> arguments, String by) {
        if (log.isEmpty()) {
            return error("there is no slow log; start with " + AnalysisOptions.SLOW_LOG + "=<file>");
        }
        try {
            log.get().reopen();
            return Reply.ok();
        } catch (IOException e) {
            return error("the slow log cannot be opened: " + e);
        }
    }

    private static Reply error(String message) {
        return Reply.error(UNKNOWN_ERROR, "HY000", message);
    }
}
