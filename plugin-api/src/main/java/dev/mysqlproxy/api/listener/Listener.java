package dev.mysqlproxy.api.listener;

import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.SessionView;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** A place where clients connect. */
public sealed interface Listener {

    /** Shown in logs and session lists. */
    String name();

    /** {@code host:port}, {@code :port}, {@code [v6]:port}, an absolute path, or {@code @name}: an abstract socket. */
    String address();

    /** The log line, at level message, once it listens; {@code %s} stands for the address. */
    String announcement();

    /** How it speaks with its clients below MySQL's commands. */
    ClientHop hop();

    /**
     * Clients that connect here are forwarded to a backend.
     *
     * @param chooser picks a backend for each client
     * @param currentTimeouts for both sides; asked for each new session, on event loops
     * @param hop towards the clients
     * @param authentication who checks who the clients are
     * @param group whose backends it uses; empty for those without a group
     */
    record Forwarding(
            String name,
            String address,
            String announcement,
            BackendChooser chooser,
            Supplier<Timeouts> currentTimeouts,
            ClientHop hop,
            Authentication authentication,
            String group)
            implements Listener {
        public Forwarding {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(address, "address");
            Objects.requireNonNull(announcement, "announcement");
            Objects.requireNonNull(chooser, "chooser");
            Objects.requireNonNull(currentTimeouts, "currentTimeouts");
            Objects.requireNonNull(hop, "hop");
            Objects.requireNonNull(authentication, "authentication");
            Objects.requireNonNull(group, "group");
        }

        /** Without TLS, compression and PROXY headers; the servers authenticate. */
        public Forwarding(String name, String address, String announcement, BackendChooser chooser, Timeouts timeouts) {
            this(name, address, announcement, chooser, timeouts, ClientHop.PLAIN, Authentication.RELAY, "");
        }

        /** With timeouts that stay as they are. */
        public Forwarding(
                String name,
                String address,
                String announcement,
                BackendChooser chooser,
                Timeouts timeouts,
                ClientHop hop,
                Authentication authentication,
                String group) {
            this(name, address, announcement, chooser, () -> timeouts, hop, authentication, group);
            Objects.requireNonNull(timeouts, "timeouts");
        }

        /** Those of a session that begins now. */
        public Timeouts timeouts() {
            return currentTimeouts.get();
        }
    }

    /**
     * Bytes are passed on to the first backend that can be reached, unread: another protocol than MySQL's, for example
     * X Protocol. No hook sees such a connection.
     *
     * @param backends addresses in the order in which they are tried
     * @param currentTimeouts for both sides, asked for each new connection, on event loops; a connection ends when nothing
     *     came from either for the read timeout
     * @param hop towards the clients: PROXY headers and socket mode; TLS and compression are the other protocol's business
     */
    record Relay(
            String name,
            String address,
            String announcement,
            List<String> backends,
            Supplier<Timeouts> currentTimeouts,
            ClientHop hop)
            implements Listener {
        public Relay {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(address, "address");
            Objects.requireNonNull(announcement, "announcement");
            backends = List.copyOf(backends);
            if (backends.isEmpty()) {
                throw new IllegalArgumentException("a relay without backends");
            }
            Objects.requireNonNull(currentTimeouts, "currentTimeouts");
            Objects.requireNonNull(hop, "hop");
        }

        /** Without PROXY headers. */
        public Relay(String name, String address, String announcement, List<String> backends, Timeouts timeouts) {
            this(name, address, announcement, backends, timeouts, ClientHop.PLAIN);
        }

        /** With timeouts that stay as they are. */
        public Relay(
                String name,
                String address,
                String announcement,
                List<String> backends,
                Timeouts timeouts,
                ClientHop hop) {
            this(name, address, announcement, backends, () -> timeouts, hop);
            Objects.requireNonNull(timeouts, "timeouts");
        }

        /** Those of a connection that begins now. */
        public Timeouts timeouts() {
            return currentTimeouts.get();
        }
    }

    /**
     * Clients that connect here are answered by the plugin itself.
     *
     * @param serverVersion in the greeting
     * @param accounts who may log in
     * @param handler answers commands
     * @param hop towards the clients
     */
    record Local(
            String name,
            String address,
            String announcement,
            String serverVersion,
            Accounts accounts,
            CommandHandler handler,
            ClientHop hop)
            implements Listener {
        public Local {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(address, "address");
            Objects.requireNonNull(announcement, "announcement");
            Objects.requireNonNull(serverVersion, "serverVersion");
            Objects.requireNonNull(accounts, "accounts");
            Objects.requireNonNull(handler, "handler");
            Objects.requireNonNull(hop, "hop");
        }

        /** Without TLS. */
        public Local(
                String name,
                String address,
                String announcement,
                String serverVersion,
                Accounts accounts,
                CommandHandler handler) {
            this(name, address, announcement, serverVersion, accounts, handler, ClientHop.PLAIN);
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
