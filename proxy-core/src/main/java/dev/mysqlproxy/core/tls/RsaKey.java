package dev.mysqlproxy.core.tls;

import dev.mysqlproxy.core.auth.RsaDecryptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Optional;
import javax.crypto.Cipher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pair of keys by which clients without TLS tell their password, as servers have one for {@code
 * caching_sha2_password} and {@code sha256_password}. Immutable, any thread.
 */
public final class RsaKey implements RsaDecryptor {

    static final String PRIVATE_FILE = "private_key.pem";
    static final String PUBLIC_FILE = "public_key.pem";

    private static final Logger LOG = LoggerFactory.getLogger(RsaKey.class);

    private static final int BITS = 2048;
    private static final String PADDING = "RSA/ECB/OAEPWithSHA-1AndMGF1Padding";

    private final PrivateKey key;
    private final String publicPem;

    private RsaKey(RSAPrivateCrtKey key) throws GeneralSecurityException {
        this.key = key;
        byte[] publicKey = KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()))
                .getEncoded();
        this.publicPem = PemFile.write("PUBLIC KEY", publicKey);
    }

    /** The public key as it is sent to clients that ask for it: a PEM text. The caller owns the array. */
    @Override
    public byte[] publicPem() {
        return publicPem.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * What a client encrypted with the public key (RSAES-OAEP with SHA-1). Takes about a millisecond.
     *
     * @return to be wiped by the caller: a password, still to be combined with the nonce
     * @throws GeneralSecurityException when it was not encrypted with this key
     */
    @Override
    public byte[] decrypt(byte[] cipher) throws GeneralSecurityException {
        Cipher rsa = Cipher.getInstance(PADDING);
        rsa.init(Cipher.DECRYPT_MODE, key);
        return rsa.doFinal(cipher);
    }

    /** That of the folder, or a new one, which is kept there if it can be. May take a second. */
    static RsaKey load(AutoDir dir) throws GeneralSecurityException {
        Optional<RsaKey> kept = read(dir);
        if (kept.isPresent()) {
            return kept.get();
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(BITS);
        RsaKey fresh = new RsaKey((RSAPrivateCrtKey) generator.generateKeyPair().getPrivate());
        try {
            return dir.alone(() -> {
                Optional<RsaKey> others = read(dir);
                if (others.isEmpty()) {
                    dir.write(PRIVATE_FILE, PemFile.write("PRIVATE KEY", fresh.key.getEncoded()), true);
                    dir.write(PUBLIC_FILE, fresh.publicPem, false);
                }
                return others.orElse(fresh);
            });
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("folder", dir)
                    .addKeyValue("cause", e)
                    .log("the RSA key is kept in memory only: the next start makes another one");
            return fresh;
        }
    }

    private static Optional<RsaKey> read(AutoDir dir) {
        Path file = dir.file(PRIVATE_FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            if (PemFile.read(file, "key").privateKey("RSA") instanceof RSAPrivateCrtKey key) {
                return Optional.of(new RsaKey(key));
            }
        } catch (TlsException | GeneralSecurityException e) {
            LOG.atInfo().addKeyValue("cause", e.getMessage()).log("the RSA key that was kept is no use");
        }
        return Optional.empty();
    }
}
