package dev.mysqlproxy.plugin.lua.module;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A process that writes down what modules ask of it. */
public final class FakeHost implements Host {

    final List<String> lines = new ArrayList<>();
    final Map<String, Map<String, Long>> statistics = new LinkedHashMap<>();
    int shutdowns;

    @Override
    public void log(Level level, String message) {
        lines.add(level + " " + message);
    }

    @Override
    public String baseDir() {
        return "/opt/proxy";
    }

    @Override
    public void shutdown() {
        shutdowns++;
    }

    @Override
    public Map<String, Map<String, Long>> statistics() {
        return statistics;
    }

    @Override
    public String version() {
        return "1.2.3";
    }
}
