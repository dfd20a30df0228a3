package dev.mysqlproxy.core.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Trust that looks at no certificate. It also saves reading the JDK's authorities, which no mode with it needs. */
final class FixedTrust extends X509ExtendedTrustManager {

    /** For servers in the modes that do not verify. */
    static final FixedTrust ANYBODY = new FixedTrust(true);

    /** For clients of listeners that ask for no certificate. */
    static final FixedTrust NOBODY = new FixedTrust(false);

    private final boolean trusting;

    private FixedTrust(boolean trusting) {
        this.trusting = trusting;
    }

    private void check() throws CertificateException {
        if (!trusting) {
            throw new CertificateException("no certificate was asked for");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
