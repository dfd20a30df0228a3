package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.core.net.ProxyHeaderOut;
import dev.mysqlproxy.protocol.message.ChangeUserParts;
import dev.mysqlproxy.protocol.message.LoginParts;

/** What a server is told of the proxy and of its client, as far as the backend's settings want it. */
final class Introduction {

    private static final String NAME = "_proxy_name";
    private static final String PROXY = "mysql-proxy";
    private static final String CLIENT = "_proxy_client_address";

    private Introduction() {}

    /** The first bytes of a new connection: a PROXY header. */
    static void header(BackendLink link, Session session) {
        BackendHop.Header header = link.backend().hop().header();
        if (header == BackendHop.Header.NONE) {
            return;
        }
        link.write(ProxyHeaderOut.encode(
                link.channel().alloc(), header, session.client(), session.tls(), session.uniqueId()));
        link.flush();
        // it is this client's from now on
        link.spoil();
    }

    /** A login with connection attributes of the proxy's own. */
    static LoginParts in(LoginParts login, Session session) {
        return wanted(session)
                ? login.withAttribute(NAME, PROXY).withAttribute(CLIENT, session.clientAddress())
                : login;
    }

    /** The same of COM_CHANGE_USER. */
    static ChangeUserParts in(ChangeUserParts login, Session session) {
        return wanted(session)
                ? login.withAttribute(NAME, PROXY).withAttribute(CLIENT, session.clientAddress())
                : login;
    }

    private static boolean wanted(Session session) {
        return session.link().backend().hop().attributes();
    }
}
