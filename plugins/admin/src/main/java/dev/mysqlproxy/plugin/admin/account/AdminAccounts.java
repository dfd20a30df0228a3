package dev.mysqlproxy.plugin.admin.account;

import dev.mysqlproxy.api.admin.AdminCommand.Role;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Accounts;
import dev.mysqlproxy.api.listener.Credential;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All accounts of the admin port: the one of the options, and those of the file. Any thread. */
public final class AdminAccounts implements Accounts {

    /**
     * The options that name accounts.
     *
     * @param username of the one account
     * @param password its password
     * @param passwordFile or the file that has it
     * @param usersFile the file of the others
     */
    public record Options(
            Option<String> username, Option<String> password, Option<Path> passwordFile, Option<Path> usersFile) {}

    private final Optional<Account> single;
    private final Optional<SecretFile> file;
    private volatile Map<String, Account> accounts;

    private AdminAccounts(Optional<Account> single, Optional<SecretFile> file) throws StartException {
        this.single = single;
        this.file = file;
        this.accounts = read();
    }

    /** The accounts that the options describe; at least one. */
    public static AdminAccounts of(Options options, OptionValues values) throws StartException {
        Optional<SecretFile> file =
                values.find(options.usersFile()).map(path -> new SecretFile(options.usersFile(), path));
        boolean wanted = values.isGiven(options.username())
                || values.isGiven(options.password())
                || values.isGiven(options.passwordFile());
        Optional<Account> single = wanted || file.isEmpty() ? Optional.of(single(options, values)) : Optional.empty();
        return new AdminAccounts(single, file);
    }

    private static Account single(Options options, OptionValues values) throws StartException {
        String name = values.find(options.username())
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new StartException(options.username() + " needs to be set and must not be empty"));
        return new Account(name, Role.ADMIN, new Credential.Password(password(options, values)));
    }

    private static byte[] password(Options options, OptionValues values) throws StartException {
        if (values.isGiven(options.password()) && values.isGiven(options.passwordFile())) {
            throw new StartException(
                    "only one of " + options.password() + " and " + options.passwordFile() + " may be given");
        }
        if (values.isGiven(options.passwordFile())) {
            return new SecretFile(options.passwordFile(), values.get(options.passwordFile())).firstLine();
        }
        return values.find(options.password())
                .filter(password -> !password.isEmpty())
                .map(password -> password.getBytes(StandardCharsets.UTF_8))
                .orElseThrow(() -> new StartException(options.password() + " or " + options.passwordFile()
                        + " needs to be set and must not be empty"));
    }

    private Map<String, Account> read() throws StartException {
        Map<String, Account> all = new HashMap<>();
        if (file.isPresent()) {
            for (Account account : UsersFile.read(file.get())) {
                all.put(account.name(), account);
            }
        }
        if (single.isPresent() && all.put(single.get().name(), single.get()) != null) {
            throw file.orElseThrow()
                    .refused(
                            "it has the user of the option, too: "
                                    + single.get().name(),
                            null);
        }
        return Map.copyOf(all);
    }

    @Override
    public List<String> reload() {
        try {
            accounts = read();
            return List.of();
        } catch (StartException e) {
            return List.of(e.getMessage() + "; what was read before stays in use");
        }
    }

    /** What a user may do; empty when there is no such account any more. */
    public Optional<Role> role(String user) {
        return Optional.ofNullable(accounts.get(user)).map(Account::role);
    }

    @Override
    public Optional<byte[]> password(String user) {
        return credential(user)
                .filter(Credential.Password.class::isInstance)
                .map(credential -> ((Credential.Password) credential).utf8().clone());
    }

    @Override
    public Optional<Credential> credential(String user) {
        return Optional.ofNullable(accounts.get(user)).map(Account::credential);
    }

    @Override
    public boolean hashed() {
        return accounts.values().stream().anyMatch(account -> account.credential() instanceof Credential.Hash);
    }
}
