package dev.mysqlproxy.plugin.admin.http;

import java.io.IOException;

/** A request that cannot be answered; its connection ends with the status and the message. */
final class BadRequestException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    BadRequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
