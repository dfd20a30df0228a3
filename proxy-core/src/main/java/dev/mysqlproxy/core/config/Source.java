package dev.mysqlproxy.core.config;

import java.nio.file.Path;
import java.time.Instant;

/**
 * Where a value came from, in words for the operator: {@code command line}, {@code /a/file:12},
 * {@code SET by root at 2026-11-22T10:00:00Z} or {@code default}.
 */
record Source(String where) {

    static final Source COMMAND_LINE = new Source("command line");
    static final Source DEFAULT = new Source("default");

    /** An operator's wish that is not carried out yet. */
    static final Source SET = new Source("SET");

    /** An operator, at run time. */
    static Source set(String by, Instant at) {
        return new Source("SET by " + Shown.printable(by) + " at " + at);
    }

    static Source line(Path file, int line) {
        return new Source(file + ":" + line);
    }

    /** How an option is called there: with dashes on the command line, without in a file. */
    String label(String optionName) {
        return equals(COMMAND_LINE) ? "--" + optionName : optionName;
    }

    @Override
    public String toString() {
        return where;
    }
}
