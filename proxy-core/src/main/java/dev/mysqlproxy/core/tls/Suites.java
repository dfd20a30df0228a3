package dev.mysqlproxy.core.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Versions and cipher suites of a context, and who provides them. A version that none of the listed suites is for is not
 * spoken.
 *
 * @param ciphers empty for the provider's choice
 */
record Suites(List<String> versions, List<String> ciphers, SslProvider provider) {

    private static final String TLS_12 = "TLSv1.2";
    private static final String TLS_13 = "TLSv1.3";

    /** BoringSSL has all of TLS 1.3's suites or none. */
    private static final Set<String> ALL_13 =
            Set.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    /**
     * Checks what was asked for.
     *
     * @param boringSsl whether BoringSSL may do it
     * @throws TlsException which names the version or suite that cannot be had
     */
    static Suites of(List<String> versions, List<String> ciphers, boolean boringSsl) throws TlsException {
        Set<String> spoken = new LinkedHashSet<>(versions.isEmpty() ? List.of(TLS_12, TLS_13) : versions);
        for (String version : spoken) {
            if (!version.equals(TLS_12) && !version.equals(TLS_13)) {
                throw new TlsException(
                        "there is no TLS version '" + version + "' here: use " + TLS_12 + ", " + TLS_13 + " or both");
            }
        }
        boolean preferred = boringSsl && OpenSsl.isAvailable();
        if (ciphers.isEmpty()) {
            return new Suites(List.copyOf(spoken), ciphers, provider(preferred));
        }
        List<String> modern = ciphers.stream().filter(Suites::isFor13).toList();
        if (modern.isEmpty()) {
            spoken.remove(TLS_13);
        } else if (modern.size() == ciphers.size()) {
            spoken.remove(TLS_12);
        }
        if (spoken.isEmpty()) {
            throw new TlsException("none of the cipher suites " + ciphers + " is for the TLS version " + versions);
        }
        if (preferred
                && OpenSsl.availableJavaCipherSuites().containsAll(ciphers)
                && (modern.isEmpty() || ALL_13.equals(Set.copyOf(modern)))) {
            return new Suites(List.copyOf(spoken), ciphers, provider(true));
        }
        Set<String> known = knownToJava();
        for (String cipher : ciphers) {
            if (!known.contains(cipher)) {
                throw new TlsException("the cipher suite '" + cipher
                        + "' is not known here; suites have IANA's names, for example"
                        + " TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
            }
        }
        return new Suites(List.copyOf(spoken), ciphers, provider(false));
    }

    private static SslProvider provider(boolean boringSsl) {
        return boringSsl ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }

    /** Names for TLS 1.3 say nothing about the key exchange. */
    private static boolean isFor13(String cipher) {
        return !cipher.contains("_WITH_");
    }

    private static Set<String> knownToJava() throws TlsException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            // an own trust manager, or it would read all authorities that the JDK comes with
            context.init(null, new TrustManager[] {FixedTrust.NOBODY}, null);
            return Set.copyOf(Arrays.asList(context.getSupportedSSLParameters().getCipherSuites()));
        } catch (GeneralSecurityException e) {
            throw new TlsException("this Java has no TLS: " + e.getMessage(), e);
        }
    }
}
