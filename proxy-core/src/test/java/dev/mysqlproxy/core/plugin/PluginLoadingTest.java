package dev.mysqlproxy.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.script.ScriptEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PluginLoadingTest {

    @TempDir
    Path folder;

    /** What the operator reads when these plugins are asked for: one line. */
    private AbstractThrowableAssert<?, ? extends Throwable> loading(String... names) {
        return assertThatThrownBy(() -> {
                    try (PluginLoading loading = new PluginLoading(folder)) {
                        loading.load(List.of(names));
                    }
                })
                .isInstanceOf(StartException.class)
                .satisfies(error -> assertThat(error.getMessage()).doesNotContain("\n"));
    }

    /** Loads plugin {@code a} and starts it; what it throws is what it found out. */
    private void startA() throws StartException {
        try (PluginLoading loading = new PluginLoading(folder)) {
            loading.load(List.of("a")).get(0).plugin().start(null);
        }
    }

    // --- what works -------------------------------------------------------------------------------------------------

    @Test
    void loadsWhatIsNamedInThatOrder() throws StartException {
        PluginJarMaker.plugin("a", "")
                .manifest("Plugin-Description", "the first")
                .into(folder, "a.jar");
        PluginJarMaker.plugin("b", "").into(folder, "b.jar");
        PluginJarMaker.plugin("c", "throw new IllegalStateException();").into(folder, "c.jar");
        try (PluginLoading loading = new PluginLoading(folder)) {
            List<LoadedPlugin> plugins = loading.load(List.of("b", "a"));
            assertThat(plugins).extracting(LoadedPlugin::name).containsExactly("b", "a");
            assertThat(plugins).extracting(LoadedPlugin::version).containsOnly("1.2.3");
            assertThat(plugins).extracting(LoadedPlugin::description).containsExactly("", "the first");
            assertThat(plugins.get(0).plugin().getClass().getName()).isEqualTo("b.Main");
            assertThat(plugins.get(0).plugin()).isInstanceOf(ProxyPlugin.class);
            assertThat(loading.has("c")).isTrue();
            assertThat(loading.has("d")).isFalse();
        }
    }

    @Test
    void aPluginNamedTwiceIsOnePlugin() throws StartException {
        PluginJarMaker.plugin("a", "").into(folder, "a.jar");
        try (PluginLoading loading = new PluginLoading(folder)) {
            assertThat(loading.load(List.of("a", "a"))).hasSize(1);
        }
    }

    @Test
    void nothingNamedIsNothingLoaded() throws StartException {
        PluginJarMaker.plugin("a", "").into(folder, "a.jar");
        try (PluginLoading loading = new PluginLoading(folder)) {
            assertThat(loading.load(List.of())).isEmpty();
        }
    }

    @Test
    void otherFilesAreNobodysBusiness() throws IOException, StartException {
        PluginJarMaker.plugin("a", "").into(folder, "a.jar");
        Files.writeString(folder.resolve("README.txt"), "plugins go here");
        Files.writeString(folder.resolve("disabled.txt"), "a\n");
        Files.writeString(folder.resolve("broken.jar"), "not a jar");
        PluginJarMaker.plugin("x").manifest("Plugin-Id", null).into(folder, "library.jar");
        try (PluginLoading loading = new PluginLoading(folder)) {
            assertThat(loading.load(List.of("a"))).hasSize(1);
        }
    }

    // --- what does not ----------------------------------------------------------------------------------------------

    @Test
    void aFolderThatIsNotThere() {
        assertThatThrownBy(() -> new PluginLoading(folder.resolve("no")))
                .isInstanceOf(StartException.class)
                .hasMessage("--plugin-dir=" + folder.resolve("no") + " is not a folder");
    }

    @Test
    void anUnknownPlugin() {
        PluginJarMaker.plugin("b", "").into(folder, "b.jar");
        PluginJarMaker.plugin("a", "").into(folder, "a.jar");
        loading("c").hasMessage("there is no plugin c in " + folder + " (there are: a, b)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../a", "a/b", "-a", "a b"})
    void namesThatAreNone(String name) {
        loading(name).hasMessage("'" + name + "' is not a plugin's name (see --plugins)");
    }

    @Test
    void aJarThatIsNone() throws IOException {
        Files.writeString(folder.resolve("a.jar"), "not a jar");
        loading("a").hasMessageContaining("there is no plugin a").hasMessageContaining("a.jar cannot be read");
    }

    @Test
    void aJarCutOff() throws IOException {
        Path jar = PluginJarMaker.plugin("a", "").into(folder, "a.jar");
        byte[] bytes = Files.readAllBytes(jar);
        Files.write(jar, Arrays.copyOf(bytes, bytes.length / 2));
        loading("a").hasMessageContaining("a.jar cannot be read");
    }

    @Test
    void twoOfAKind() {
        PluginJarMaker.plugin("a", "").into(folder, "a-1.jar");
        PluginJarMaker.plugin("a", "").into(folder, "a-2.jar");
        loading("a").hasMessageContaining("more than once: a-1.jar, a-2.jar");
    }

    @Test
    void aManifestWithoutAVersion() {
        PluginJarMaker.plugin("a", "").manifest("Plugin-Version", null).into(folder, "a.jar");
        loading("a").hasMessageContaining("plugin a (a.jar)");
    }

    @ParameterizedTest
    @ValueSource(strings = {">=2.0.0", "2.0.0", "<1.0.0", ">=1.0.0 & <1.0.0"})
    void anotherApi(String requires) {
        PluginJarMaker.plugin("a", "").manifest("Plugin-Requires", requires).into(folder, "a.jar");
        loading("a").hasMessage("plugin a (a.jar) needs plugin-api " + requires + ", this proxy has 1.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0", "0.9.0", ">=1.0.0", ">=1.0.0 & <2.0.0", "1.x", "*"})
    void theSameApi(String requires) throws StartException {
        PluginJarMaker.plugin("a", "").manifest("Plugin-Requires", requires).into(folder, "a.jar");
        startA();
    }

    @Test
    void aRequirementThatMakesNoSense() {
        PluginJarMaker.plugin("a", "")
                .manifest("Plugin-Requires", "the newest, please")
                .into(folder, "a.jar");
        loading("a").hasMessage("plugin a (a.jar) has a Plugin-Requires that makes no sense: the newest, please");
    }

    @Test
    void aPluginThatBringsTheApi() {
        PluginJarMaker.plugin("a", "")
                .file("dev/mysqlproxy/api/hook/Hook.class", "")
                .into(folder, "a.jar");
        loading("a").hasMessageContaining("contains the plugin API");
    }

    @Test
    void noExtension() {
        PluginJarMaker.plugin("a").into(folder, "a.jar");
        loading("a").hasMessageContaining("plugin a (a.jar) has 0 extensions of ProxyPlugin");
    }

    @Test
    void twoExtensions() {
        PluginJarMaker.plugin("a", "")
                .extension("a.Second", PluginJarMaker.mainClass("a", "Second", ""))
                .into(folder, "a.jar");
        loading("a").hasMessageContaining("plugin a (a.jar) has 2 extensions of ProxyPlugin");
    }

    @Test
    void anExtensionThatIsNotThere() {
        PluginJarMaker.plugin("a").missingExtension("a.Main").into(folder, "a.jar");
        loading("a").hasMessageContaining("plugin a (a.jar)");
    }

    @Test
    void aConstructorThatThrows() {
        String text = PluginJarMaker.mainClass("a", "Main", "")
                .replace("@Override", "public Main() { throw new IllegalStateException(\"out of order\"); } @Override");
        PluginJarMaker.plugin("a").extension("a.Main", text).into(folder, "a.jar");
        loading("a").hasMessageContaining("plugin a (a.jar)");
    }

    @Test
    void aConstructorThatNeedsMore() {
        String text = PluginJarMaker.mainClass("a", "Main", "").replace("@Override", "public Main(int n) {} @Override");
        PluginJarMaker.plugin("a").extension("a.Main", text).into(folder, "a.jar");
        loading("a").hasMessageContaining("plugin a (a.jar)");
    }

    @Test
    void anInitializerThatThrows() {
        String text = PluginJarMaker.mainClass("a", "Main", "")
                .replace("@Override", "static final int N = Integer.parseInt(\"x\"); @Override");
        PluginJarMaker.plugin("a").extension("a.Main", text).into(folder, "a.jar");
        loading("a").hasMessageContaining("plugin a (a.jar)");
    }

    // --- what a plugin sees -----------------------------------------------------------------------------------------

    private static String seesClass(String name) {
        return "try { Class.forName(\"" + name + "\"); } catch (ClassNotFoundException e) {"
                + " throw new dev.mysqlproxy.api.lifecycle.StartException(\"unseen\"); }";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.mysqlproxy.api.lifecycle.ProxyPlugin",
                "dev.mysqlproxy.protocol.wire.Wire",
                "io.netty.buffer.ByteBuf",
                "org.slf4j.Logger",
                "org.pf4j.Extension",
                "java.sql.Connection"
            })
    void seesTheApi(String className) throws StartException {
        PluginJarMaker.plugin("a", seesClass(className)).into(folder, "a.jar");
        startA();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.mysqlproxy.core.session.Session",
                "dev.mysqlproxy.core.plugin.PluginLoading",
                "io.netty.channel.Channel",
                "com.typesafe.config.Config",
                "ch.qos.logback.classic.Logger",
                "b.Main"
            })
    void doesNotSeeTheEngineNorOtherPlugins(String className) {
        PluginJarMaker.plugin("a", seesClass(className)).into(folder, "a.jar");
        PluginJarMaker.plugin("b", "").into(folder, "b.jar");
        assertThatThrownBy(() -> {
                    try (PluginLoading loading = new PluginLoading(folder)) {
                        loading.load(List.of("b", "a")).get(1).plugin().start(null);
                    }
                })
                .hasMessage("unseen");
    }

    @Test
    void sharesTheApisVeryClasses() throws StartException {
        PluginJarMaker.plugin("a", "").into(folder, "a.jar");
        try (PluginLoading loading = new PluginLoading(folder)) {
            Class<?> type = loading.load(List.of("a")).get(0).plugin().getClass();
            assertThat(type.getClassLoader()).isNotSameAs(ProxyPlugin.class.getClassLoader());
            assertThat(type.getInterfaces()).containsExactly(ProxyPlugin.class);
        }
    }

    @Test
    void findsItsOwnFilesAndNotTheEngines() throws StartException {
        String start = "if (getClass().getResource(\"/own.txt\") == null"
                + " || getClass().getResource(\"/META-INF/extensions.idx\") == null"
                + " || getClass().getResource(\"/dev/mysqlproxy/core/session/Session.class\") != null) {"
                + " throw new IllegalStateException(); }";
        PluginJarMaker.plugin("a", start).file("own.txt", "mine").into(folder, "a.jar");
        startA();
    }

    // --- script engines ---------------------------------------------------------------------------------------------

    private static PluginJarMaker engine(String id, String suffix) {
        return PluginJarMaker.plugin(id)
                .manifest("Script-Suffix", suffix)
                .extension(
                        id + ".Engine",
                        "package " + id + ";\n"
                                + "public class Engine implements dev.mysqlproxy.api.script.ScriptEngine {\n"
                                + "  public String suffix() { return \".lua\"; }\n"
                                + "  public dev.mysqlproxy.api.hook.Hook hooks(java.util.List<java.nio.file.Path> s,"
                                + " dev.mysqlproxy.api.lifecycle.PluginContext c) { return null; }\n"
                                + "  public dev.mysqlproxy.api.listener.CommandHandler handler(java.nio.file.Path s,"
                                + " dev.mysqlproxy.api.lifecycle.PluginContext c) { return null; }\n"
                                + "}\n");
    }

    @Test
    void aScriptEngineIsFoundByItsSuffix() throws StartException {
        PluginJarMaker.plugin("a", "").into(folder, "a.jar");
        engine("lua", ".lua").into(folder, "lua.jar");
        try (PluginLoading loading = new PluginLoading(folder)) {
            loading.load(List.of("a"));
            assertThat(loading.scriptEngine(".js")).isEmpty();
            ScriptEngine engine = loading.scriptEngine(".lua").orElseThrow();
            assertThat(engine.suffix()).isEqualTo(".lua");
            // its scripts share their state, whichever plugin asked
            assertThat(loading.scriptEngine(".lua")).containsSame(engine);
        }
    }

    @Test
    void aScriptEngineThatCannotBeLoadedSaysWhy() throws StartException {
        engine("lua", ".lua").manifest("Plugin-Requires", ">=9.0.0").into(folder, "lua.jar");
        try (PluginLoading loading = new PluginLoading(folder)) {
            assertThatThrownBy(() -> loading.scriptEngine(".lua"))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("plugin lua (lua.jar) needs plugin-api >=9.0.0");
        }
    }

    @Test
    void anEngineThatPromisedAnotherSuffixIsNone() throws StartException {
        engine("js", ".js").into(folder, "js.jar");
        try (PluginLoading loading = new PluginLoading(folder)) {
            assertThat(loading.scriptEngine(".js")).isEmpty();
        }
    }
}
