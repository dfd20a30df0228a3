package dev.mysqlproxy.api.hook;

/** Marks the interfaces below as hooks. An object registered with the proxy may implement any number of them. */
public sealed interface Hook
        permits ConnectHook,
                HandshakeHook,
                AuthHook,
                AuthResultHook,
                QueryHook,
                QueryResultHook,
                QueryCompletedHook,
                DisconnectHook {}
