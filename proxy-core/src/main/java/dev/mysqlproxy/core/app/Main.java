package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.core.chassis.Levels;
import dev.mysqlproxy.core.chassis.Logs;
import dev.mysqlproxy.core.chassis.Supervisor;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The command {@code mysql-proxy}. */
public final class Main {

    private Main() {}

    /** Runs until told to stop; exits with 0 after that, with 1 when the start failed. */
    public static void main(String[] arguments) {
        // before any logger exists, so that SLF4J finds our settings and looks no further
        Logs logs = Logs.install();
        Supervisor supervisor = Supervisor.of(arguments, logs);
        int code;
        try {
            code = new Launch(List.of(arguments), logs, supervisor).run();
        } catch (Throwable e) {
            // errors of plugins, too: whoever waits for this process is told
            code = 1;
            failed(e, logs, supervisor);
        }
        logs.close();
        // not exit: nothing is left to be done, and a thread of a plugin must not keep the process
        Runtime.getRuntime().halt(code);
    }

    private static void failed(Throwable error, Logs logs, Supervisor supervisor) {
        Logger log = LoggerFactory.getLogger(Main.class);
        String message = error instanceof StartException ? error.getMessage() : "internal error: " + error;
        Levels.critical(log).log(message);
        log.debug("the reason in full", error);
        if (!logs.settings().toStderr() && !supervisor.hasParent()) {
            System.err.println("mysql-proxy: " + message);
        }
        supervisor.failed(message);
    }
}
