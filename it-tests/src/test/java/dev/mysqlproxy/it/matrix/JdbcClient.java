package dev.mysqlproxy.it.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Connector/J and MariaDB Connector/J, with statements that the server prepares. */
enum JdbcClient implements MatrixClient {
    CONNECTOR_J("Connector/J", "mysql", AuthMethod.ED25519),
    MARIADB_CONNECTOR_J("MariaDB Connector/J", "mariadb", AuthMethod.SHA256);

    private static final String STORE_PASSWORD = "not-secret";
    private static final Map<Path, Path> STORES = new ConcurrentHashMap<>();

    private final String title;
    private final String scheme;
    /** What it does not do. */
    private final AuthMethod lacks;

    JdbcClient(String title, String scheme, AuthMethod lacks) {
        this.title = title;
        this.scheme = scheme;
        this.lacks = lacks;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public boolean isBundled() {
        return true;
    }

    @Override
    public Optional<String> version() {
        try {
            var driver = DriverManager.getDriver("jdbc:" + scheme + "://127.0.0.1/");
            return Optional.of(title + " " + driver.getMajorVersion() + "." + driver.getMinorVersion());
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    @Override
    public Set<Compression> compressions() {
        return EnumSet.of(Compression.NONE, Compression.ZLIB);
    }

    @Override
    public Set<AuthMethod> methods() {
        return EnumSet.complementOf(EnumSet.of(lacks));
    }

    boolean isOfMySql() {
        return scheme.equals("mysql");
    }

    /** Opens a connection; {@code more} adds to the usual settings and wins over them. */
    Connection open(Target target, Map<String, String> more) throws SQLException {
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "user", target.account(),
                "password", target.password(),
                "allowMultiQueries", "true",
                "useServerPrepStmts", "true",
                "socketTimeout", "60000",
                "connectTimeout", "20000",
                "maxAllowedPacket", "1073741824",
                "useCompression", "" + (target.compression() == Compression.ZLIB)));
        settings.putAll(isOfMySql() ? ofMySql(target) : ofMariaDb(target));
        String database = more.getOrDefault("database", target.account());
        more.forEach((key, value) -> {
            if (!key.equals("database")) {
                settings.put(key, value);
            }
        });
        return DriverManager.getConnection(
                "jdbc:" + scheme + "://" + Target.HOST + ":" + target.port() + "/" + database, settings);
    }

    private static Map<String, String> ofMySql(Target target) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("allowPublicKeyRetrieval", "true");
        settings.put("allowLoadLocalInfile", "true");
        settings.put("connectionTimeZone", "UTC");
        settings.put("connectionAttributes", "program_name:matrix");
        settings.put("sslMode", target.tls() ? "VERIFY_IDENTITY" : "DISABLED");
        if (target.tls()) {
            settings.put(
                    "trustCertificateKeyStoreUrl", store(target.ca()).toUri().toString());
            settings.put("trustCertificateKeyStoreType", "PKCS12");
            settings.put("trustCertificateKeyStorePassword", STORE_PASSWORD);
        }
        return settings;
    }

    private static Map<String, String> ofMariaDb(Target target) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("allowPublicKeyRetrieval", "true");
        settings.put("allowLocalInfile", "true");
        settings.put("connectionAttributes", "program_name:matrix");
        settings.put("sslMode", target.tls() ? "verify-full" : "disable");
        if (target.tls()) {
            settings.put("serverSslCert", target.ca().toString());
        }
        return settings;
    }

    private static Path store(Path ca) {
        return STORES.computeIfAbsent(ca, JdbcClient::makeStore);
    }

    private static Path makeStore(Path ca) {
        try (var pem = Files.newInputStream(ca)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            Path file = Files.createTempFile("it-matrix-", ".p12");
            file.toFile().deleteOnExit();
            try (var out = Files.newOutputStream(file)) {
                keys.store(out, STORE_PASSWORD.toCharArray());
            }
            return file;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no trust store from " + ca, e);
        }
    }

    @Override
    public List<String> run(Target target) throws Exception {
        Lines lines = new Lines();
        try (Connection connection = open(target, Map.of())) {
            new JdbcFeatures(this, target, lines).run(connection);
        }
        new JdbcLogins(this, target, lines).run();
        return lines.all();
    }
}
