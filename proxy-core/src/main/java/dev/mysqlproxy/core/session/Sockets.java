package dev.mysqlproxy.core.session;

import io.netty.channel.WriteBufferWaterMark;

/** Settings that both sides' channels share. */
final class Sockets {

    /**
     * Bytes that wait for a slow peer before its counterpart is no longer read. Large enough that a fast peer never
     * runs dry between two reads of 64 KiB, small enough that a thousand stuck sessions stay within reason.
     */
    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    private Sockets() {}
}
