package dev.mysqlproxy.protocol.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hashes come from a MySQL 9.7 server and from {@code openssl passwd -5}. */
class ShaCryptTest {

    private static final String LONG_TEXT =
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

    @ParameterizedTest
    @CsvSource({
        "0x244124303041246C02642F15162362781B03406F2A67016D0444795778306132536E747642355133766E4651473843706A6C643742586C"
                + "6669447A4F3230652F587378742E41, s3cret, 10000",
        "0x2435242F7F4C65017625504A3E532B2E292F223525036224745951524E6361496A494163685A515A4F63724C3134774976563439654E5"
                + "579326343684F65756E4F3530, s3cret, 5000",
        "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5, Hello world!, 5000",
        "$5$s$wvIAFYrCEWcMJ3TKRrpRr8LQbDaUe2PUJirkwbdF3kC, " + LONG_TEXT + ", 5000",
    })
    void knownHashesFitTheirPasswordOnly(String hash, String password, int rounds) {
        ShaCrypt crypt = ShaCrypt.parse(hash).orElseThrow();

        assertThat(crypt.rounds()).isEqualTo(rounds);
        assertThat(crypt.matches(password.getBytes(UTF_8))).isTrue();
        assertThat(crypt.matches((password + "x").getBytes(UTF_8))).isFalse();
        assertThat(crypt.matches(new byte[0])).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "0x",
                "0x24",
                "0xzz",
                "$A$005$",
                "$A$005$saltsaltsaltsaltsaltchecksum",
                "$A$000$saltsaltsaltsaltsaltaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "$A$-05$saltsaltsaltsaltsaltaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "$A$005$saltsaltsaltsaltsalt!aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "$5$$wvIAFYrCEWcMJ3TKRrpRr8LQbDaUe2PUJirkwbdF3kC",
                "$5$saltsaltsaltsaltsalts$wvIAFYrCEWcMJ3TKRrpRr8LQbDaUe2PUJirkwbdF3kC",
                "$5$s$wvIAFYrCEWcMJ3TKRrpRr8LQbDaUe2PUJirkwbdF3k",
            })
    void otherTextsAreNoHashes(String text) {
        assertThat(ShaCrypt.parse(text)).isEmpty();
    }

    @Test
    void decoysFitNothing() {
        assertThat(ShaCrypt.decoy(1000).matches("secret".getBytes(UTF_8))).isFalse();
        assertThat(ShaCrypt.decoy(1000).rounds()).isEqualTo(1000);
    }
}
