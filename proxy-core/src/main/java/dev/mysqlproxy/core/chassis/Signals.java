package dev.mysqlproxy.core.chassis;

import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the process does on TERM, INT, and HUP or USR1. Handlers run on threads of the virtual machine, one per signal, and may
 * block. Requests that reach a worker from its angel count apart from signals that reach it directly: Ctrl-C on a
 * terminal reaches both processes, but is one wish.
 */
public final class Signals {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    private static final int SIGHUP = 1;
    private static final String IGNORED = "SigIgn:";

    private final AtomicInteger signalled = new AtomicInteger();
    private final AtomicInteger requested = new AtomicInteger();
    private int level;
    private volatile Runnable first = () -> {};
    private volatile Runnable second = () -> {};
    private volatile Runnable hangup = () -> {};

    /**
     * Takes over these signals. Until the actions are set, the first TERM or INT is kept for them, a second one ends
     * the process, and HUP does nothing. One instance a process.
     */
    public static Signals install() {
        Signals signals = new Signals();
        // a start that hangs must not need a KILL
        signals.second = () -> Runtime.getRuntime().halt(1);
        handle("TERM", () -> signals.stop(signals.signalled));
        handle("INT", () -> signals.stop(signals.signalled));
        if (isHangupIgnored()) {
            // the virtual machine takes over no signal that it was told to ignore
            Libc.signal(SIGHUP, Pointer.NULL);
        }
        handle("HUP", signals::hangup);
        // what other servers open their logs anew on must not end this one
        handle("USR1", signals::hangup);
        return signals;
    }

    /**
     * Whether the process was started by {@code nohup} or the like: it is not to end when its terminal does. That it never
     * does, but HUP has another meaning besides, which must not be lost.
     */
    private static boolean isHangupIgnored() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(IGNORED))
                    .map(line -> line.substring(IGNORED.length()).strip())
                    .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) & 1L << (SIGHUP - 1)) != 0);
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            // not Linux
            return false;
        }
    }

    Signals() {}

    /**
     * Sets the actions for TERM and INT.
     *
     * @param onFirst starts a graceful stop; runs at once if a signal came already
     * @param onSecond ends the process at once; also for every further signal
     */
    public void onStop(Runnable onFirst, Runnable onSecond) {
        boolean late;
        synchronized (this) {
            first = onFirst;
            second = onSecond;
            late = level > 0;
        }
        if (late) {
            onFirst.run();
        }
    }

    /** Sets the action for HUP. */
    public void onHangup(Runnable action) {
        hangup = action;
    }

    /** As if TERM had come, by another way: from the angel, or from a command of an operator. */
    public void requestStop() {
        stop(requested);
    }

    void signalStop() {
        stop(signalled);
    }

    void hangup() {
        try {
            hangup.run();
        } catch (RuntimeException e) {
            // else it would end unseen: a daemon has no stderr
            LOG.error("SIGHUP failed", e);
        }
    }

    private void stop(AtomicInteger source) {
        int wanted = source.incrementAndGet();
        Runnable action;
        synchronized (this) {
            if (wanted <= level) {
                return;
            }
            level = wanted;
            action = wanted == 1 ? first : second;
        }
        action.run();
    }

    /**
     * {@code sun.misc.Signal} by reflection: it is there and open to all in every JDK, but javac warns of its use and
     * that warning cannot be switched off. Without it TERM and INT end the process the hard way, as any Java one.
     */
    private static void handle(String name, Runnable action) {
        try {
            Class<?> signalClass = Class.forName("sun.misc.Signal");
            Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
            InvocationHandler calls = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    action.run();
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == arguments[0];
                default -> "handler of SIG" + name;
            };
            Object handler =
                    Proxy.newProxyInstance(handlerClass.getClassLoader(), new Class<?>[] {handlerClass}, calls);
            Object signal = signalClass.getConstructor(String.class).newInstance(name);
            signalClass.getMethod("handle", signalClass, handlerClass).invoke(null, signal, handler);
        } catch (ReflectiveOperationException e) {
            LOG.debug("SIG{} cannot be handled here", name, e);
        }
    }
}
