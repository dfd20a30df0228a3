package dev.mysqlproxy.protocol.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NonceTest {

    @Test
    void noncesArePrintableAndNeverTheSame() {
        Set<String> seen = new HashSet<>();
        Set<Integer> values = new HashSet<>();
        for (int round = 0; round < 1000; round++) {
            byte[] nonce = Nonce.create();
            String text = new String(nonce, US_ASCII);
            text.chars().forEach(values::add);

            assertThat(nonce).hasSize(20);
            assertThat(text).matches("[!-~&&[^$]]{20}");
            assertThat(seen.add(text)).isTrue();
        }
        // 20,000 draws from 93 values: one that never came would mean that it cannot come
        assertThat(values).hasSize(93);
    }
}
