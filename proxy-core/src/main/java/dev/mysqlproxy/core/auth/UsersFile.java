package dev.mysqlproxy.core.auth;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.protocol.auth.ShaCrypt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A file of accounts, in HOCON:
 *
 * <pre>{@code
 * users = [
 *   { name = app, password = "secret" }
 *   { name = report, hash = "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19"
 *     hosts = ["10.0.0.0/8", "192.168.1.%", localhost], databases = [sales, "hr_%"]
 *     backend { user = readonly, password = "other" } }
 * ]
 * }</pre>
 *
 * <p>{@code name} and one of {@code password} and {@code hash} are needed. A hash is what {@code mysql.user} has for
 * mysql_native_password ({@code *} and 40 digits), caching_sha2_password ({@code $A$005$...}) or sha256_password ({@code
 * $5$...}), the latter two also in hexadecimal ({@code 0x...}), as {@code print_identified_with_as_hex} shows them. {@code
 * hosts} are {@link HostPattern}s, any by default. {@code databases} are schemas that a login may name, with {@code %} and
 * {@code _}, all by default; what a client may use after that is the server's to say. {@code backend} is the account at the
 * servers, by default the one of the same name and password. Of several accounts with the same name the first one whose
 * hosts fit counts. Hashes of unlike rounds can be told from each other by the time that a wrong password takes.
 *
 * <p>Not changed after it was read; any thread.
 */
final class UsersFile {

    private static final Set<String> KEYS = Set.of("name", "password", "hash", "hosts", "databases", "backend");
    private static final Set<String> BACKEND_KEYS = Set.of("user", "password");
    private static final String USERS = "users";

    private final Path file;
    private final CredentialStore store;
    private final Map<String, List<UserAccount>> accounts = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final UserAccount nobody;
    private Optional<String> warning = Optional.empty();
    /** With the rounds of the file's slowest hash. */
    private ShaCrypt decoy = ShaCrypt.decoy(ShaCrypt.DEFAULT_ROUNDS);

    private boolean slowHash;

    private UsersFile(Path file, CredentialStore store) {
        this.file = file;
        this.store = store;
        this.nobody = new UserAccount("", Secret.decoy(), List.of(), List.of(), Optional.empty(), () -> decoy, store);
    }

    /**
     * Reads one.
     *
     * @param store for passwords of accounts that have a hash in the file
     * @throws StartException with file, line, and what to do
     */
    static UsersFile read(Path file, CredentialStore store) throws StartException {
        UsersFile users = new UsersFile(file, store);
        try {
            if (!Files.isReadable(file)) {
                throw new StartException("--proxy-users-file=" + file
                        + (Files.exists(file) ? " cannot be read: check its owner and mode" : " does not exist"));
            }
            users.warning = users.openToOthers();
            Config config = ConfigFactory.parseFile(
                            file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
                    .resolve();
            users.list(config.root());
        } catch (ConfigException e) {
            // a parser quotes the token that it did not expect, which can be a password
            throw new StartException(users.place(e.origin()) + " is no HOCON: check quotes, brackets and commas there");
        } catch (IOException e) {
            throw new StartException("--proxy-users-file=" + file + ": " + e.getMessage(), e);
        }
        return users;
    }

    private Optional<String> openToOthers() throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return Optional.empty();
        }
        int mode = (Integer) Files.getAttribute(file, "unix:mode") & 0777;
        return (mode & 07) == 0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%s has passwords and is open to every user (%04o): run chmod o-rwx %s",
                        file,
                        mode,
                        file));
    }

    private void list(ConfigObject root) throws StartException {
        for (Map.Entry<String, ConfigValue> entry : root.entrySet()) {
            if (!entry.getKey().equals(USERS)) {
                throw wrong(
                        entry.getValue(),
                        "unknown key '" + printable(entry.getKey()) + "': the file has users = [ ... ]");
            }
        }
        ConfigValue users = root.get(USERS);
        if (!(users instanceof ConfigList list)) {
            throw users == null
                    ? new StartException(file + " has no accounts: write users = [ { name = ..., password = ... } ]")
                    : wrong(users, "users has to be a list: users = [ { name = ..., password = ... } ]");
        }
        for (ConfigValue element : list) {
            if (!(element instanceof ConfigObject user)) {
                throw wrong(element, "an account has to be an object: { name = ..., password = ... }");
            }
            account(user);
        }
    }

    private void account(ConfigObject user) throws StartException {
        onlyKeys(user, KEYS);
        String name = text(user, "name")
                .orElseThrow(
                        () -> wrong(user, "an account without a name: write name = ... (\"\" for the anonymous one)"));
        List<HostPattern> hosts = new ArrayList<>();
        for (String host : texts(user, "hosts", "%")) {
            hosts.add(HostPattern.parse(host)
                    .orElseThrow(() -> wrong(
                            user.get("hosts"),
                            "hosts of user '" + printable(name) + "': '" + printable(host)
                                    + "' is no address, network (10.0.0.0/8), pattern (10.%) or localhost")));
        }
        List<Predicate<String>> databases = new ArrayList<>();
        for (String database : texts(user, "databases", null)) {
            databases.add(HostPattern.like(database));
        }
        String key = name + "\0" + hosts;
        if (!seen.add(key)) {
            throw wrong(user, "user '" + printable(name) + "' is there twice with the same hosts: remove one");
        }
        accounts.computeIfAbsent(name, any -> new ArrayList<>())
                .add(new UserAccount(
                        // what was proven for one hash says nothing of the next
                        key + "\0" + text(user, "hash").orElse(""),
                        secret(user, name),
                        List.copyOf(hosts),
                        databases,
                        backend(user, name),
                        () -> decoy,
                        store));
    }

    private Secret secret(ConfigObject user, String name) throws StartException {
        Optional<String> password = text(user, "password");
        Optional<String> hash = text(user, "hash");
        if (password.isPresent() == hash.isPresent()) {
            throw wrong(user, "user '" + printable(name) + "' needs either password = ... or hash = ...");
        }
        if (password.isPresent()) {
            return new Secret.Clear(password.get().getBytes(StandardCharsets.UTF_8));
        }
        Secret secret = Secret.hash(hash.get())
                .orElseThrow(() -> wrong(
                        user.get("hash"),
                        "the hash of user '" + printable(name)
                                + "' is none of mysql.user: *..., $A$005$..., $5$... or 0x..."));
        if (secret instanceof Secret.Crypt crypt && (!slowHash || crypt.hash().rounds() > decoy.rounds())) {
            slowHash = true;
            decoy = ShaCrypt.decoy(crypt.hash().rounds());
        }
        return secret;
    }

    private Optional<Account.BackendAccount> backend(ConfigObject user, String name) throws StartException {
        ConfigValue value = user.get("backend");
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof ConfigObject backend)) {
            throw wrong(value, "backend has to be an object: backend { user = ..., password = ... }");
        }
        onlyKeys(backend, BACKEND_KEYS);
        String password = text(backend, "password")
                .orElseThrow(() ->
                        wrong(backend, "the backend account of user '" + printable(name) + "' needs password = ..."));
        return Optional.of(new Account.BackendAccount(
                text(backend, "user").orElse(name), Credential.ofPassword(password.getBytes(StandardCharsets.UTF_8))));
    }

    private void onlyKeys(ConfigObject object, Set<String> known) throws StartException {
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            if (!known.contains(entry.getKey())) {
                throw wrong(
                        entry.getValue(),
                        "unknown key '" + printable(entry.getKey()) + "': known are "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    private Optional<String> text(ConfigObject object, String key) throws StartException {
        ConfigValue value = object.get(key);
        return value == null ? Optional.empty() : Optional.of(scalar(value, key));
    }

    private List<String> texts(ConfigObject object, String key, String otherwise) throws StartException {
        ConfigValue value = object.get(key);
        List<String> all = new ArrayList<>();
        if (value instanceof ConfigList list) {
            for (ConfigValue element : list) {
                all.add(scalar(element, key));
            }
            if (all.isEmpty()) {
                throw wrong(value, key + " is an empty list: leave it out to allow all");
            }
        } else if (value != null) {
            all.add(scalar(value, key));
        } else if (otherwise != null) {
            all.add(otherwise);
        }
        return all;
    }

    private String scalar(ConfigValue value, String key) throws StartException {
        if (value.valueType() == ConfigValueType.STRING) {
            return (String) value.unwrapped();
        }
        // a number may have lost its zeros: 007 is not 7
        throw wrong(value, key + " has to be a text: put it in double quotes");
    }

    private StartException wrong(ConfigValue value, String what) {
        return new StartException(place(value.origin()) + ": " + what);
    }

    private String place(ConfigOrigin origin) {
        return origin == null || origin.lineNumber() < 1 ? file.toString() : file + " line " + origin.lineNumber();
    }

    private static String printable(String text) {
        String shown = text.replaceAll("\\p{Cntrl}", "?");
        return shown.length() <= 100 ? shown : shown.substring(0, 100) + "...";
    }

    /** The account for a user at a host. */
    Optional<UserAccount> find(String user, String host) {
        return accounts.getOrDefault(user, List.of()).stream()
                .filter(account -> account.isFor(host))
                .findFirst();
    }

    /** What nobody is: the same for all unknown users. */
    UserAccount nobody() {
        return nobody;
    }

    /** What is questionable about the file. */
    Optional<String> warning() {
        return warning;
    }

    int size() {
        return seen.size();
    }
}
