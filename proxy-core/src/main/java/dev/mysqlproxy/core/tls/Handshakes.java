package dev.mysqlproxy.core.tls;

import dev.mysqlproxy.api.view.TlsView;
import io.netty.handler.ssl.SslHandler;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** What came out of a handshake. */
public final class Handshakes {

    private static final int MAX_CAUSES = 10;

    private Handshakes() {}

    /** What client and server agreed on; once the handshake is done, on the channel's event loop. */
    public static TlsView view(SslHandler handler) {
        SSLSession session = handler.engine().getSession();
        return new TlsView(session.getProtocol(), session.getCipherSuite(), peer(session));
    }

    private static Optional<String> peer(SSLSession session) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? Optional.of(certificate.getSubjectX500Principal().getName())
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    /** SHA-256 of the certificate that the other side was shown; empty when there was none. */
    public static Optional<byte[]> shownHash(SslHandler handler) {
        Certificate[] chain = handler.engine().getSession().getLocalCertificates();
        if (chain == null || chain.length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded()));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** Why a handshake failed, in words for people: what the innermost cause says. */
    public static String reason(Throwable failure) {
        Throwable cause = failure;
        String words = null;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
                words = cause.getMessage();
            }
            cause = cause.getCause();
        }
        return words != null ? Reasons.plain(words) : failure.getClass().getSimpleName();
    }
}
