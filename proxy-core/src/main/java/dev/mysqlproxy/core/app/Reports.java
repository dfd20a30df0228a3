package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.lifecycle.ApiVersion;
import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.core.config.Configuration;
import dev.mysqlproxy.core.plugin.LoadedPlugin;
import io.netty.util.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code --version} and {@code --check-config} print. */
final class Reports {

    private Reports() {}

    static String version(List<LoadedPlugin> plugins) {
        StringBuilder text = new StringBuilder();
        text.append("mysql-proxy ")
                .append(dev.mysqlproxy.core.app.Version.text())
                .append('\n');
        text.append("  plugin-api: ").append(ApiVersion.CURRENT).append('\n');
        text.append("  java: ").append(System.getProperty("java.vm.version")).append('\n');
        Version netty = Version.identify().get("netty-transport");
        text.append("  netty: ")
                .append(netty == null ? "?" : netty.artifactVersion())
                .append('\n');
        text.append("-- modules\n");
        for (LoadedPlugin plugin : plugins) {
            text.append("  ")
                    .append(plugin.name())
                    .append(": ")
                    .append(plugin.version())
                    .append('\n');
        }
        return text.toString();
    }

    static String configuration(Configuration configuration, List<LoadedPlugin> plugins, Engine engine) {
        StringBuilder text = new StringBuilder("the configuration is good; this would run:\n");
        for (LoadedPlugin plugin : plugins) {
            text.append("  plugin ")
                    .append(plugin.name())
                    .append(' ')
                    .append(plugin.version())
                    .append('\n');
        }
        for (Listener listener : engine.listeners()) {
            text.append("  listener ")
                    .append(listener.name())
                    .append(" on ")
                    .append(listener.address())
                    .append(settings(listener))
                    .append('\n');
        }
        for (BackendView backend : engine.backends().snapshot()) {
            text.append("  ")
                    .append(backend.type() == BackendView.Type.RO ? "read-only" : "read/write")
                    .append(" backend ")
                    .append(backend.address())
                    .append(settings(engine.backends()
                            .find(backend.index())
                            .orElseThrow()
                            .hop()))
                    .append('\n');
        }
        text.append("options that are not at their defaults:\n");
        for (ProxyControl.OptionInfo option : configuration.options()) {
            if (!option.source().equals("default")) {
                text.append("  ")
                        .append(option.name())
                        .append(" = ")
                        .append(option.value())
                        .append("  (")
                        .append(option.source())
                        .append(")\n");
            }
        }
        return text.toString();
    }

    private static String settings(Listener listener) {
        if (listener instanceof Listener.Relay relay) {
            return " to " + String.join(", ", relay.backends());
        }
        List<String> words = new ArrayList<>();
        words.add("ssl-mode " + word(listener.hop().tls().mode()));
        if (listener instanceof Listener.Forwarding forwarding) {
            forwarding.hop().compression().methods().forEach(method -> words.add(word(method)));
            words.add("auth " + word(forwarding.authentication().mode()));
            if (!forwarding.group().isEmpty()) {
                words.add("group " + forwarding.group());
            }
        }
        if (!listener.hop().proxyNetworks().isEmpty()) {
            words.add("PROXY headers from " + String.join(" ", listener.hop().proxyNetworks()));
        }
        return " (" + String.join(", ", words) + ")";
    }

    private static String settings(BackendHop hop) {
        List<String> words = new ArrayList<>();
        words.add("ssl-mode " + word(hop.tls().mode()));
        hop.compression().methods().forEach(method -> words.add(word(method)));
        if (hop.header() != BackendHop.Header.NONE) {
            words.add("PROXY header " + word(hop.header()));
        }
        if (!hop.group().isEmpty()) {
            words.add("group " + hop.group());
        }
        return " (" + String.join(", ", words) + ")";
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
