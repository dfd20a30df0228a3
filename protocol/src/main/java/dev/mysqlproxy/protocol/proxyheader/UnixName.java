package dev.mysqlproxy.protocol.proxyheader;

import java.net.SocketAddress;

/** The name of a unix-domain socket as a PROXY header has it: any text, for what one system wrote another must not read. */
public final class UnixName extends SocketAddress {

    private static final long serialVersionUID = 1L;

    private final String name;

    /**
     * A name.
     *
     * @param name a path; {@code @} and a name for an abstract socket; empty for one without a name
     */
    public UnixName(String name) {
        // an abstract socket without a name is one without a name
        this.name = name.equals("@") ? "" : name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnixName that && that.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
