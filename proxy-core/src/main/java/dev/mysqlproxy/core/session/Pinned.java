package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.wire.ServerStatus;

/** Why a session keeps its server connection, as far as the proxy can tell without reading statements. */
final class Pinned {

    private Pinned() {}

    /**
     * A word for lists; empty when nothing is known that would hinder it from giving the connection away. Any thread.
     *
     * @param link what the session has; null for none
     */
    static String word(BackendLink link, PhaseParts parts) {
        if (link == null) {
            return "";
        }
        if (link.spoiled()) {
            return "stream";
        }
        if ((parts.tracker().serverStatus() & ServerStatus.IN_TRANS) != 0) {
            return "transaction";
        }
        return parts.statements().open() > 0 ? "prepared-statements" : "";
    }
}
