package dev.mysqlproxy.core.session;

/**
 * A session and its two peers.
 *
 * @param client the client's end
 * @param server the server's end
 * @param session what is between them
 */
record Talk(FakeClient client, Peer server, Session session) {

    /** The client sends this, the server receives the same. */
    Talk ask(byte[] command) {
        client.send(command);
        server.expect(command);
        return this;
    }

    /** The server sends this, the client receives the same. */
    Talk answer(byte[] reply) {
        server.send(reply);
        client.expect(reply);
        return this;
    }

    /** A command and its reply go through: everything before was followed rightly. */
    Talk ping() {
        return ask(Packets.ping()).answer(Packets.ok(1));
    }
}
