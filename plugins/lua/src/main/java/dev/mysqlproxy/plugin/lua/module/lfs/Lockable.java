package dev.mysqlproxy.plugin.lua.module.lfs;

import java.nio.channels.FileChannel;

/** What a script's file handle, a userdata's instance, has to be for {@code lfs.lock} and {@code lfs.unlock}. */
public interface Lockable {

    /**
     * The channel to lock.
     *
     * @param writing whether it has to be one that writes, which a lock that keeps everybody out needs
     * @return null when there is none: a pipe, a closed file, one open for the other thing
     */
    FileChannel channel(boolean writing);
}
