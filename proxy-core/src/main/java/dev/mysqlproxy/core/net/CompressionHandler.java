package dev.mysqlproxy.core.net;

import dev.mysqlproxy.api.listener.Compression.Method;
import dev.mysqlproxy.protocol.compress.CompressedReader;
import dev.mysqlproxy.protocol.compress.CompressedWriter;
import dev.mysqlproxy.protocol.reply.AckRequests;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The compressed protocol on one connection. Stands before all handlers that know packets, from the OK of the login on:
 * they read and write plain bytes. What they write is held until it is flushed, is {@link #BLOCK} long, or belongs to
 * another message than what follows. What comes is decompressed no faster than the channel is being read: without
 * auto-read it waits, compressed.
 *
 * <p>Packets count up from 0 with each command, and an answer goes on behind what it answers. Who uses a connection says
 * so: towards a server {@link #commandBegins}, towards a client, which may have sent further commands, {@link #used}.
 *
 * <p>Plain packets on such a connection have sequence ids that need not follow each other: MySQL goes on with the
 * compressed packet's whenever it flushes.
 */
public final class CompressionHandler extends ChannelDuplexHandler {

    /** Most bytes in one compressed packet, and so most that are held. */
    static final int BLOCK = 128 * 1024;

    /** What is still decompressed of a closed connection's last words, for peers that make much of little. */
    private static final int LAST_WORDS = 32 << 20;

    private final CompressedReader reader;
    private final CompressedWriter writer;

    /** Compressed packets of which the session has not used everything: where they end in the plain stream, then ids. */
    private final ArrayDeque<long[]> unused = new ArrayDeque<>();

    private final List<ChannelPromise> promises = new ArrayList<>();

    private ChannelHandlerContext context;
    private ByteBuf held;
    private boolean gathered;
    private long received;
    private long used;

    /** The peer is a client: what it sends does not change the ids of an answer under way. */
    private boolean answering;

    /** Only before replicas that acknowledge. */
    private AckRequests acks;

    private int afterAck;

    private boolean passing;
    private boolean resuming;

    /**
     * For a connection on which no byte has been compressed yet.
     *
     * @param method what was agreed on
     * @param zlibLevel of what is sent: 0 (as it is) to 9, -1 for zlib's default
     * @param zstdLevel of what is sent: 1 to 22
     * @param threshold packets of fewer plain bytes are sent as they are
     */
    public CompressionHandler(Method method, int zlibLevel, int zstdLevel, int threshold) {
        if (method == Method.ZLIB) {
            reader = CompressedReader.zlib();
            writer = CompressedWriter.zlib(zlibLevel, threshold);
        } else {
            reader = CompressedReader.zstd();
            writer = CompressedWriter.zstd(zstdLevel, threshold);
        }
    }

    // --- what the session says --------------------------------------------------------------------------------------

    /** What is written to the server from here on is a new command. */
    public void commandBegins() {
        compressHeld();
        writer.sequence(0);
    }

    /**
     * The session has used what the client has sent up to here, and what is written to the client from here on answers
     * that. Nothing changes when it has used no more than when this was called last.
     *
     * @param unread bytes of what it was given that it has not used yet
     */
    public void used(int unread) {
        long position = received - unread;
        if (position == used) {
            return;
        }
        used = position;
        answering = true;
        if (acks != null) {
            // the count began anew when the acknowledgement was asked for
            unused.clear();
            return;
        }
        while (unused.size() > 1 && unused.element()[0] < position) {
            unused.remove();
        }
        if (!unused.isEmpty()) {
            compressHeld();
            writer.sequence((int) unused.element()[1] + 1);
        }
    }

    /**
     * What is written to the client from here on are events of which it acknowledges some: behind each of these its source
     * and it count their packets anew.
     *
     * @param first sequence id of what follows upon such an event
     */
    public void acknowledging(int first) {
        acks = new AckRequests();
        afterAck = first;
    }

    // --- from the peer ----------------------------------------------------------------------------------------------

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        reader.add((ByteBuf) message);
        pass(0);
    }

    /** Hands on what there is, as long as it is wanted; at least so many bytes also when it is not. */
    private void pass(long unasked) {
        if (passing) {
            return;
        }
        passing = true;
        long end = received + unasked;
        try {
            while (received < end || context.channel().config().isAutoRead()) {
                ByteBuf plain = reader.next(context.alloc());
                if (plain == null) {
                    break;
                }
                account(plain.readableBytes());
                context.fireChannelRead(plain);
                // whoever it was for may have TLS, which tells that it is full only when this loop is over
                context.fireChannelWritabilityChanged();
            }
        } catch (RuntimeException e) {
            // a violation; also those of a task, which nobody else would hand on
            context.fireExceptionCaught(e);
        } finally {
            passing = false;
        }
    }

    private void account(int bytes) {
        received += bytes;
        int id = reader.sequence();
        if (!answering) {
            unused.clear();
            writer.sequence(id + 1);
        }
        long[] last = unused.peekLast();
        if (last != null && last[1] == id) {
            last[0] = received;
        } else {
            unused.add(new long[] {received, id});
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        // asked for from anywhere, also from within what handles the last bytes
        if (reader.hasInput()) {
            resume();
        } else {
            ctx.read();
        }
    }

    private void resume() {
        if (!resuming) {
            resuming = true;
            context.executor().execute(() -> {
                resuming = false;
                if (context.isRemoved()) {
                    return;
                }
                pass(0);
                context.fireChannelReadComplete();
                if (!reader.hasInput()) {
                    context.read();
                }
            });
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        pass(LAST_WORDS);
        ctx.fireChannelInactive();
    }

    // --- to the peer ------------------------------------------------------------------------------------------------

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ByteBuf bytes = (ByteBuf) message;
        if (acks == null) {
            add(ctx, bytes, promise);
            return;
        }
        for (int end = acks.next(bytes); end >= 0; end = acks.next(bytes)) {
            add(ctx, bytes.readRetainedSlice(end), context.voidPromise());
            compressHeld();
            writer.sequence(afterAck);
        }
        add(ctx, bytes, promise);
    }

    private void add(ChannelHandlerContext ctx, ByteBuf bytes, ChannelPromise promise) {
        if (held != null && held.readableBytes() + bytes.readableBytes() > BLOCK) {
            compressHeld();
        }
        if (held == null && !bytes.isReadable()) {
            ctx.write(bytes, promise);
            return;
        }
        if (!promise.isVoid()) {
            promises.add(promise);
        }
        hold(bytes);
        if (held.readableBytes() >= BLOCK) {
            compressHeld();
        }
    }

    private void hold(ByteBuf bytes) {
        if (held == null) {
            held = bytes;
            gathered = false;
            return;
        }
        if (!gathered) {
            int needed = held.readableBytes() + bytes.readableBytes();
            ByteBuf joined = context.alloc().directBuffer(Math.min(2 * needed, BLOCK), BLOCK);
            joined.writeBytes(held);
            held.release();
            held = joined;
            gathered = true;
        }
        held.writeBytes(bytes);
        bytes.release();
    }

    private void compressHeld() {
        if (held == null) {
            return;
        }
        ByteBuf plain = held;
        held = null;
        ChannelPromise written = written();
        try {
            while (plain.readableBytes() > BLOCK) {
                context.write(writer.packet(context.alloc(), plain, BLOCK), context.voidPromise());
            }
            context.write(writer.packet(context.alloc(), plain, BLOCK), written);
        } catch (RuntimeException e) {
            written.tryFailure(e);
            throw e;
        } finally {
            plain.release();
        }
    }

    /** Kept when all that is held has been written. */
    private ChannelPromise written() {
        if (promises.isEmpty()) {
            return context.voidPromise();
        }
        List<ChannelPromise> all = List.copyOf(promises);
        promises.clear();
        return context.newPromise().addListener(done -> {
            for (ChannelPromise promise : all) {
                if (done.isSuccess()) {
                    promise.trySuccess();
                } else {
                    promise.tryFailure(done.cause());
                }
            }
        });
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        compressHeld();
        ctx.flush();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        reader.close();
        writer.close();
        if (held != null) {
            held.release();
            held = null;
        }
        promises.forEach(promise -> promise.tryFailure(new ClosedChannelException()));
        promises.clear();
    }
}
