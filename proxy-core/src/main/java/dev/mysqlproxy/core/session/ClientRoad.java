package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.session.CommandPhase.Mode;
import dev.mysqlproxy.protocol.codec.CommandScanner;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of the client's bytes to the server: those of its commands, and what it says while a reply is under way. On the
 * session's event loop.
 */
final class ClientRoad {

    private static final Logger LOG = LoggerFactory.getLogger(ClientRoad.class);

    private static final String SEMI_SYNC = "set @rpl_semi_sync";
    private static final int SEMI_SYNC_AT_MOST = 64;

    private final PhaseParts parts;
    private final Session session;
    private final ReplyTracker tracker;
    private final CommandScanner scanner;
    private final Interjections interjections;
    private final CommandPhase phase;
    private boolean acknowledges;

    ClientRoad(PhaseParts parts, Interjections interjections, CommandPhase phase) {
        this.parts = parts;
        this.session = parts.session();
        this.tracker = parts.tracker();
        this.scanner = parts.scanner();
        this.interjections = interjections;
        this.phase = phase;
    }

    /** First byte of the command that the input begins with; -1 when that is not there yet. */
    int begins(ByteBuf input) {
        int available = input.readableBytes();
        if (available < Wire.HEADER_LENGTH) {
            return -1;
        }
        int word = input.getIntLE(input.readerIndex());
        if (word >>> 24 != 0 && !session.clientLink().compresses()) {
            throw new ProtocolViolationException("a command with sequence id " + (word >>> 24));
        }
        if ((word & Wire.MAX_PAYLOAD) == 0) {
            throw new ProtocolViolationException("an empty command");
        }
        return available == Wire.HEADER_LENGTH ? -1 : input.getUnsignedByte(input.readerIndex() + Wire.HEADER_LENGTH);
    }

    /** Sequence id of an answer to a command of one packet; -1 when that has no answer. */
    static int answerOf(int code) {
        return ReplyShape.of(code) == ReplyShape.NONE ? -1 : 1;
    }

    /** Sequence id of an answer to a command of which no more than the header has come. */
    static int afterHeader(ByteBuf input) {
        return input.readableBytes() < Wire.HEADER_LENGTH
                ? 1
                : input.getUnsignedByte(input.readerIndex() + Wire.HEADER_LENGTH - 1) + 1 & 0xff;
    }

    /** The command that the input begins with goes to the server, as soon as its connection is ready. */
    void start(int code) {
        BackendLink link = session.link();
        if (link == null) {
            noServer(code);
            return;
        }
        if (!link.ready()) {
            phase.mode(Mode.PREPARING);
            link.makeReady(session, () -> {
                start(code);
                phase.pump();
            });
            return;
        }
        link.used(code);
        ReplyShape shape = ReplyShape.of(code);
        if (shape == ReplyShape.OPAQUE) {
            LOG.atInfo()
                    .addKeyValue("command", code)
                    .addKeyValue("session", session.id())
                    .log("relaying a command unknown to the proxy");
        }
        parts.schema().sending(code, phase.input());
        parts.statements().sending(code);
        if (code == CommandCode.COM_QUERY && session.clientLink().compresses()) {
            acknowledges |= announcesAcks(phase.input());
        }
        scanner.startCommand();
        if (code == CommandCode.COM_CHANGE_USER) {
            phase.changesUser();
            return;
        }
        // whoever compresses numbers packets in a way of its own, which the other hop would not take
        tracker.renumber(link.transport().compresses());
        scanner.renumber(session.clientLink().compresses());
        tracker.start(shape, 1);
        interjections.reset();
        phase.mode(Mode.SENDING);
    }

    /** A replica that acknowledges says so in a statement before it asks for events. */
    private boolean announcesAcks(ByteBuf input) {
        int length = Math.min(input.readableBytes(), SEMI_SYNC_AT_MOST);
        return input.toString(input.readerIndex(), length, StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .contains(SEMI_SYNC);
    }

    /** The session has given its server connection away and taken no other. */
    private void noServer(int code) {
        if (code == CommandCode.COM_QUIT) {
            session.close(CloseCause.CLIENT_QUIT, null, "");
            return;
        }
        LOG.error("I have no server backend, closing connection");
        session.close(CloseCause.NO_BACKEND, Errors.NO_SERVER, "no server connection for a command");
    }

    /** Bytes of the command that is being sent. */
    void send(ByteBuf input, ShownStatement shown) {
        int bytes = scanner.scan(input);
        shown.more(input, bytes);
        phase.forward(bytes);
        if (scanner.ended()) {
            phase.used();
            sent();
        }
    }

    private void sent() {
        Exchange exchange = phase.exchange();
        if (exchange != null) {
            exchange.forwarded(scanner.bytes());
            exchange.answerSequence(scanner.nextSequence());
        }
        if (tracker.shape() == ReplyShape.TUNNEL) {
            phase.mode(Mode.TUNNEL);
            return;
        }
        phase.mode(Mode.REPLY);
        if (acknowledges && tracker.shape() == ReplyShape.STREAM) {
            // MariaDB, which leaves this flag out, counts its replica's packet, too
            boolean counted = !session.link().greeting().capabilities().has(Capabilities.LONG_PASSWORD);
            session.clientLink().acknowledging(counted ? 1 : 0);
        }
        if (tracker.ended()) {
            phase.replyEnded();
        } else if (tracker.bytes() == 0) {
            tracker.expectSequence(scanner.nextSequence());
        }
    }

    /** What the client says while a reply is under way; false when it has to wait. */
    boolean interject(ByteBuf input) {
        BackendLink link = session.link();
        if (link == null || link.preparation() != null) {
            return false;
        }
        boolean between = scanner.ended();
        int bytes = interjections.take(input);
        if (bytes == Interjections.NEXT_COMMAND) {
            tracker.endOpaque();
            phase.replyEnded();
            return true;
        }
        if (bytes == Interjections.WAIT) {
            return false;
        }
        if (between && tracker.shape() == ReplyShape.STREAM) {
            // who reads a replica's acknowledgements takes each for a message of its own, also where they are
            // compressed
            link.transport().commandBegins();
        }
        phase.forward(bytes);
        phase.used();
        return true;
    }
}
