package dev.mysqlproxy.core.config;

import java.nio.file.Path;

/** Where a value came from, in words for the operator: {@code command line}, {@code /a/file:12} or {@code default}. */
record Source(String where) {

    static final Source COMMAND_LINE = new Source("command line");
    static final Source DEFAULT = new Source("default");

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
