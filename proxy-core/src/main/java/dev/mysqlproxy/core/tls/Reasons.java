package dev.mysqlproxy.core.tls;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Plain words for what TLS libraries say when a handshake fails; theirs follow in parentheses. */
final class Reasons {

    private static final String NOT_TRUSTED =
            "the certificate of the other side is not from an authority that we trust";
    private static final String OTHER_NAME = "the certificate of the other side is for another name";
    private static final String NOT_IN_TIME = "the certificate of the other side is not valid at this time";
    private static final String NOT_ACCEPTED = "the other side does not accept our certificate";
    private static final String NONE_SHOWN = "the client showed no certificate";
    private static final String WANTS_ONE = "the other side wants to see a certificate of ours";
    private static final String VERSION = "no TLS version in common";
    private static final String CIPHER = "no cipher suite in common";
    private static final String NO_TLS = "what came is not TLS";

    /** Parts of what BoringSSL and the JDK say, in lower case and with spaces. */
    private static final Map<String, String> WORDS = new LinkedHashMap<>();

    static {
        WORDS.put("unable to find valid certification path", NOT_TRUSTED);
        WORDS.put("path does not chain with any of the trust anchors", NOT_TRUSTED);
        WORDS.put("no subject alternative", OTHER_NAME);
        WORDS.put("no name matching", OTHER_NAME);
        WORDS.put("notafter", NOT_IN_TIME);
        WORDS.put("notbefore", NOT_IN_TIME);
        WORDS.put("peer did not return a certificate", NONE_SHOWN);
        WORDS.put("empty client certificate chain", NONE_SHOWN);
        WORDS.put("empty server certificate chain", "the server showed no certificate");
        WORDS.put("alert certificate required", WANTS_ONE);
        WORDS.put("certificate_required", WANTS_ONE);
        WORDS.put("alert unknown ca", NOT_ACCEPTED + ": it does not trust its authority");
        WORDS.put("unknown_ca", NOT_ACCEPTED + ": it does not trust its authority");
        WORDS.put("alert certificate expired", NOT_ACCEPTED + ": for it, it has expired");
        WORDS.put("certificate_expired", NOT_ACCEPTED + ": for it, it has expired");
        WORDS.put("alert certificate unknown", NOT_ACCEPTED);
        WORDS.put("certificate_unknown", NOT_ACCEPTED);
        WORDS.put("alert bad certificate", NOT_ACCEPTED);
        WORDS.put("bad_certificate", NOT_ACCEPTED);
        WORDS.put("unsupported protocol", VERSION);
        WORDS.put("alert protocol version", VERSION);
        WORDS.put("protocol_version", VERSION);
        WORDS.put("no appropriate protocol", VERSION);
        WORDS.put("is not enabled or supported in server context", VERSION);
        WORDS.put("no shared cipher", CIPHER);
        WORDS.put("no cipher suites in common", CIPHER);
        WORDS.put(
                "alert handshake failure", "no cipher suite in common, or no certificate that the other side can use");
        WORDS.put("handshake_failure", "no cipher suite in common, or no certificate that the other side can use");
    }

    private Reasons() {}

    /** The same, understandably where we know how. */
    static String plain(String words) {
        String spaced = words.toLowerCase(Locale.ROOT);
        if (spaced.contains("not an ssl/tls record") || spaced.contains("wrong_version_number")) {
            // the rest may be the peer's bytes, and in them a password
            return NO_TLS;
        }
        String bare = spaced.replace('_', ' ');
        for (Map.Entry<String, String> entry : WORDS.entrySet()) {
            if (spaced.contains(entry.getKey()) || bare.contains(entry.getKey())) {
                return entry.getValue() + " (" + words + ")";
            }
        }
        return words;
    }
}
