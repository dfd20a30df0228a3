package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.auth.AuthDialog;
import dev.mysqlproxy.core.auth.AuthEnds;
import dev.mysqlproxy.protocol.message.OkPacket;

/** After a login of a plugin's own making that is none of MySQL's: everything is passed on. */
record UnknownDialog(AuthEnds ends) implements AuthDialog {

    @Override
    public Challenge challenge(Challenge server) {
        return server;
    }

    @Override
    public void answer(String user, String plugin, byte[] response) {
        throw new IllegalStateException("the login is the plugin's");
    }

    @Override
    public void client(byte[] payload) {
        ends.toServer(payload);
    }

    @Override
    public void server(byte[] payload) {
        ends.toClient(payload);
    }

    @Override
    public OkPacket accepted(OkPacket ok) {
        return ok;
    }

    @Override
    public void release() {
        // knows nothing
    }
}
