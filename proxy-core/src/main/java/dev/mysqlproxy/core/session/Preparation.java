package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.codec.PacketAssembler;
import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.message.EofPacket;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a pooled server connection needs before another session may use it: it moves to the session's event loop, is reset
 * by COM_RESET_CONNECTION, and gets the character set of its login back, which the reset forgets. On the session's loop,
 * except for the move itself.
 */
final class Preparation implements Readying {

    private static final int LONGEST = 4096;
    private static final int ER_UNKNOWN_COM_ERROR = 1047;
    private static final int ER_UNKNOWN_CHARACTER_SET = 1115;
    private static final int ER_UNKNOWN_COLLATION = 1273;
    private static final byte MULTI_STATEMENTS_ON = 0;
    private static final byte MULTI_STATEMENTS_OFF = 1;

    private final Session session;
    private final BackendLink link;
    private final Runnable ready;
    private final PacketAssembler replies = new PacketAssembler(LONGEST);
    private final Deque<byte[]> commands = new ArrayDeque<>();
    private String names;
    private boolean foreign;
    private boolean moving;
    private boolean cancelled;

    /**
     * The preparation of a link for the session that took it.
     *
     * @param ready what to do then; not called when it fails: the session is told
     */
    Preparation(Session session, BackendLink link, Runnable ready) {
        this.session = session;
        this.link = link;
        this.ready = ready;
    }

    @Override
    public void start(boolean reset) {
        foreign = reset;
        if (link.optionSet()) {
            boolean on = link.negotiated().has(Capabilities.MULTI_STATEMENTS);
            commands.add(new byte[] {CommandCode.COM_SET_OPTION, on ? MULTI_STATEMENTS_ON : MULTI_STATEMENTS_OFF, 0});
        }
        if (reset) {
            commands.add(new byte[] {CommandCode.COM_RESET_CONNECTION});
            // of the session that comes, not of the one that went
            names = Collations.setNames(session.account().characterSet()).orElse(null);
            if (names != null) {
                commands.add(query(names));
            }
        }
        EventLoop home = session.client().eventLoop();
        if (link.channel().eventLoop() == home) {
            next();
        } else {
            move(link.channel(), home);
        }
    }

    /** A query without attributes: their count and the number of their sets come first. */
    private byte[] query(String sql) {
        byte[] text = sql.getBytes(StandardCharsets.US_ASCII);
        boolean attributes = link.negotiated().has(Capabilities.QUERY_ATTRIBUTES);
        byte[] payload = new byte[text.length + (attributes ? 3 : 1)];
        payload[0] = CommandCode.COM_QUERY;
        if (attributes) {
            payload[2] = 1;
        }
        System.arraycopy(text, 0, payload, payload.length - text.length, text.length);
        return payload;
    }

    private void move(Channel channel, EventLoop home) {
        moving = true;
        channel.eventLoop()
                .execute(() -> channel.deregister().addListener(gone -> {
                    if (!gone.isSuccess()) {
                        channel.close();
                    }
                    home.execute(() ->
                            home.register(channel).addListener(here -> home.execute(() -> moved(here.isSuccess()))));
                }));
    }

    private void moved(boolean done) {
        moving = false;
        if (cancelled) {
            link.channel().close();
            return;
        }
        session.guarded(() -> {
            if (!done || !link.channel().isActive()) {
                lost();
            } else {
                next();
            }
        });
        session.flush();
    }

    private void next() {
        byte[] command = commands.peek();
        if (command == null) {
            replies.release();
            link.prepared();
            ready.run();
            return;
        }
        link.transport().commandBegins();
        ByteBuf buffer = link.channel().alloc().buffer(command.length + Wire.HEADER_LENGTH);
        new PacketWriter(buffer, Capabilities.NONE, 0).raw(command);
        link.write(buffer);
        link.flush();
    }

    @Override
    public void bytes(ByteBuf chunk) {
        replies.add(chunk);
        ByteBuf packet = replies.next();
        if (packet == null) {
            return;
        }
        try {
            int sequence = packet.getUnsignedByte(packet.readerIndex() + Wire.HEADER_LENGTH - 1);
            packet.skipBytes(Wire.HEADER_LENGTH);
            Wire.require(packet, 1, "the answer to a reset");
            answered(sequence, packet);
        } finally {
            packet.release();
        }
    }

    private void answered(int sequence, ByteBuf payload) {
        int first = payload.getUnsignedByte(payload.readerIndex());
        byte[] command = commands.peek();
        if (command == null || sequence != 1) {
            // it said goodbye before it was asked
            lost();
        } else if (first == ErrPacket.HEADER) {
            failed(command[0], ErrPacket.decode(payload).code());
        } else if (replies.pendingBytes() == 0
                && (first == OkPacket.HEADER
                        || first == EofPacket.HEADER && command[0] == CommandCode.COM_SET_OPTION)) {
            done(command[0]);
        } else {
            throw new ProtocolViolationException("an unexpected answer to a reset");
        }
    }

    private void done(byte code) {
        if (code == CommandCode.COM_RESET_CONNECTION) {
            link.wasReset();
        } else if (code == CommandCode.COM_SET_OPTION) {
            link.optionRestored();
        }
        commands.poll();
        next();
    }

    private void failed(byte code, int error) {
        boolean unknownNames = code == CommandCode.COM_QUERY
                && (error == ER_UNKNOWN_COLLATION || error == ER_UNKNOWN_CHARACTER_SET)
                && replies.pendingBytes() == 0;
        if (unknownNames) {
            commands.poll();
            if (names.contains("utf8mb3")) {
                // servers from before MySQL 8 and MariaDB 10.6 know it by its old name
                names = names.replace("utf8mb3", "utf8");
                commands.add(query(names));
            }
            // a number that the server does not know made the login use its default, as the reset does
            next();
            return;
        }
        if (code == CommandCode.COM_RESET_CONNECTION && error == ER_UNKNOWN_COM_ERROR) {
            link.backend().pool().notResettable();
        }
        lost();
    }

    @Override
    public void lost() {
        // nothing of this session was there yet: another connection is as good
        if (foreign && session.anotherLink()) {
            session.link().makeReady(session, ready);
        } else {
            session.preparationLost();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        replies.release();
        if (!moving) {
            Lingering.close(link.channel());
        }
    }
}
