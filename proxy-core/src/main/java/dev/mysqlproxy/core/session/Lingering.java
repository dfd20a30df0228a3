package dev.mysqlproxy.core.session;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;

/** A peer that does not read cannot keep a connection that is being closed. */
final class Lingering {

    private static final int SECONDS = 5;

    private Lingering() {}

    /** Cuts the channel when what is left to send is not gone in a few seconds. */
    static void limit(Channel channel) {
        if (channel.isOpen()) {
            channel.eventLoop().schedule(() -> channel.close(), SECONDS, TimeUnit.SECONDS);
        }
    }
}
