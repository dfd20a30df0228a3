package dev.mysqlproxy.api.listener;

import java.util.List;

/**
 * Compression on one hop.
 *
 * @param methods towards clients those that are offered, towards a server those that are asked for: the first one that it
 *     has; empty for none
 * @param zlibLevel 0 (stored) to 9, -1 for zlib's default
 * @param zstdLevel 1 to 22
 * @param threshold packets of fewer bytes are sent as they are
 */
public record Compression(List<Method> methods, int zlibLevel, int zstdLevel, int threshold) {

    /** MySQL's own: shorter packets only grow. */
    public static final int DEFAULT_THRESHOLD = 50;

    /** MySQL's default levels. */
    public static final int DEFAULT_ZLIB_LEVEL = 6;

    public static final int DEFAULT_ZSTD_LEVEL = 3;

    /** No compression. */
    public static final Compression NONE = of();

    /** The protocol's algorithms. */
    public enum Method {
        ZLIB,
        ZSTD
    }

    public Compression {
        methods = List.copyOf(methods);
        if (zlibLevel < -1 || zlibLevel > 9 || zstdLevel < 1 || zstdLevel > 22 || threshold < 0) {
            throw new IllegalArgumentException(
                    "zlib level " + zlibLevel + ", zstd level " + zstdLevel + ", threshold " + threshold);
        }
    }

    /** With MySQL's levels and threshold. */
    public static Compression of(Method... methods) {
        return new Compression(List.of(methods), DEFAULT_ZLIB_LEVEL, DEFAULT_ZSTD_LEVEL, DEFAULT_THRESHOLD);
    }
}
