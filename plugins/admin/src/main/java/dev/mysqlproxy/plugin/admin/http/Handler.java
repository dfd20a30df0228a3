package dev.mysqlproxy.plugin.admin.http;

import java.io.IOException;
import java.net.SocketAddress;

/** Answers requests. Several threads at once, each of which may block. */
@FunctionalInterface
interface Handler {

    /**
     * Answers one, by exactly one {@link Sender#send}. What it throws before that becomes an error 500.
     *
     * @param client who asks
     */
    void handle(Request request, SocketAddress client, Sender to) throws IOException;

    /** Writes an answer to the client, which may take as long as the client takes. */
    @FunctionalInterface
    interface Sender {

        void send(Response response) throws IOException;
    }
}
