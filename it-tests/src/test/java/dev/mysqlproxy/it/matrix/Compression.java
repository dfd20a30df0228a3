package dev.mysqlproxy.it.matrix;

import java.util.Locale;

/** Compression of one hop. */
enum Compression {
    NONE,
    ZLIB,
    ZSTD;

    /** As options and programs spell it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
