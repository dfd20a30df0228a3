package dev.mysqlproxy.api.listener;

import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.SessionView;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A place where clients connect. */
public sealed interface Listener {

    /** Shown in logs and session lists. */
    String name();

    /** {@code host:port}, {@code :port}, {@code [v6]:port} or an absolute path. */
    String address();

    /** The log line, at level message, once it listens; {@code %s} stands for the address. */
    String announcement();

    /**
     * Clients that connect here are forwarded to a backend.
     *
     * @param chooser picks a backend for each client
     * @param timeouts for both sides
     */
    record Forwarding(String name, String address, String announcement, BackendChooser chooser, Timeouts timeouts)
            implements Listener {
        public Forwarding {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(address, "address");
            Objects.requireNonNull(announcement, "announcement");
            Objects.requireNonNull(chooser, "chooser");
            Objects.requireNonNull(timeouts, "timeouts");
        }
    }

    /**
     * Clients that connect here are answered by the plugin itself.
     *
     * @param serverVersion in the greeting
     * @param accounts who may log in
     * @param handler answers commands
     */
    record Local(
            String name,
            String address,
            String announcement,
            String serverVersion,
            Accounts accounts,
            CommandHandler handler)
            implements Listener {
        public Local {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(address, "address");
            Objects.requireNonNull(announcement, "announcement");
            Objects.requireNonNull(serverVersion, "serverVersion");
            Objects.requireNonNull(accounts, "accounts");
            Objects.requireNonNull(handler, "handler");
        }
    }

    /** Picks a backend. Called on event loops, several at once; must not block. */
    @FunctionalInterface
    interface BackendChooser {

        /**
         * The backend for this session.
         *
         * @param candidates those that take sessions and that this session has not just failed to reach
         * @return one of them; empty when none will do
         */
        Optional<BackendView> choose(SessionView session, List<BackendView> candidates);
    }

    /**
     * Timeouts of a forwarding listener. Zero means never.
     *
     * @param connect to reach a backend
     * @param read nothing arrives from the side that should speak: an idle client, a server that runs a command
     * @param write nothing can be written to a side
     */
    record Timeouts(Duration connect, Duration read, Duration write) {
        public Timeouts {
            Objects.requireNonNull(connect, "connect");
            Objects.requireNonNull(read, "read");
            Objects.requireNonNull(write, "write");
        }
    }
}
