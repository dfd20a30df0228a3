package dev.mysqlproxy.protocol.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A password's hash as MySQL keeps it in {@code mysql.user} for caching_sha2_password ({@code $A$005$}, 20 bytes of salt, 43
 * characters; 005 are the rounds, in thousands, in hexadecimal) and sha256_password ({@code $5$}, salt, {@code $}, 43
 * characters): crypt's SHA-256 scheme with a longer salt. Made to be slow: 5000 rounds take milliseconds. Immutable.
 *
 * @see <a href="https://www.akkadia.org/drepper/SHA-crypt.txt">Unix crypt using SHA-256 and SHA-512</a>
 */
public final class ShaCrypt {

    private static final String CACHING = "$A$";
    private static final String SHA256 = "$5$";
    private static final int SALT = 20;
    private static final int CHECKSUM = 43;
    /** Of sha256_password, and what caching_sha2_password began with. */
    public static final int DEFAULT_ROUNDS = 5000;

    private static final int ROUNDS_UNIT = 1000;
    /** What MySQL allows to configure. */
    private static final int MOST_ROUNDS = 0xfff * ROUNDS_UNIT;

    private static final int BLOCK = 32;
    private static final String ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private final int rounds;
    private final byte[] salt;
    private final byte[] checksum;

    private ShaCrypt(int rounds, byte[] salt, byte[] checksum) {
        this.rounds = rounds;
        this.salt = salt;
        this.checksum = checksum;
    }

    /** A hash that no password has, to spend the same time on as on one of so many rounds. */
    public static ShaCrypt decoy(int rounds) {
        return new ShaCrypt(rounds, Nonce.create(), new byte[CHECKSUM]);
    }

    /** How often it hashes. */
    public int rounds() {
        return rounds;
    }

    /**
     * Reads a hash.
     *
     * @param text as the server shows it, or in hexadecimal with {@code 0x} before it
     * @return empty when this is no such hash
     */
    public static Optional<ShaCrypt> parse(String text) {
        String plain = text;
        if (text.startsWith("0x") || text.startsWith("0X")) {
            try {
                plain = new String(HexFormat.of().parseHex(text.substring(2)), StandardCharsets.ISO_8859_1);
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
        if (plain.startsWith(CACHING)) {
            return caching(plain.substring(CACHING.length()));
        }
        return plain.startsWith(SHA256) ? sha256(plain.substring(SHA256.length())) : Optional.empty();
    }

    private static Optional<ShaCrypt> caching(String rest) {
        if (rest.length() != 3 + 1 + SALT + CHECKSUM || rest.charAt(3) != '$') {
            return Optional.empty();
        }
        int rounds;
        try {
            rounds = Integer.parseInt(rest.substring(0, 3), 16) * ROUNDS_UNIT;
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
        return of(rounds, rest.substring(4, 4 + SALT), rest.substring(4 + SALT));
    }

    private static Optional<ShaCrypt> sha256(String rest) {
        int end = rest.lastIndexOf('$');
        return end < 1 || end > SALT
                ? Optional.empty()
                : of(DEFAULT_ROUNDS, rest.substring(0, end), rest.substring(end + 1));
    }

    private static Optional<ShaCrypt> of(int rounds, String salt, String checksum) {
        boolean valid = rounds >= ROUNDS_UNIT
                && rounds <= MOST_ROUNDS
                && checksum.length() == CHECKSUM
                && checksum.chars().allMatch(letter -> ALPHABET.indexOf(letter) >= 0);
        return valid
                ? Optional.of(new ShaCrypt(
                        rounds,
                        salt.getBytes(StandardCharsets.ISO_8859_1),
                        checksum.getBytes(StandardCharsets.ISO_8859_1)))
                : Optional.empty();
    }

    /** Whether this is the password's hash. Takes milliseconds. */
    public boolean matches(byte[] password) {
        return MessageDigest.isEqual(checksum, compute(password));
    }

    private byte[] compute(byte[] password) {
        MessageDigest sha = sha256();
        sha.update(password);
        sha.update(salt);
        byte[] alternate = sha.digest(password);
        sha.update(password);
        sha.update(salt);
        stretch(sha, alternate, password.length);
        for (int left = password.length; left > 0; left >>= 1) {
            sha.update((left & 1) == 0 ? password : alternate);
        }
        byte[] state = sha.digest();
        for (int count = 0; count < password.length; count++) {
            sha.update(password);
        }
        byte[] p = stretched(sha.digest(), password.length);
        for (int count = 0; count < 16 + (state[0] & 0xff); count++) {
            sha.update(salt);
        }
        byte[] s = stretched(sha.digest(), salt.length);
        for (int round = 0; round < rounds; round++) {
            sha.update((round & 1) == 0 ? state : p);
            if (round % 3 != 0) {
                sha.update(s);
            }
            if (round % 7 != 0) {
                sha.update(p);
            }
            sha.update((round & 1) == 0 ? p : state);
            state = sha.digest();
        }
        Arrays.fill(p, (byte) 0);
        return encode(state);
    }

    private static void stretch(MessageDigest sha, byte[] block, int length) {
        int left = length;
        for (; left > BLOCK; left -= BLOCK) {
            sha.update(block);
        }
        sha.update(block, 0, left);
    }

    private static byte[] stretched(byte[] block, int length) {
        byte[] all = new byte[length];
        for (int at = 0; at < length; at++) {
            all[at] = block[at % BLOCK];
        }
        return all;
    }

    /** Crypt's base 64: three bytes ten apart make four characters, and each group begins elsewhere. */
    private static byte[] encode(byte[] digest) {
        byte[] out = new byte[CHECKSUM];
        int at = 0;
        for (int group = 0; group < 10; group++) {
            int first = group * 21 % 30;
            int value = (digest[first] & 0xff) << 16
                    | (digest[(first + 10) % 30] & 0xff) << 8
                    | digest[(first + 20) % 30] & 0xff;
            for (int count = 0; count < 4; count++) {
                out[at++] = (byte) ALPHABET.charAt(value & 0x3f);
                value >>= 6;
            }
        }
        int value = (digest[31] & 0xff) << 8 | digest[30] & 0xff;
        for (int count = 0; count < 3; count++) {
            out[at++] = (byte) ALPHABET.charAt(value & 0x3f);
            value >>= 6;
        }
        return out;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "ShaCrypt";
    }
}
