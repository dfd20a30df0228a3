package dev.mysqlproxy.core.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PEM file (RFC 7468): blocks of base64 between lines that say what they are. Text around the blocks is skipped.
 * Immutable.
 */
final class PemFile {

    /** Larger than any bundle of authorities. */
    private static final int MAX_BYTES = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(PemFile.class);
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    /**
     * A block.
     *
     * @param type what its BEGIN line says, for example {@code CERTIFICATE}
     * @param headers lines before the base64 text, as old encrypted keys have
     */
    private record Block(String type, String headers, byte[] content) {}

    private final Path path;
    private final List<Block> blocks;
    private final String digest;

    private PemFile(Path path, List<Block> blocks, String digest) {
        this.path = path;
        this.blocks = blocks;
        this.digest = digest;
    }

    /**
     * Reads a file.
     *
     * @param purpose what it is for, as in "the certificate file"
     * @throws TlsException when it is missing, unreadable or no PEM file
     */
    static PemFile read(Path path, String purpose) throws TlsException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new TlsException("the " + purpose + " file " + path + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new TlsException("the " + purpose + " file " + path + " may not be read by this user", e);
        } catch (IOException e) {
            throw new TlsException("the " + purpose + " file " + path + " cannot be read: " + e.getMessage(), e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new TlsException("the " + purpose + " file " + path + " is larger than " + MAX_BYTES
                    + " bytes, it cannot be a PEM file");
        }
        List<Block> blocks = blocks(new String(bytes, StandardCharsets.ISO_8859_1), path);
        if (blocks.isEmpty()) {
            throw new TlsException("the " + purpose + " file " + path
                    + " is not a PEM file: it has no -----BEGIN line; convert it with the openssl command");
        }
        return new PemFile(path, blocks, digest(bytes));
    }

    private static List<Block> blocks(String text, Path path) throws TlsException {
        List<Block> blocks = new ArrayList<>();
        Matcher begin = BEGIN.matcher(text);
        int at = 0;
        while (begin.find(at)) {
            String type = begin.group(1);
            String last = "-----END " + type + "-----";
            int end = text.indexOf(last, begin.end());
            if (end < 0) {
                throw new TlsException(path + " is cut off: the line " + last + " is missing");
            }
            String body = text.substring(begin.end(), end).strip();
            // old headers (RFC 1421) end with an empty line
            int split = body.indexOf(':') < 0 ? -1 : body.replace("\r", "").indexOf("\n\n");
            String headers = split < 0 ? "" : body.replace("\r", "").substring(0, split);
            String base64 = split < 0 ? body : body.replace("\r", "").substring(split);
            try {
                blocks.add(new Block(type, headers, Base64.getDecoder().decode(base64.replaceAll("\\s", ""))));
            } catch (IllegalArgumentException e) {
                throw new TlsException("the block " + type + " of " + path + " is not base64 text", e);
            }
            at = end + last.length();
        }
        return blocks;
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Text of a block. */
    static String write(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(content) + "\n-----END " + type + "-----\n";
    }

    /** Where it is. */
    Path path() {
        return path;
    }

    /** Two files with the same one have the same bytes. */
    String digest() {
        return digest;
    }

    /**
     * All certificates, in the file's order; never none.
     *
     * @throws TlsException when there are none, or one is broken
     */
    List<X509Certificate> certificates() throws TlsException {
        List<X509Certificate> all = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks) {
                if (block.type.equals("CERTIFICATE") || block.type.equals("X509 CERTIFICATE")) {
                    all.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content)));
                }
            }
        } catch (CertificateException e) {
            // the message may name a class of Java's
            String why = String.valueOf(e.getMessage()).replaceAll("\\b[a-z.]+\\.[A-Z][A-Za-z]+: ", "");
            throw new TlsException(
                    "certificate " + (all.size() + 1) + " of " + path + " cannot be understood: " + why, e);
        }
        if (all.isEmpty()) {
            throw new TlsException("there is no certificate in " + path + ", only " + types());
        }
        return List.copyOf(all);
    }

    /**
     * The same, of somebody who is trusted; warns when none of them is valid any more.
     *
     * @throws TlsException as {@link #certificates}
     */
    List<X509Certificate> authorities() throws TlsException {
        List<X509Certificate> all = certificates();
        if (all.stream().allMatch(Credentials::isExpired)) {
            LOG.atWarn()
                    .addKeyValue("file", path)
                    .addKeyValue(
                            "not after", all.get(all.size() - 1).getNotAfter().toInstant())
                    .log("the authorities in a CA file have expired: is there a newer one?");
        }
        return all;
    }

    /**
     * The first private key.
     *
     * @param algorithm what the key is for, as the JDK calls it: {@code RSA}, {@code EC}, {@code EdDSA}
     * @throws TlsException when there is none, or it is encrypted, broken or for another algorithm
     */
    PrivateKey privateKey(String algorithm) throws TlsException {
        for (Block block : blocks) {
            if (block.type.endsWith("PRIVATE KEY")) {
                if (block.type.startsWith("ENCRYPTED") || block.headers.contains("ENCRYPTED")) {
                    throw new TlsException("the private key in " + path
                            + " is encrypted: write it without a password (openssl pkey -in " + path
                            + " -out FILE) and protect the file by its mode");
                }
                return PrivateKeys.decode(block.type, block.content, algorithm, path);
            }
        }
        throw new TlsException("there is no private key in " + path + ", only " + types());
    }

    /** Whether it has a private key at all. */
    boolean hasPrivateKey() {
        return blocks.stream().anyMatch(block -> block.type.endsWith("PRIVATE KEY"));
    }

    private String types() {
        return String.join(
                ", ", blocks.stream().map(Block::type).distinct().limit(5).toList());
    }
}
