package dev.mysqlproxy.it.raw;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * How a side of the tests speaks TLS. Sessions are resumed between connections of one context.
 *
 * @param versions as the JDK names them; empty for all
 * @param ciphers IANA names; empty for the JDK's choice
 */
public record RawTls(SSLContext context, List<String> versions, List<String> ciphers) {
    private static final X509TrustManager ANYBODY = new X509TrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    };

    /** Encrypts and looks at nothing. */
    public static RawTls trustingAnybody() {
        return new RawTls(context(null, ANYBODY), List.of(), List.of());
    }

    /** Believes certificates that this PEM file's authority signed. */
    public static RawTls trusting(Path ca) {
        try (InputStream in = Files.newInputStream(ca)) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return new RawTls(context(null, factory.getTrustManagers()[0]), List.of(), List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Shows the certificate of this PKCS #12 file, and trusts anybody. */
    public static RawTls showing(Path store, String password) {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password.toCharArray());
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, password.toCharArray());
            KeyManager[] insistent = {new Insistent((X509KeyManager) factory.getKeyManagers()[0])};
            return new RawTls(context(insistent, ANYBODY), List.of(), List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public RawTls versions(String... names) {
        return new RawTls(context, List.of(names), ciphers);
    }

    public RawTls ciphers(String... names) {
        return new RawTls(context, versions, List.of(names));
    }

    private static SSLContext context(KeyManager[] keys, TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {trust}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Shows its certificate even to those who name other authorities. */
    private static final class Insistent extends X509ExtendedKeyManager {
        private final X509KeyManager keys;

        Insistent(X509KeyManager keys) {
            this.keys = keys;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            for (String type : types) {
                String[] aliases = keys.getClientAliases(type, null);
                if (aliases != null) {
                    return aliases[0];
                }
            }
            return null;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return keys.getClientAliases(type, null);
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return keys.getServerAliases(type, null);
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return keys.chooseServerAlias(type, null, socket);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }
    }

    /** A handshake over an open socket, to its end. */
    SSLSocket over(Socket socket, boolean asClient) throws IOException {
        String peer = socket.getInetAddress().getHostAddress();
        SSLSocket encrypted = (SSLSocket) context.getSocketFactory().createSocket(socket, peer, socket.getPort(), true);
        encrypted.setUseClientMode(asClient);
        if (!versions.isEmpty()) {
            encrypted.setEnabledProtocols(versions.toArray(new String[0]));
        }
        if (!ciphers.isEmpty()) {
            encrypted.setEnabledCipherSuites(ciphers.toArray(new String[0]));
        }
        encrypted.startHandshake();
        return encrypted;
    }
}
