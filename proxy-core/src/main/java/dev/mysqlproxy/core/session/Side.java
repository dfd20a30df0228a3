package dev.mysqlproxy.core.session;

/** Which peer of a session. */
enum Side {
    CLIENT,
    BACKEND
}
