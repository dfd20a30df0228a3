package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.view.SessionView;
import java.nio.file.Path;
import java.util.List;

/** Stands for the hooks of these scripts; equal to any other of the same ones. */
record ScriptHook(String suffix, List<Path> scripts) implements DisconnectHook {

    @Override
    public void onDisconnect(SessionView session, String cause) {}
}
