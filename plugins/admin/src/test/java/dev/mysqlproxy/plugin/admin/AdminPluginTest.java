package dev.mysqlproxy.plugin.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.ClientTls;
import dev.mysqlproxy.api.listener.CommandHandler;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.script.ScriptEngine;
import dev.mysqlproxy.testkit.FakeCommand;
import dev.mysqlproxy.testkit.FakeContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminPluginTest {

    @TempDir
    private Path folder;

    private final FakeContext context = new FakeContext(AdminOptions.ALL);

    @Test
    void listensWhereAndAsMySqlProxyDid() throws StartException {
        start(context.with(AdminOptions.USERNAME, "root").with(AdminOptions.PASSWORD, "pässwörd"));

        Listener.Local listener = onlyListener();
        assertThat(listener.name()).isEqualTo("admin");
        assertThat(listener.address()).isEqualTo(":4041");
        assertThat(listener.announcement().formatted(":4041")).isEqualTo("admin-server listening on port :4041");
        assertThat(listener.serverVersion()).isEqualTo("5.0.99-agent-admin");
        assertThat(listener.accounts().password("root")).hasValue("pässwörd".getBytes(UTF_8));
        assertThat(listener.accounts().password("Root")).isEmpty();
        assertThat(listener.accounts().password("")).isEmpty();
        assertThat(listener.handler()
                        .onCommand(AdminWorld.session("root"), FakeCommand.query("SELECT * FROM backends")))
                .isInstanceOf(Reply.ResultSet.class);
    }

    @Test
    void clientsMaySpeakTlsByDefault() throws StartException {
        start(context.with(AdminOptions.USERNAME, "root").with(AdminOptions.PASSWORD, "x"));

        assertThat(onlyListener().hop().tls())
                .isEqualTo(new ClientTls(
                        ClientTls.Mode.PREFERRED,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        List.of(),
                        List.of()));
        assertThat(onlyListener().hop().compression()).isEqualTo(Compression.NONE);
    }

    @Test
    void tlsOptionsHaveTheListenersName() {
        assertThat(AdminOptions.ALL)
                .extracting(Option::name)
                .contains(
                        "admin-ssl-mode",
                        "admin-ssl-cert",
                        "admin-ssl-key",
                        "admin-ssl-ca",
                        "admin-ssl-require-client-cert",
                        "admin-tls-versions",
                        "admin-ssl-ciphers")
                .doesNotHaveDuplicates();
    }

    @Test
    @SuppressWarnings("unchecked")
    void keyWithoutItsCertificateIsRefused() throws IOException {
        Option<Path> key = (Option<Path>) AdminOptions.ALL.stream()
                .filter(option -> option.name().equals("admin-ssl-key"))
                .findFirst()
                .orElseThrow();
        refused(
                context.with(AdminOptions.USERNAME, "root")
                        .with(AdminOptions.PASSWORD, "x")
                        .with(key, file("k", "rw-------")),
                "--admin-ssl-cert and --admin-ssl-key go together");
    }

    @Test
    void passwordGivenAwayIsACopy() throws StartException {
        start(context.with(AdminOptions.USERNAME, "root").with(AdminOptions.PASSWORD, "secret"));
        byte[] first = onlyListener().accounts().password("root").orElseThrow();
        first[0] = 0;

        assertThat(onlyListener().accounts().password("root")).hasValue("secret".getBytes(UTF_8));
    }

    @Test
    void userNameAndPasswordAreRequired() {
        refused(new FakeContext(AdminOptions.ALL).with(AdminOptions.PASSWORD, "x"), "--admin-username needs to be set");
        refused(
                new FakeContext(AdminOptions.ALL)
                        .with(AdminOptions.USERNAME, "")
                        .with(AdminOptions.PASSWORD, "x"),
                "--admin-username needs to be set");
        refused(
                new FakeContext(AdminOptions.ALL).with(AdminOptions.USERNAME, "root"),
                "--admin-password or --admin-password-file");
        refused(
                new FakeContext(AdminOptions.ALL)
                        .with(AdminOptions.USERNAME, "root")
                        .with(AdminOptions.PASSWORD, ""),
                "--admin-password or --admin-password-file");
    }

    @Test
    void twoPasswordsAreRefused() throws IOException {
        refused(
                context.with(AdminOptions.USERNAME, "root")
                        .with(AdminOptions.PASSWORD, "x")
                        .with(AdminOptions.PASSWORD_FILE, file("y", "rw-------")),
                "only one of --admin-password and --admin-password-file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pässwörd ", "pässwörd \n", "pässwörd \r\nmore", "pässwörd \n\n"})
    void firstLineOfTheFileIsThePassword(String content) throws IOException, StartException {
        start(context.with(AdminOptions.USERNAME, "root").with(AdminOptions.PASSWORD_FILE, file(content, "rw-rw----")));

        assertThat(onlyListener().accounts().password("root")).hasValue("pässwörd ".getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"rw-r--r--", "rw-----w-", "rw------x"})
    void fileThatOthersCanReachIsRefused(String permissions) throws IOException {
        refused(
                context.with(AdminOptions.USERNAME, "root")
                        .with(AdminOptions.PASSWORD_FILE, file("secret", permissions)),
                "its permissions aren't secure (0660 or stricter required)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\nsecond"})
    void fileWithoutAPasswordIsRefused(String content) throws IOException {
        refused(
                context.with(AdminOptions.USERNAME, "root")
                        .with(AdminOptions.PASSWORD_FILE, file(content, "rw-------")),
                "its first line is empty");
    }

    @Test
    void fileThatIsNoPasswordFileIsRefused() throws IOException {
        refused(
                new FakeContext(AdminOptions.ALL)
                        .with(AdminOptions.USERNAME, "root")
                        .with(AdminOptions.PASSWORD_FILE, file("x".repeat(5000), "rw-------")),
                "its first line is too long");
        refused(
                new FakeContext(AdminOptions.ALL)
                        .with(AdminOptions.USERNAME, "root")
                        .with(AdminOptions.PASSWORD_FILE, folder),
                "not a regular file");
        refused(
                new FakeContext(AdminOptions.ALL)
                        .with(AdminOptions.USERNAME, "root")
                        .with(AdminOptions.PASSWORD_FILE, folder.resolve("none")),
                "there is no such file");
    }

    @Test
    void scriptNeedsTheLuaEngine() {
        refused(
                context.with(AdminOptions.USERNAME, "root")
                        .with(AdminOptions.PASSWORD, "x")
                        .with(AdminOptions.SCRIPT, Path.of("/share/admin.lua")),
                "--admin-lua-script=/share/admin.lua: the Lua engine is not part of this installation");
        assertThat(context.listeners()).isEmpty();
    }

    @Test
    void scriptAnswersInPlaceOfTheBuiltInStatements() throws StartException {
        CommandHandler handler = (session, command) -> Reply.ok();
        ScriptEngine engine = new ScriptEngine() {
            @Override
            public String suffix() {
                return ".lua";
            }

            @Override
            public Hook hooks(List<Path> scripts, PluginContext asking) {
                throw new UnsupportedOperationException("the admin plugin has no hooks");
            }

            @Override
            public CommandHandler handler(Path script, PluginContext asking) {
                assertThat(script).isEqualTo(Path.of("/share/admin.lua"));
                return handler;
            }
        };
        start(context.with(AdminOptions.USERNAME, "root")
                .with(AdminOptions.PASSWORD, "x")
                .with(AdminOptions.SCRIPT, Path.of("/share/admin.lua"))
                .with(engine));

        assertThat(onlyListener().handler()).isSameAs(handler);
    }

    @Test
    void passwordIsNeverShown() {
        assertThat(AdminOptions.PASSWORD.secret()).isTrue();
    }

    @Test
    void pf4jFindsThePlugin() throws IOException {
        try (InputStream index = AdminPlugin.class.getResourceAsStream("/META-INF/extensions.idx")) {
            assertThat(index).isNotNull();
            assertThat(new String(index.readAllBytes(), UTF_8).lines()).contains(AdminPlugin.class.getName());
        }
    }

    private void start(FakeContext with) throws StartException {
        new AdminPlugin().start(with);
    }

    private static void refused(FakeContext with, String why) {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> new AdminPlugin().start(with))
                .withMessageContaining(why);
    }

    private Listener.Local onlyListener() {
        assertThat(context.listeners()).hasSize(1);
        return (Listener.Local) context.listeners().get(0);
    }

    private Path file(String content, String permissions) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
