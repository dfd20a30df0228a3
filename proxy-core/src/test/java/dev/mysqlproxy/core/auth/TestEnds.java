package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.message.ErrPacket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;

/** Remembers what a dialog does with its two ends; runs nothing later until it is told to. */
final class TestEnds implements AuthEnds {

    /** How a hop is protected. */
    enum Hop {
        OPEN,
        UNIX,
        TLS
    }

    final Hop client;
    final Hop server;
    final Deque<byte[]> toClient = new ArrayDeque<>();
    final Deque<byte[]> toServer = new ArrayDeque<>();
    final BlockingDeque<Runnable> tasks = new LinkedBlockingDeque<>();
    Login login;
    int logins;
    ErrPacket refusal;
    String why;

    TestEnds(Hop client, Hop server) {
        this.client = client;
        this.server = server;
    }

    @Override
    public boolean clientSecret() {
        return client != Hop.OPEN;
    }

    @Override
    public boolean serverSecret() {
        return server != Hop.OPEN;
    }

    @Override
    public boolean clientTls() {
        return client == Hop.TLS;
    }

    @Override
    public boolean serverTls() {
        return server == Hop.TLS;
    }

    @Override
    public void toClient(byte[] payload) {
        toClient.add(payload);
    }

    @Override
    public void toServer(byte[] payload) {
        if (login == null) {
            throw new IllegalStateException("to the server before the login");
        }
        toServer.add(payload);
    }

    @Override
    public void logIn(Login parts) {
        login = parts;
        logins++;
    }

    @Override
    public void refuse(ErrPacket error, String reason) {
        if (refusal != null) {
            throw new IllegalStateException("refused twice");
        }
        refusal = error;
        why = reason;
    }

    @Override
    public void later(Runnable task) {
        tasks.add(task);
    }
}
