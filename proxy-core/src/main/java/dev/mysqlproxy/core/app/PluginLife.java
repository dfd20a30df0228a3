package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.lifecycle.ProxyControl.PluginInfo;
import dev.mysqlproxy.api.lifecycle.StartException;
import java.util.List;

/** The plugins of a running process: the part of {@link Control} that comes and goes with them. Any thread. */
interface PluginLife {

    /** As {@link dev.mysqlproxy.api.lifecycle.ProxyControl#plugins}. */
    List<PluginInfo> plugins();

    /** As {@link dev.mysqlproxy.api.lifecycle.ProxyControl#load}. */
    PluginInfo load(String plugin) throws StartException;

    /** As {@link dev.mysqlproxy.api.lifecycle.ProxyControl#unload}. */
    void unload(String plugin) throws StartException;

    /** As {@link dev.mysqlproxy.api.lifecycle.ProxyControl#checkUnload}. */
    void checkUnload(String plugin) throws StartException;

    /** As {@link dev.mysqlproxy.api.lifecycle.ProxyControl#reload(String)}. */
    PluginInfo reload(String plugin) throws StartException;

    /** As {@link dev.mysqlproxy.api.lifecycle.ProxyControl#enable}. */
    boolean enable(String plugin, boolean enabled);

    /** Tables that plugins have for the admin port, in the order of the plugins. */
    List<AdminTable> tables();

    /** Statements that plugins have for the admin port, in the order of the plugins. */
    List<AdminCommand> commands();
}
