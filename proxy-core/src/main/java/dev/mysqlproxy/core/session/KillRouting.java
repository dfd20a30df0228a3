package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.core.backend.Backend;
import dev.mysqlproxy.core.backend.PooledConnection;
import dev.mysqlproxy.protocol.sql.KillStatement;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom a client means that kills a connection. It knows connections by the numbers with which they were greeted, and those
 * are true only until a session gets another server connection from a pool; and it may itself be on another backend than
 * the one it wants to stop, where the same number is somebody else's. A number that no session of this proxy goes by is
 * left to the server.
 */
final class KillRouting {

    private static final Logger LOG = LoggerFactory.getLogger(KillRouting.class);

    /** Payloads of more bytes are not looked at. */
    private static final int LONGEST = 1024;

    /** COM_PROCESS_KILL with its one argument. */
    private static final int PROCESS_KILL_LENGTH = 5;

    private static final int ER_UNKNOWN_ERROR = 1105;

    private final Session killer;
    private final BackendLink from;
    private final byte[] command;
    private final boolean query;
    private final long id;
    private final Optional<KillStatement> statement;

    private KillRouting(Session killer, byte[] command, long id, Optional<KillStatement> statement) {
        this.killer = killer;
        this.from = killer.link();
        this.command = command;
        this.id = id;
        this.statement = statement;
        this.query = statement.isPresent() && statement.get().query();
    }

    /**
     * Whether the command that begins at the input's reader index may be one to look at; costs next to nothing for others.
     *
     * @param code first byte of its payload, which has arrived
     * @param queryAttributes whether the hop negotiated CLIENT_QUERY_ATTRIBUTES
     */
    static boolean concerns(int code, ByteBuf input, boolean queryAttributes) {
        if (code != CommandCode.COM_QUERY) {
            return code == CommandCode.COM_PROCESS_KILL;
        }
        int at = input.readerIndex();
        int length = input.getUnsignedMediumLE(at);
        if (length > LONGEST) {
            return false;
        }
        int text = at + Wire.HEADER_LENGTH + 1;
        int end = input.writerIndex();
        if (queryAttributes && text < end) {
            if (input.getByte(text) != 0) {
                return mayEndInNumber(input, at + Wire.HEADER_LENGTH + length);
            }
            // no attributes, in one set
            text += 2;
        }
        // one whose first letter has not arrived may be anything
        return text >= end ? text < at + Wire.HEADER_LENGTH + length : KillStatement.mayBegin(input.getByte(text));
    }

    /** Where attributes are before the statement, its end is easier to find than its beginning. */
    private static boolean mayEndInNumber(ByteBuf input, int end) {
        if (end > input.writerIndex()) {
            return true;
        }
        byte last = input.getByte(end - 1);
        return last >= '0' && last <= '9' || last == ';' || last <= ' ' || last == '/';
    }

    /**
     * What is to be done with a command for which {@link #concerns} was true: forwarded, sent with another number, sent by
     * another way, or answered. On the session's event loop, which uses its server connection as a rule.
     */
    static QueryDecision route(Session killer, CommandView command) {
        if (!command.complete() || killer.link() == null) {
            return QueryDecision.forward();
        }
        byte[] packet = command.packet();
        if (command.code() == CommandCode.COM_PROCESS_KILL) {
            if (packet.length != PROCESS_KILL_LENGTH) {
                return QueryDecision.forward();
            }
            long id =
                    (packet[1] & 0xff) | (packet[2] & 0xff) << 8 | (packet[3] & 0xff) << 16 | (packet[4] & 0xffL) << 24;
            return new KillRouting(killer, packet, id, Optional.empty()).decide();
        }
        return KillStatement.parse(command.statement())
                .map(kill -> new KillRouting(killer, packet, kill.id(), Optional.of(kill)).decide())
                .orElse(QueryDecision.forward());
    }

    private QueryDecision decide() {
        Optional<Session> found = killer.services().registry().all().stream()
                .filter(this::mayBeMeant)
                .max(Comparator.comparing(this::ownUsers)
                        .thenComparing(this::ofTheSameProcess)
                        // others' numbers can only be had from the server's list, where the true ones are
                        .thenComparing(other -> ownUsers(other) == greetedSo(other))
                        .thenComparing(this::onSameBackend)
                        .thenComparing(this::ofTheSameHost));
        if (found.isEmpty()) {
            return QueryDecision.forward();
        }
        Session target = found.get();
        BackendLink to = target.link();
        if (to != null && to.backend() == from.backend()) {
            long real = to.threadId();
            return real == id
                    ? QueryDecision.forward()
                    : QueryDecision.inject(new Injection(0, withId(real), false, true));
        }
        if (!ownUsers(target)) {
            return QueryDecision.forward();
        }
        if (to == null) {
            return query ? QueryDecision.answer(new Reply.Ok(0, 0, 0, "")) : end(target);
        }
        return elsewhere(target, to);
    }

    // --- who is meant -----------------------------------------------------------------------------------------------

    private boolean mayBeMeant(Session other) {
        return !other.local()
                && other.loggedIn()
                && (greetedSo(other) || goesBy(other))
                && (ownUsers(other) || onSameBackend(other));
    }

    private boolean greetedSo(Session other) {
        return other.identity().greetedThreadId() == id;
    }

    /** Whether the server calls it so now. */
    private boolean goesBy(Session other) {
        BackendLink link = other.link();
        return link != null && link.threadId() == id;
    }

    private boolean onSameBackend(Session other) {
        BackendLink link = other.link();
        return link != null && link.backend() == from.backend();
    }

    /** Whether it is of the killer's own user, as far as a server or a plugin has seen who that is. */
    private boolean ownUsers(Session other) {
        ServerLogin account = killer.account();
        ServerLogin others = other.account();
        // the accounts at the servers and the names of the clients: a users file may give one account to several users
        return account != null
                && account.poolable()
                && others != null
                && others.user().equals(account.user())
                && other.user().equals(killer.user());
    }

    private boolean ofTheSameHost(Session other) {
        return host(other).equals(host(killer));
    }

    private static String host(Session of) {
        String address = of.clientAddress();
        int port = address.lastIndexOf(':');
        return port < 0 ? address : address.substring(0, port);
    }

    /** A program that interrupts itself opens a second connection for it. */
    private boolean ofTheSameProcess(Session other) {
        Map<String, String> attributes = killer.connectionAttributes();
        String process = attributes.get("_pid");
        return process != null && process.equals(other.connectionAttributes().get("_pid")) && ofTheSameHost(other);
    }

    // --- how ---------------------------------------------------------------------------------------------------------

    private byte[] withId(long real) {
        if (statement.isPresent()) {
            byte[] text = new byte[command.length - 1];
            System.arraycopy(command, 1, text, 0, text.length);
            byte[] changed = statement.get().withId(text, real);
            byte[] payload = new byte[changed.length + 1];
            payload[0] = command[0];
            System.arraycopy(changed, 0, payload, 1, changed.length);
            return payload;
        }
        return new byte[] {command[0], (byte) real, (byte) (real >>> 8), (byte) (real >>> 16), (byte) (real >>> 24)};
    }

    /** The target's backend is another one than the killer's. */
    private QueryDecision elsewhere(Session target, BackendLink to) {
        Backend there = to.backend();
        byte[] real = withId(to.threadId());
        PooledConnection idle =
                there.pool().takeOf(killer.account().user(), killer.client().eventLoop());
        // until it is logged in, the connection may have gone to another session
        CompletionStage<Reply> answer = idle != null
                ? Errand.run((BackendLink) idle, real)
                : SideConnection.run(killer, there, real, () -> target.link() == to);
        return QueryDecision.later(answer.handle(
                (reply, failure) -> failure == null ? QueryDecision.answer(reply) : instead(target, there)));
    }

    /** Nobody can tell that server. Any thread. */
    private QueryDecision instead(Session target, Backend there) {
        if (query) {
            return QueryDecision.answer(new Reply.Err(
                    ER_UNKNOWN_ERROR,
                    "HY000",
                    "(proxy) connection " + id + " is on backend " + there.address()
                            + ", this one is on another: its query cannot be killed from here"));
        }
        return end(target);
    }

    /** As the server would have let the user do. */
    private QueryDecision end(Session target) {
        LOG.atInfo()
                .addKeyValue("session", target.id())
                .addKeyValue("by", killer.id())
                .log("a session is ended by KILL from another backend");
        target.end(CloseCause.KILLED);
        return QueryDecision.answer(new Reply.Ok(0, 0, 0, ""));
    }
}
