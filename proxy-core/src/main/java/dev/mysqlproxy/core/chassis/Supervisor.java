package dev.mysqlproxy.core.chassis;

import dev.mysqlproxy.api.lifecycle.StartException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code --daemon} and {@code --keepalive} on a virtual machine that cannot fork: the same command is started again as
 * a child, which finds its role in the environment.
 *
 * <pre>
 * plain                 serves
 * --daemon              launcher -> [detached] serves
 * --keepalive           angel -> [worker] serves
 * --daemon --keepalive  launcher -> [detached] angel -> [detached-worker] serves
 * </pre>
 *
 * <p>The launcher leaves when the daemon is ready or failed; the angel stays. Each child tells its parent by a line on
 * its stdout ({@link Status}); a worker hears its angel through its stdin ({@link Angel}). The variables:
 * {@code MYSQL_PROXY_INTERNAL_ROLE} is the word in brackets, {@code MYSQL_PROXY_INTERNAL_CWD} the directory of the
 * first process (detached ones run in {@code /}), {@code MYSQL_PROXY_INTERNAL_JVM} the options for a worker's virtual
 * machine, divided by U+001F, when those of the angel are others.
 *
 * <p>Main thread only, except where said.
 */
public final class Supervisor {

    private static final String ROLE = "MYSQL_PROXY_INTERNAL_ROLE";
    private static final String DIRECTORY = "MYSQL_PROXY_INTERNAL_CWD";
    private static final String OPTIONS = "MYSQL_PROXY_INTERNAL_JVM";
    private static final String DIVIDER = "\u001f";
    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

    private final Role role;
    private final int argumentCount;
    private final Logs logs;
    private final Map<String, String> environment;
    private final ServiceNotify service = ServiceNotify.fromEnvironment();

    private enum Role {
        FIRST(""),
        DETACHED("detached"),
        WORKER("worker"),
        DETACHED_WORKER("detached-worker");

        private final String word;

        Role(String word) {
            this.word = word;
        }

        static Role of(String word) {
            for (Role role : values()) {
                if (role.word.equals(word)) {
                    return role;
                }
            }
            return FIRST;
        }

        boolean isWorker() {
            return this == WORKER || this == DETACHED_WORKER;
        }

        boolean isDetached() {
            return this == DETACHED || this == DETACHED_WORKER;
        }
    }

    private Supervisor(int argumentCount, Logs logs, Map<String, String> environment) {
        this.role = Role.of(environment.getOrDefault(ROLE, ""));
        this.argumentCount = argumentCount;
        this.logs = logs;
        this.environment = environment;
    }

    /** For a {@code main} that was called with these arguments; its role comes from the environment. */
    public static Supervisor of(String[] arguments, Logs logs) {
        return new Supervisor(arguments.length, logs, System.getenv());
    }

    /** The directory that relative paths of the command line mean; this process may be in another. */
    public Path workingDirectory() {
        return Optional.ofNullable(environment.get(DIRECTORY))
                .map(Path::of)
                .orElseGet(() -> Path.of("").toAbsolutePath());
    }

    /**
     * Launches or watches other processes if that is this one's part; blocks for as long as that takes.
     *
     * @return the exit code, when this process is done; empty when it is the one that serves
     * @throws StartException when a process cannot be started
     */
    public OptionalInt supervise(boolean daemon, boolean keepalive) throws StartException {
        try {
            if (role == Role.FIRST && daemon) {
                Posix.requireLinux("--daemon");
                return OptionalInt.of(new Detacher(System.out, System.err).run(daemonCommand(keepalive)));
            }
            if (role == Role.DETACHED) {
                Posix.newSession();
            }
            return keepalive && !role.isWorker() ? OptionalInt.of(watch()) : OptionalInt.empty();
        } catch (InterruptedException e) {
            throw new StartException("interrupted during the start", e);
        }
    }

    private ProcessBuilder daemonCommand(boolean keepalive) throws StartException {
        ChildCommand command = ChildCommand.ofThisProcess(argumentCount);
        ProcessBuilder builder = new ProcessBuilder(keepalive ? command.small() : command.full());
        builder.directory(Path.of("/").toFile());
        builder.redirectInput(Path.of("/dev/null").toFile());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put(ROLE, Role.DETACHED.word);
        builder.environment().put(DIRECTORY, workingDirectory().toString());
        builder.environment().put(OPTIONS, String.join(DIVIDER, command.options()));
        return builder;
    }

    private int watch() throws StartException, InterruptedException {
        Signals signals = Signals.install();
        ProcessBuilder builder = workerCommand();
        RestartPolicy policy = new RestartPolicy(Duration.ofSeconds(1));
        Angel angel = new Angel(builder::start, policy, this::relay, new FileOutputStream(FileDescriptor.out));
        signals.onHangup(() -> {
            logs.reopen();
            angel.hangup();
        });
        signals.onStop(angel::stop, angel::stopNow);
        return angel.run();
    }

    private ProcessBuilder workerCommand() throws StartException {
        ChildCommand command = ChildCommand.ofThisProcess(argumentCount);
        String options = environment.get(OPTIONS);
        if (options != null) {
            command = command.withOptions(options.isEmpty() ? List.of() : List.of(options.split(DIVIDER, -1)));
        }
        ProcessBuilder builder = new ProcessBuilder(command.full());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put(ROLE, (role == Role.DETACHED ? Role.DETACHED_WORKER : Role.WORKER).word);
        builder.environment().put(DIRECTORY, workingDirectory().toString());
        // systemd watches the angel, and listens to it alone
        builder.environment().remove("NOTIFY_SOCKET");
        return builder;
    }

    private void relay(Status status) {
        if (status.ready()) {
            ready();
        } else {
            tellParent(status);
        }
    }

    /** Lets the wishes of an angel reach {@code signals}, if there is an angel. */
    public void listen(Signals signals) {
        if (role.isWorker()) {
            Thread thread = new Thread(() -> hear(new FileInputStream(FileDescriptor.in), signals), "angel");
            thread.setDaemon(true);
            thread.start();
        }
    }

    static void hear(InputStream angel, Signals signals) {
        boolean asked = false;
        try {
            for (int wish = angel.read(); wish >= 0; wish = angel.read()) {
                if (wish == Angel.STOP) {
                    asked = true;
                    fulfil(signals::requestStop, "stop");
                } else if (wish == Angel.HANGUP) {
                    fulfil(signals::hangup, "hangup");
                }
            }
        } catch (IOException e) {
            log.debug("the angel cannot be heard any more", e);
        }
        if (!asked) {
            Levels.critical(log).log("the angel is gone, shutting down");
            signals.requestStop();
        }
    }

    /** Aside: the next wish must be heard meanwhile. */
    private static void fulfil(Runnable wish, String name) {
        Thread thread = new Thread(wish, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** This process serves: tells the launcher, the angel or systemd, whichever waits, and leaves the terminal. */
    public void ready() {
        tellParent(Status.SERVING);
        if (role.isDetached()) {
            try {
                Posix.detachOutput(logs.settings().toStderr());
            } catch (StartException e) {
                log.warn("stdout and stderr stay open: {}", e.getMessage());
            }
        }
        service.ready();
    }

    /**
     * The start failed: tells the launcher, which prints the message unless our log is on stderr and has it already.
     * The caller has logged it and ends the process.
     */
    public void failed(String message) {
        tellParent(Status.failed(logs.settings().toStderr() ? "" : message));
    }

    /** Whether another process waits for this one and tells the operator how it went. */
    public boolean hasParent() {
        return role != Role.FIRST;
    }

    /** A graceful stop begins. */
    public void stopping() {
        service.stopping();
    }

    private void tellParent(Status status) {
        if (role == Role.FIRST) {
            return;
        }
        try {
            @SuppressWarnings("resource") // closing it would close stdout
            OutputStream stdout = new FileOutputStream(FileDescriptor.out);
            status.send(stdout);
        } catch (IOException e) {
            log.debug("the parent process does not listen any more", e);
        }
    }
}
