package dev.mysqlproxy.api.listener;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The options with which a plugin lets the operator set up the TLS of its listeners. Immutable. */
public final class ClientTlsOptions {

    private static final List<String> VERSIONS = List.of("TLSv1.2", "TLSv1.3");

    private final Option<String> mode;
    private final Option<Path> certificate;
    private final Option<Path> key;
    private final Option<Path> ca;
    private final Option<Boolean> certificateRequired;
    private final Option<List<String>> versions;
    private final Option<List<String>> ciphers;

    /**
     * Declares them.
     *
     * @param prefix what their names begin with: {@code proxy} makes {@code --proxy-ssl-mode}
     */
    public ClientTlsOptions(String prefix) {
        this.mode = Option.choice(
                        prefix + "-ssl-mode",
                        List.of("disabled", "preferred", "required"),
                        "Whether clients can, or must, speak TLS.")
                .defaultsTo("preferred")
                .build();
        this.certificate = Option.path(
                        prefix + "-ssl-cert",
                        "PEM file with the proxy's certificate and its chain; without it a self-signed one is made.")
                .build();
        this.key = Option.path(prefix + "-ssl-key", "PEM file with the key of that certificate.")
                .build();
        this.ca = Option.path(
                        prefix + "-ssl-ca",
                        "PEM file with the authorities of client certificates; a client's must then be good.")
                .build();
        this.certificateRequired = Option.flag(
                        prefix + "-ssl-require-client-cert", "Refuse clients that show no certificate.")
                .build();
        this.versions = Option.list(
                        prefix + "-tls-versions", "TLS versions of clients: TLSv1.2, TLSv1.3; by default both.")
                .build();
        this.ciphers = Option.list(
                        prefix + "-ssl-ciphers", "Cipher suites by their IANA names; by default the library's choice.")
                .build();
    }

    /** All of them, to be declared. */
    public List<Option<?>> all() {
        return List.of(mode, certificate, key, ca, certificateRequired, versions, ciphers);
    }

    /**
     * What they say.
     *
     * @throws StartException with one sentence when they contradict each other or name a file that cannot be read
     */
    public ClientTls read(OptionValues values) throws StartException {
        for (String version : values.get(versions)) {
            if (!VERSIONS.contains(version)) {
                throw new StartException(versions + " has to be of " + String.join(", ", VERSIONS) + ", is " + version);
            }
        }
        ClientTls tls = new ClientTls(
                ClientTls.Mode.valueOf(values.get(mode).toUpperCase(Locale.ROOT)),
                readable(certificate, values),
                readable(key, values),
                readable(ca, values),
                values.get(certificateRequired),
                values.get(versions),
                values.get(ciphers));
        if (tls.certificate().isPresent() != tls.key().isPresent()) {
            throw new StartException(certificate + " and " + key + " go together: give both or none");
        }
        if (tls.certificateRequired() && tls.ca().isEmpty()) {
            throw new StartException(certificateRequired + " needs " + ca);
        }
        return tls;
    }

    /**
     * The file that an option names.
     *
     * @throws StartException when it cannot be read
     */
    public static Optional<Path> readable(Option<Path> option, OptionValues values) throws StartException {
        Optional<Path> file = values.find(option);
        if (file.isPresent()) {
            requireReadable(option.toString(), file.get());
        }
        return file;
    }

    /**
     * Refuses a file that is not there or may not be read.
     *
     * @param what who names it, for the message: an option
     */
    public static void requireReadable(String what, Path file) throws StartException {
        if (!Files.isRegularFile(file)) {
            throw new StartException(what + "=" + file + ": there is no such file");
        }
        if (!Files.isReadable(file)) {
            throw new StartException(what + "=" + file + ": the file cannot be read");
        }
    }
}
