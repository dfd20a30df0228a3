package dev.mysqlproxy.core.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Authentication;
import dev.mysqlproxy.protocol.auth.PasswordMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersFileTest {

    @TempDir
    Path folder;

    private final CredentialStore store = new CredentialStore(Duration.ofMinutes(5), () -> 0);

    private Path file(String text) throws IOException {
        Path file = folder.resolve("users.conf");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        return file;
    }

    private UsersFile users(String text) throws IOException, StartException {
        return UsersFile.read(file(text), store);
    }

    @Test
    void accountsAreReadAsDocumented() throws Exception {
        UsersFile users = users("""
            users = [
              { name = app, password = "secret" }
              { name = report, hash = "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19"
                hosts = ["10.0.0.0/8", "192.168.1.%", localhost], databases = [sales, "hr_%"]
                backend { user = readonly, password = "other" } }
              { name = report, password = "" }
            ]
            """);

        assertThat(users.size()).isEqualTo(3);
        assertThat(users.warning()).isEmpty();
        assertThat(users.find("app", "2001:db8::1")).isPresent();
        UserAccount report = users.find("report", "10.1.2.3").orElseThrow();
        assertThat(report.prove("password".getBytes(UTF_8))).isPresent();
        assertThat(report.prove("passwore".getBytes(UTF_8))).isEmpty();
        assertThat(report.allows("hr_2")).isTrue();
        assertThat(report.allows("hr")).isFalse();
        assertThat(report.backend().orElseThrow().user()).isEqualTo("readonly");
        assertThat(users.find("report", "11.1.2.3").orElseThrow().prove(new byte[0]))
                .isPresent();
        assertThat(users.find("App", "10.1.2.3")).isEmpty();
        assertThat(report.toString()).doesNotContain("other");
    }

    @ParameterizedTest
    @CsvSource({
        "%, 10.0.0.1, true",
        "%, localhost, true",
        "localhost, localhost, true",
        "localhost, 127.0.0.1, true",
        "localhost, ::1, true",
        "localhost, 10.0.0.1, false",
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "10.0.0.128/25, 10.0.0.129, true",
        "10.0.0.128/25, 10.0.0.127, false",
        "0.0.0.0/0, 9.9.9.9, true",
        "0.0.0.0/0, ::9, false",
        "2001:db8::/32, 2001:db8::7, true",
        "2001:db8::/32, 2001:db9::7, false",
        "2001:db8::1, 2001:db8:0:0:0:0:0:1, true",
        "10.0.0.1/32, localhost, false",
        "192.168.1.%, 192.168.1.77, true",
        "192.168.1.%, 192.168.10.7, false",
        "192.168.1._%, 192.168.1.7, true",
    })
    void hostsFit(String pattern, String host, boolean fits) {
        assertThat(HostPattern.parse(pattern).orElseThrow().fits(host)).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        users = { name = a }                                             | line 1 | has to be a list
        user = [ ]                                                       | line 1 | unknown key 'user'
        other = 1                                                        | line 1 | unknown key 'other'
        users = [ a ]                                                    | line 1 | has to be an object
        users = [ { password = hidden } ]                                | line 1 | without a name
        users = [ { name = a } ]                                         | line 1 | either password
        users = [ { name = a, password = hidden, hash = "*1" } ]         | line 1 | either password
        users = [ { name = a, hash = "hidden" } ]                        | line 1 | is none of mysql.user
        users = [ { name = a, password = 007 } ]                         | line 1 | double quotes
        users = [ { name = a, pasword = hidden } ]                       | line 1 | 'pasword'
        users = [ { name = a, password = hidden, hosts = [db.example] } ] | line 1 | 'db.example'
        users = [ { name = a, password = hidden, hosts = ["10.0.0.0/33"] } ] | line 1 | '10.0.0.0/33'
        users = [ { name = a, password = hidden, hosts = [] } ]          | line 1 | empty list
        users = [ { name = a, password = hidden, backend = b } ]         | line 1 | has to be an object
        users = [ { name = a, password = hidden, backend { user = b } } ] | line 1 | needs password
        users = [ { name = a, password = hidden, backend { host = b } } ] | line 1 | 'host'
        users = [ { name = a, password = hidden }, { name = a, password = hidden } ] | line 1 | twice
        users = [ { name = a, password = hidden" } ]                     | users.conf | no HOCON
        users = [ { name = a, password = ${hidden} } ]                   | line 1 | no HOCON
        """)
    void mistakesAreNamedWithTheirPlaceAndWithoutPasswords(String text, String place, String what) {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> users(text))
                .withMessageContaining("users.conf")
                .withMessageContaining(place)
                .withMessageContaining(what)
                .satisfies(e -> assertThat(e).hasMessageNotContaining("hidden").hasNoCause());
    }

    @Test
    void fileThatIsNotThereIsNamed() {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> UsersFile.read(folder.resolve("none.conf"), store))
                .withMessageContaining("none.conf does not exist");
    }

    @Test
    void fileOpenToAllIsWarnedOf() throws Exception {
        Path file = file("users = []");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(UsersFile.read(file, store).warning().orElseThrow())
                .contains("chmod o-rwx")
                .contains("0644");
    }

    @Test
    void wrongFileLeavesTheOldOneInForce() throws Exception {
        Path file = file("users = [ { name = app, password = one } ]");
        Authenticator authenticator = new Authenticator(
                new Authentication(Authentication.Mode.USERS, Optional.of(file), Duration.ofMinutes(5)),
                () -> CompletableFuture.completedFuture(TestRsa.PROXY),
                () -> 0);
        file("users = [ { name = app } ]");
        assertThatExceptionOfType(StartException.class).isThrownBy(authenticator::reload);
        assertThat(password(authenticator)).isEqualTo("one");

        file("users = [ { name = app, password = two } ]");
        authenticator.reload();
        assertThat(password(authenticator)).isEqualTo("two");
        assertThat(authenticator.credential("nobody", "10.0.0.1:5")).isEmpty();
    }

    /** A login may be under way while the file is read anew. */
    @Test
    void whatWasProvenForAHashSaysNothingOfTheNext() throws Exception {
        UserAccount before = only("*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19");
        UserAccount after = only("*0000000000000000000000000000000000000001");
        before.confirmed(Credential.ofPassword("password".getBytes(UTF_8)));
        PasswordMethod method = PasswordMethod.MYSQL_NATIVE_PASSWORD;
        byte[] nonce = new byte[20];
        byte[] response = method.respond("password".getBytes(UTF_8), nonce);
        assertThat(before.prove(method, nonce, response)).isPresent();
        assertThat(after.prove(method, nonce, response)).isEmpty();
    }

    private UserAccount only(String hash) throws IOException, StartException {
        return users("users = [ { name = app, hash = \"" + hash + "\" } ]")
                .find("app", "10.0.0.1")
                .orElseThrow();
    }

    private static String password(Authenticator authenticator) {
        Credential credential =
                authenticator.credential("app", "10.0.0.1:5").orElseThrow().credential();
        return new String(credential.password().orElseThrow(), UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:4000, 10.0.0.1",
        "[2001:db8::1]:4000, 2001:db8::1",
        "/run/proxy.sock, localhost",
        "@proxy, localhost",
        "'', localhost",
    })
    void hostsOfClientsAreTheirAddresses(String client, String host) {
        assertThat(Authenticator.host(client)).isEqualTo(host);
    }
}
