package dev.mysqlproxy.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CapabilitiesTest {

    /** What MySQL 9.7 and MariaDB 11.4 offer. */
    private static final Capabilities MYSQL = new Capabilities(0xdfff_ffffL);

    private static final Capabilities MARIADB = new Capabilities(0x1d_81ff_fffeL);

    @Test
    void halves() {
        assertThat(MARIADB.low()).isEqualTo(0x81ff_fffe);
        assertThat(MARIADB.high()).isEqualTo(0x1d);
        assertThat(MYSQL.high()).isZero();
        assertThat(MARIADB).hasToString("0x1d81fffffe");
    }

    @Test
    void sets() {
        assertThat(MYSQL.has(Capabilities.DEPRECATE_EOF | Capabilities.QUERY_ATTRIBUTES))
                .isTrue();
        assertThat(MARIADB.has(Capabilities.DEPRECATE_EOF | Capabilities.QUERY_ATTRIBUTES))
                .isFalse();
        assertThat(MARIADB.and(MYSQL).bits()).isEqualTo(0x81ff_fffeL);
        assertThat(MARIADB.without(MYSQL).bits()).isEqualTo(0x1d_0000_0000L);
        assertThat(Capabilities.NONE.with(Capabilities.SSL).bits()).isEqualTo(0x800);
    }

    @Test
    void neverRelayed() {
        assertThat(Capabilities.RELAYED
                        .and(new Capabilities(Capabilities.SSL
                                | Capabilities.COMPRESS
                                | Capabilities.ZSTD_COMPRESSION_ALGORITHM
                                | Capabilities.MARIADB_COM_MULTI
                                | 1L << 40))
                        .bits())
                .isZero();
        assertThat(Capabilities.RELAYED.has(Capabilities.LONG_PASSWORD)).isTrue();
    }

    @Test
    void framing() {
        assertThat(Capabilities.FRAMING.has(Capabilities.MARIADB_CACHE_METADATA | Capabilities.DEPRECATE_EOF))
                .isTrue();
        assertThat(Capabilities.FRAMING.bits() & (Capabilities.MULTI_STATEMENTS | Capabilities.PLUGIN_AUTH))
                .isZero();
    }
}
