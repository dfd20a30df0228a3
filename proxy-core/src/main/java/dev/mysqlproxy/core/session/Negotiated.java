package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.wire.Capabilities;

/**
 * What client and server have agreed on.
 *
 * @param capabilities their flags
 */
record Negotiated(Capabilities capabilities) {

    boolean queryAttributes() {
        return capabilities.has(Capabilities.QUERY_ATTRIBUTES);
    }
}
