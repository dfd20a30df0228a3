package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.lifecycle.ApiVersion;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.core.config.Configuration;
import dev.mysqlproxy.core.plugin.LoadedPlugin;
import io.netty.util.Version;
import java.util.List;

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
                    .append('\n');
        }
        for (BackendView backend : engine.backends().snapshot()) {
            text.append("  ")
                    .append(backend.type() == BackendView.Type.RO ? "read-only" : "read/write")
                    .append(" backend ")
                    .append(backend.address())
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
}
