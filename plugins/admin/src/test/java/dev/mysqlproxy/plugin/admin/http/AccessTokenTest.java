package dev.mysqlproxy.plugin.admin.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.plugin.admin.http.Request.Field;
import dev.mysqlproxy.testkit.FakeContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenTest {

    @TempDir
    private Path folder;

    private final AccessToken token = new AccessToken("se:cret");

    private boolean accepts(String credentials) {
        return token.isIn(new Request(false, "/", "", List.of(new Field("authorization", credentials)), true));
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    @Test
    void bearerOrPasswordOfAnybody() {
        assertThat(accepts("Bearer se:cret")).isTrue();
        assertThat(accepts("bearer  se:cret")).isTrue();
        assertThat(accepts(basic("prometheus:se:cret"))).isTrue();
        assertThat(accepts(basic(":se:cret"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer secret",
                "Bearer se:cret2",
                "se:cret",
                "Digest se:cret",
                "Basic !!!",
                "Basic c2U6Y3JldA"
            })
    void nothingElse(String credentials) {
        assertThat(accepts(credentials)).isFalse();
    }

    @Test
    void requestWithoutOne() {
        assertThat(token.isIn(new Request(false, "/", "", List.of(), true))).isFalse();
    }

    private Path file(String content, String permissions) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void firstLineOfAFile() throws IOException, StartException {
        AccessToken read =
                AdminHttp.token(options(file("abc \r\nmore\n", "rw-r-----"))).orElseThrow();

        assertThat(read.isIn(new Request(false, "/", "", List.of(new Field("authorization", "Bearer abc")), true)))
                .isTrue();
    }

    @Test
    void fileThatIsNone() throws IOException {
        refused(file("abc", "rw-r--r--"), "its permissions aren't secure");
        refused(file(" \t\nabc", "rw-------"), "its first line is blank");
        refused(file("\nabc", "rw-------"), "its first line is empty");
        refused(file("x".repeat(5000), "rw-------"), "its first line is too long");
        refused(folder.resolve("none"), "there is no such file");
        refused(folder, "this is not a regular file");
    }

    private static FakeContext options(Path file) {
        return new FakeContext(AdminHttp.OPTIONS).with(AdminHttp.TOKEN_FILE, file);
    }

    private static void refused(Path file, String why) {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> AdminHttp.token(options(file)))
                .withMessageStartingWith("--admin-http-token-file=" + file + ": ")
                .withMessageContaining(why);
    }
}
