package dev.mysqlproxy.protocol.wire;

/**
 * Capability flags of one side or of one hop: MySQL's 32 in the low half, MariaDB's extended ones in the high half.
 *
 * @param bits the flags
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html">MySQL</a>
 * @see <a href="https://mariadb.com/kb/en/connection/#capabilities">MariaDB</a>
 */
public record Capabilities(long bits) {

    /** Set by MySQL; a MariaDB peer that clears it has extended flags. */
    public static final long LONG_PASSWORD = 1L;

    public static final long CONNECT_WITH_DB = 1L << 3;
    public static final long COMPRESS = 1L << 5;
    public static final long LOCAL_FILES = 1L << 7;
    public static final long PROTOCOL_41 = 1L << 9;
    public static final long SSL = 1L << 11;
    public static final long TRANSACTIONS = 1L << 13;
    public static final long SECURE_CONNECTION = 1L << 15;
    public static final long MULTI_STATEMENTS = 1L << 16;
    public static final long MULTI_RESULTS = 1L << 17;
    public static final long PS_MULTI_RESULTS = 1L << 18;
    public static final long PLUGIN_AUTH = 1L << 19;
    public static final long CONNECT_ATTRS = 1L << 20;
    public static final long PLUGIN_AUTH_LENENC_CLIENT_DATA = 1L << 21;
    public static final long CAN_HANDLE_EXPIRED_PASSWORDS = 1L << 22;
    public static final long SESSION_TRACK = 1L << 23;
    public static final long DEPRECATE_EOF = 1L << 24;
    public static final long OPTIONAL_RESULTSET_METADATA = 1L << 25;
    public static final long ZSTD_COMPRESSION_ALGORITHM = 1L << 26;
    public static final long QUERY_ATTRIBUTES = 1L << 27;
    public static final long MULTI_FACTOR_AUTHENTICATION = 1L << 28;
    public static final long CAPABILITY_EXTENSION = 1L << 29;

    public static final long MARIADB_PROGRESS = 1L << 32;
    public static final long MARIADB_COM_MULTI = 1L << 33;
    public static final long MARIADB_STMT_BULK_OPERATIONS = 1L << 34;
    public static final long MARIADB_EXTENDED_METADATA = 1L << 35;
    public static final long MARIADB_CACHE_METADATA = 1L << 36;
    public static final long MARIADB_BULK_UNIT_RESULTS = 1L << 37;

    /** No flags. */
    public static final Capabilities NONE = new Capabilities(0);

    private static final long MYSQL_HALF = 0xffff_ffffL;

    /**
     * What the proxy can relay and follow. TLS and compression are negotiated for each hop by itself and never passed
     * from one to the other; flags that nobody has defined yet might change the framing.
     */
    public static final Capabilities RELAYED =
            new Capabilities((MYSQL_HALF & ~(SSL | COMPRESS | ZSTD_COMPRESSION_ALGORITHM | CAPABILITY_EXTENSION))
                    | MARIADB_PROGRESS
                    | MARIADB_STMT_BULK_OPERATIONS
                    | MARIADB_EXTENDED_METADATA
                    | MARIADB_CACHE_METADATA
                    | MARIADB_BULK_UNIT_RESULTS);

    /**
     * Flags that change what packets look like after the login. Each is on only when server and client both set it.
     */
    public static final Capabilities FRAMING = new Capabilities(SSL
            | COMPRESS
            | ZSTD_COMPRESSION_ALGORITHM
            | CAPABILITY_EXTENSION
            | SESSION_TRACK
            | DEPRECATE_EOF
            | OPTIONAL_RESULTSET_METADATA
            | QUERY_ATTRIBUTES
            | ~MYSQL_HALF);

    /** Whether all of these flags are set. */
    public boolean has(long flags) {
        return (bits & flags) == flags;
    }

    /** The flags that both have. */
    public Capabilities and(Capabilities other) {
        return new Capabilities(bits & other.bits);
    }

    /** The flags that this one has and the other has not. */
    public Capabilities without(Capabilities other) {
        return new Capabilities(bits & ~other.bits);
    }

    /** The same with these flags set. */
    public Capabilities with(long flags) {
        return new Capabilities(bits | flags);
    }

    /** MySQL's 32 flags. */
    public int low() {
        return (int) bits;
    }

    /** MariaDB's extended flags. */
    public int high() {
        return (int) (bits >>> 32);
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(bits);
    }
}
