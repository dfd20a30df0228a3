package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.decision.Reply;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code AUDIT ROTATE}. */
final class RotateCommand implements AdminCommand {

    private static final Logger LOG = LoggerFactory.getLogger(RotateCommand.class);
    private static final int PATIENCE_SECONDS = 10;
    private static final int UNKNOWN_ERROR = 1105;

    private final AuditWriter writer;

    RotateCommand(AuditWriter writer) {
        this.writer = writer;
    }

    @Override
    public String words() {
        return "AUDIT ROTATE";
    }

    @Override
    public String comment() {
        return "Renames the file of the audit and begins a new one.";
    }

    @Override
    public Reply run(List<String> arguments, String by) {
        if (!arguments.isEmpty()) {
            return failed("AUDIT ROTATE takes no arguments");
        }
        try {
            if (!writer.rotate().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return failed("the audit is not written to a file");
            }
            LOG.atInfo().addKeyValue("by", by).log("a new audit file was begun");
            return Reply.ok();
        } catch (ExecutionException e) {
            return failed("the audit file cannot be rotated: " + e.getCause());
        } catch (TimeoutException e) {
            return failed("the audit is busy with a write that does not end; the file will be rotated after it");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed("interrupted");
        }
    }

    private static Reply failed(String reason) {
        return Reply.error(UNKNOWN_ERROR, "HY000", reason);
    }
}
