package dev.mysqlproxy.api.hook;

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
                DisconnectHook {}
