package dev.mysqlproxy.plugin.admin.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * What a client has to know: as a bearer token, or as the password of any user, which is what browsers and older
 * tools can send.
 */
final class AccessToken {

    private final byte[] secret;

    AccessToken(String secret) {
        this.secret = secret.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether this request has it; takes the same time for every wrong one. */
    boolean isIn(Request request) {
        Optional<byte[]> given = request.field("authorization").flatMap(AccessToken::secretOf);
        return given.isPresent() && MessageDigest.isEqual(given.get(), secret);
    }

    private static Optional<byte[]> secretOf(String credentials) {
        int blank = credentials.indexOf(' ');
        if (blank < 0) {
            return Optional.empty();
        }
        String rest = credentials.substring(blank + 1).strip();
        return switch (credentials.substring(0, blank).toLowerCase(Locale.ROOT)) {
            case "bearer" -> Optional.of(rest.getBytes(StandardCharsets.ISO_8859_1));
            case "basic" -> password(rest);
            default -> Optional.empty();
        };
    }

    private static Optional<byte[]> password(String base64) {
        try {
            String pair = new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
            int colon = pair.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(pair.substring(colon + 1).getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
