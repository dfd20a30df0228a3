package dev.mysqlproxy.plugin.admin.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mysqlproxy.api.admin.AdminCommand.Role;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Credential;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.testkit.FakeContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersFileTest {

    private static final Option<String> NAME = Option.text("name", "").build();
    private static final Option<String> PASSWORD = Option.text("password", "").build();
    private static final Option<Path> PASSWORD_FILE =
            Option.path("password-file", "").build();
    private static final Option<Path> USERS = Option.path("users-file", "").build();
    private static final AdminAccounts.Options OPTIONS =
            new AdminAccounts.Options(NAME, PASSWORD, PASSWORD_FILE, USERS);
    private static final String SALTED = "$A$005$" + "s".repeat(20) + "h".repeat(43);

    @TempDir
    private Path folder;

    private final FakeContext context = new FakeContext(List.of(NAME, PASSWORD, PASSWORD_FILE, USERS));

    private AdminAccounts accounts(String content) throws IOException, StartException {
        Path file = Files.writeString(folder.resolve("users"), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        return AdminAccounts.of(OPTIONS, context.with(USERS, file));
    }

    @Test
    void aLineIsAnAccount() throws IOException, StartException {
        AdminAccounts accounts = accounts("# name role secret\n\n alice  ADMIN\t" + SALTED + "\n"
                + "bob operator *2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19\r\n\"carol smith\" reader \"her \" # word\"");

        assertThat(accounts.role("alice")).contains(Role.ADMIN);
        assertThat(accounts.credential("alice")).contains(new Credential.Hash(SALTED));
        assertThat(accounts.password("alice")).isEmpty();
        assertThat(accounts.role("bob")).contains(Role.OPERATOR);
        assertThat(accounts.role("carol smith")).contains(Role.READER);
        assertThat(accounts.password("carol smith")).hasValue("her \" # word".getBytes(StandardCharsets.UTF_8));
        assertThat(accounts.role("Alice")).isEmpty();
        assertThat(accounts.credential("dave")).isEmpty();
        assertThat(accounts.hashed()).isTrue();
    }

    @Test
    void theAccountOfTheOptionsStandsBeside() throws IOException, StartException {
        context.with(NAME, "root").with(PASSWORD, "x");
        AdminAccounts accounts = accounts("carol reader \"c\"");

        assertThat(accounts.role("root")).contains(Role.ADMIN);
        assertThat(accounts.role("carol")).contains(Role.READER);
        assertThat(accounts.hashed()).isFalse();
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> accounts("root reader \"c\""))
                .withMessageContaining("it has the user of the option, too: root");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "alice|line 2: write: name role hash",
                "alice admin|line 2: write: name role hash",
                "alice chief \"x\"|line 2: the role is reader, operator or admin",
                "alice admin secret|line 2: this is no hash of mysql.user",
                "alice admin *1234|line 2: this is no hash of mysql.user",
                "alice admin \"\"|line 2: the password must not be empty",
                "\"\" admin \"x\"|line 2: the name must not be empty",
            })
    void whatIsWrongIsNamedWithItsLineAndWithoutItsSecret(String line, String why) {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> accounts("# accounts\n" + line))
                .withMessageContaining("--users-file=")
                .withMessageContaining(why)
                .withMessageNotContaining("secret");
    }

    @Test
    void twiceAndNobodyAndOpenFilesAreRefused() throws IOException {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> accounts("a admin \"x\"\na reader \"y\""))
                .withMessageContaining("line 2: there is such a user already");
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> accounts("# nobody\n"))
                .withMessageContaining("it has no accounts");
        Path open = Files.writeString(folder.resolve("open"), "a admin \"x\"");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> AdminAccounts.of(OPTIONS, context.with(USERS, open)))
                .withMessageContaining("its permissions aren't secure");
    }
}
