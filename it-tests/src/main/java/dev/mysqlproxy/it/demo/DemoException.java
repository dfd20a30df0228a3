package dev.mysqlproxy.it.demo;

/** The demo cannot go on; the message is one sentence for whoever started it. */
final class DemoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }
}
