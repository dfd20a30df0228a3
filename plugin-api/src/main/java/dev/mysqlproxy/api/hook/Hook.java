package dev.mysqlproxy.api.hook;

import dev.mysqlproxy.api.view.Command;

/** Marks the interfaces below as hooks. An object registered with the proxy may implement any number of them. */
public sealed interface Hook
        permits SessionOpenedHook,
                ConnectHook,
                HandshakeHook,
                AuthHook,
                AuthResultHook,
                LoginCompletedHook,
                QueryHook,
                QueryResultHook,
                RowHook,
                QueryCompletedHook,
                DisconnectHook {

    /**
     * Whether {@link Command#preparedStatement()} and {@link Command#parameters()} are wanted: the proxy then remembers the
     * texts of each session's prepared statements. Asked whenever the hooks at work change; must always say the same.
     */
    default boolean needsPreparedStatements() {
        return false;
    }
}
