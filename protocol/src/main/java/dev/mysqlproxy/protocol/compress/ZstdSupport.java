package dev.mysqlproxy.protocol.compress;

import com.github.luben.zstd.util.Native;

/** Whether there is zstd on this machine: its library comes for some platforms only and must be unpacked somewhere. */
public final class ZstdSupport {

    private static final String PROBLEM = load();

    private ZstdSupport() {}

    private static String load() {
        try {
            Native.load();
            return "";
        } catch (LinkageError | RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Empty when it can be used; else why not. The first call loads the library. */
    public static String problem() {
        return PROBLEM;
    }
}
