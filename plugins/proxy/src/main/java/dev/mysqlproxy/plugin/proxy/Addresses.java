package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Authentication;
import dev.mysqlproxy.api.listener.ClientHop;
import dev.mysqlproxy.api.listener.ClientTls;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.script.ScriptOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The addresses that options name, with what their own settings make of the settings of all. */
final class Addresses {

    private static final List<String> LISTENER_KEYS = List.of(
            "group",
            "ssl-mode",
            "ssl-cert",
            "ssl-key",
            "ssl-ca",
            "ssl-require-client-cert",
            "compression",
            "proxy-networks",
            "socket-mode",
            "auth",
            "users-file");

    private static final List<String> RELAY_KEYS = List.of("group", "proxy-networks", "socket-mode");

    private static final List<String> BACKEND_KEYS =
            List.of("group", "ssl-mode", "ssl-ca", "ssl-cert", "ssl-key", "compression", "proxy-protocol");

    private final OptionValues values;
    private final Path basedir;
    private final ClientHop clientHop;
    private final BackendHop backendHop;
    private final Authentication authentication;

    /** Where clients connect. */
    record Front(String text, String address, String group, ClientHop hop, Authentication authentication) {}

    /** A server. */
    record Back(String text, String address, BackendHop hop) {}

    Addresses(OptionValues values) throws StartException {
        this.values = values;
        this.basedir = values.get(ScriptOptions.BASEDIR);
        this.clientHop = HopOptions.client(values);
        this.backendHop = HopOptions.backend(values);
        this.authentication = HopOptions.authentication(values);
    }

    List<Front> listeners(Option<List<String>> option) throws StartException {
        List<Front> fronts = new ArrayList<>();
        for (String text : values.get(option)) {
            Settings settings = Settings.of(option, text, LISTENER_KEYS, basedir);
            ClientHop hop = Words.fenced(
                    settings.what("proxy-networks"),
                    () -> new ClientHop(
                            tls(settings),
                            compression(settings, clientHop.compression()),
                            settings.list("proxy-networks", clientHop.proxyNetworks()),
                            mode(settings)));
            fronts.add(new Front(text, settings.address(), settings.group(), hop, authentication(settings)));
        }
        return fronts;
    }

    /** Listeners for other protocols than MySQL's. */
    List<Front> relays(Option<List<String>> option) throws StartException {
        List<Front> fronts = new ArrayList<>();
        for (String text : values.get(option)) {
            Settings settings = Settings.of(option, text, RELAY_KEYS, basedir);
            ClientHop hop = Words.fenced(
                    settings.what("proxy-networks"),
                    () -> new ClientHop(
                            ClientTls.DISABLED,
                            Compression.NONE,
                            settings.list("proxy-networks", clientHop.proxyNetworks()),
                            mode(settings)));
            fronts.add(new Front(text, settings.address(), settings.group(), hop, Authentication.RELAY));
        }
        return fronts;
    }

    List<Back> backends(Option<List<String>> option) throws StartException {
        List<Back> backs = new ArrayList<>();
        for (String text : values.get(option)) {
            Settings settings = Settings.of(option, text, BACKEND_KEYS, basedir);
            BackendHop.Tls all = backendHop.tls();
            Optional<Path> certificate = settings.file("ssl-cert", all.certificate());
            Optional<Path> key = settings.file("ssl-key", all.key());
            requireTogether(settings, certificate, key);
            BackendHop.Tls tls = new BackendHop.Tls(
                    settings.word("ssl-mode", BackendHop.TlsMode.class, all.mode()),
                    settings.file("ssl-ca", all.ca()),
                    certificate,
                    key,
                    all.versions(),
                    all.ciphers());
            BackendHop hop = new BackendHop(
                    settings.group(),
                    tls,
                    compression(settings, backendHop.compression()),
                    settings.word("proxy-protocol", BackendHop.Header.class, backendHop.header()),
                    backendHop.attributes());
            backs.add(new Back(text, settings.address(), hop));
        }
        return backs;
    }

    private ClientTls tls(Settings settings) throws StartException {
        ClientTls all = clientHop.tls();
        Optional<Path> certificate = settings.file("ssl-cert", all.certificate());
        Optional<Path> key = settings.file("ssl-key", all.key());
        requireTogether(settings, certificate, key);
        ClientTls tls = new ClientTls(
                settings.word("ssl-mode", ClientTls.Mode.class, all.mode()),
                certificate,
                key,
                settings.file("ssl-ca", all.ca()),
                settings.flag("ssl-require-client-cert", all.certificateRequired()),
                all.versions(),
                all.ciphers());
        if (tls.certificateRequired() && tls.ca().isEmpty()) {
            throw settings.wrong("ssl-require-client-cert needs ssl-ca");
        }
        return tls;
    }

    /** A certificate of its own with the key of all others would be a mistake that only clients notice. */
    private static void requireTogether(Settings settings, Optional<Path> certificate, Optional<Path> key)
            throws StartException {
        if (settings.has("ssl-cert") != settings.has("ssl-key") || certificate.isPresent() != key.isPresent()) {
            throw settings.wrong("ssl-cert and ssl-key go together: give both or none");
        }
    }

    private static Compression compression(Settings settings, Compression all) throws StartException {
        return settings.has("compression")
                ? new Compression(
                        Words.methods(settings.what("compression"), settings.list("compression", List.of())),
                        all.zlibLevel(),
                        all.zstdLevel(),
                        all.threshold())
                : all;
    }

    private int mode(Settings settings) throws StartException {
        return settings.has("socket-mode")
                ? Words.mode(settings.what("socket-mode"), settings.text("socket-mode", ""))
                : clientHop.socketMode();
    }

    private Authentication authentication(Settings settings) throws StartException {
        Authentication.Mode mode = settings.word("auth", Authentication.Mode.class, authentication.mode());
        Optional<Path> users = settings.file("users-file", authentication.usersFile());
        if (mode == Authentication.Mode.USERS && users.isEmpty()) {
            throw settings.wrong("auth=users needs users-file");
        }
        return new Authentication(mode, users, authentication.trust());
    }
}
