package dev.mysqlproxy.protocol.proxyheader;

import io.netty.buffer.ByteBuf;

/** Writes the PROXY header that a connection begins with. */
public final class ProxyHeaderWriter {

    private ProxyHeaderWriter() {}

    /**
     * Writes a header in its version. Version 1 knows no unix sockets and calls their clients UNKNOWN; version 2 gets a
     * checksum, and is LOCAL when there are no addresses.
     *
     * @throws IllegalArgumentException when the TLVs are too long for a header
     */
    public static void write(ProxyHeader header, ByteBuf out) {
        if (header.version() == 1) {
            HeaderLine.write(header, out);
        } else {
            HeaderBlock.write(header, out);
        }
    }
}
