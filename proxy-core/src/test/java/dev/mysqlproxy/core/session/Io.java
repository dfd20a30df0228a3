package dev.mysqlproxy.core.session;

import io.netty.channel.epoll.Epoll;

/** The two kinds of event loops; every test that opens sockets runs on both. */
enum Io {
    NIO,
    EPOLL;

    boolean available() {
        return this == NIO || Epoll.isAvailable();
    }
}
