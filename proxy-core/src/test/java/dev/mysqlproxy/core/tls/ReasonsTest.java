package dev.mysqlproxy.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReasonsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    unable to find valid certification path to requested target | not from an authority that we trust
                    No name matching db.example found | for another name
                    No subject alternative names matching IP address 10.0.0.1 found | for another name
                    NotAfter: Sat Nov 21 00:00:00 UTC 2026 | not valid at this time
                    error:100000c0:SSL routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE | the client showed no certificate
                    error:10000416:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_UNKNOWN | does not accept our certificate
                    Received fatal alert: bad_certificate | does not accept our certificate
                    error:10000418:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA | does not trust its authority
                    error:1000045c:SSL routines:OPENSSL_internal:TLSV1_ALERT_CERTIFICATE_REQUIRED | wants to see a certificate
                    error:100000f0:SSL routines:OPENSSL_internal:UNSUPPORTED_PROTOCOL | no TLS version in common
                    error:1000042e:SSL routines:OPENSSL_internal:TLSV1_ALERT_PROTOCOL_VERSION | no TLS version in common
                    error:100000b8:SSL routines:OPENSSL_internal:NO_SHARED_CIPHER | no cipher suite in common
                    no cipher suites in common | no cipher suite in common
                    """)
    void plainWordsComeFirstAndTheLibrarysStay(String words, String plain) {
        assertThat(Reasons.plain(words)).contains(plain).endsWith(" (" + words + ")");
    }

    @Test
    void bytesOfThePeerAreNotRepeated() {
        assertThat(Reasons.plain("not an SSL/TLS record: 746f702d736563726574")).isEqualTo("what came is not TLS");
    }

    @Test
    void whatWeDoNotKnowStaysAsItIs() {
        assertThat(Reasons.plain("the peer closed")).isEqualTo("the peer closed");
    }
}
