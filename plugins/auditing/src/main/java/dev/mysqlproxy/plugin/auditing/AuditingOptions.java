package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.protocol.sql.StatementKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The options of the auditing plugin. */
final class AuditingOptions {

    private static final int MOST_MIB = 1024 * 1024;
    private static final double TEN_YEARS = 10 * 366 * 86_400.0;
    private static final int LONGEST_STATEMENT = 16 * 1024 * 1024;

    /** The words for kinds of statements. */
    static final String KINDS =
            Arrays.stream(StatementKind.values()).map(StatementKind::word).collect(Collectors.joining(", "));

    static final Option<String> FORMAT = Option.choice(
                    "auditing-format",
                    List.of("json", "text"),
                    "what records look like: JSON, one object a line, or the lines of MySQL Proxy's auditing script")
            .defaultsTo("json")
            .build();

    static final Option<String> DESTINATION = Option.choice(
                    "auditing-destination", List.of("file", "syslog", "stdout"), "where records are written")
            .defaultsTo("file")
            .build();

    static final Option<Path> FILE = Option.path(
                    "auditing-file", "the file that records are appended to; required for the destination file")
            .build();

    static final Option<String> FILE_MODE = Option.text(
                    "auditing-file-mode", "octal mode of new files; 0600 or stricter for others, like 0640")
            .defaultsTo("0600")
            .build();

    static final Option<Integer> ROTATE_SIZE = Option.integer(
                    "auditing-rotate-size",
                    0,
                    MOST_MIB,
                    "MiB behind which the file is renamed and a new one begun; 0 for any size")
            .defaultsTo(0)
            .build();

    static final Option<Duration> ROTATE_TIME = Option.seconds(
                    "auditing-rotate-time",
                    0,
                    TEN_YEARS,
                    "seconds after which a new file is begun, counted from midnight: 86400 is daily; 0 for never")
            .defaultsTo(Duration.ZERO)
            .build();

    static final Option<Boolean> COMPRESS =
            Option.flag("auditing-compress", "compress renamed files with gzip").build();

    static final Option<Integer> KEEP = Option.integer(
                    "auditing-keep", 0, MOST_MIB, "renamed files that are kept, the oldest go first; 0 for all")
            .defaultsTo(0)
            .build();

    static final Option<Integer> KEEP_DAYS = Option.integer(
                    "auditing-keep-days", 0, 36_600, "days that renamed files are kept; 0 for ever")
            .defaultsTo(0)
            .build();

    static final Option<String> FSYNC = Option.choice(
                    "auditing-fsync",
                    List.of("no", "second", "each"),
                    "when the file is forced to the disk: never, once a second, or with each write")
            .defaultsTo("second")
            .build();

    static final Option<String> SYSLOG = Option.text(
                    "auditing-syslog", "where syslog listens: the path of a socket, udp://host:port or tcp://host:port")
            .defaultsTo("/dev/log")
            .build();

    static final Option<String> SYSLOG_FACILITY = Option.choice(
                    "auditing-syslog-facility", SyslogFacility.words(), "the facility of records in syslog")
            .defaultsTo("authpriv")
            .build();

    static final Option<Integer> QUEUE = Option.integer(
                    "auditing-queue", 1, 65_536, "MiB of records that may wait for being written")
            .defaultsTo(64)
            .build();

    static final Option<String> OVERFLOW = Option.choice(
                    "auditing-overflow",
                    Overflow.words(),
                    "when the queue is full: let statements wait, drop and count their records, or refuse them")
            .defaultsTo("drop")
            .build();

    static final Option<List<String>> EVENTS = Option.list(
                    "auditing-events", "what is recorded: " + String.join(", ", AuditEvent.words()))
            .defaultsTo(AuditEvent.words())
            .build();

    static final Option<List<String>> USERS = Option.list(
                    "auditing-users", "only these users; * stands for any characters")
            .changeable()
            .build();

    static final Option<List<String>> EXCLUDE_USERS = Option.list("auditing-exclude-users", "not these users")
            .changeable()
            .build();

    static final Option<List<String>> NETWORKS = Option.list(
                    "auditing-networks", "only clients of these networks or addresses; unix for unix sockets")
            .changeable()
            .build();

    static final Option<List<String>> EXCLUDE_NETWORKS = Option.list(
                    "auditing-exclude-networks", "not the clients of these networks")
            .changeable()
            .build();

    static final Option<List<String>> SCHEMAS = Option.list(
                    "auditing-schemas", "only statements of sessions with these default schemas; * as for users")
            .changeable()
            .build();

    static final Option<List<String>> EXCLUDE_SCHEMAS = Option.list(
                    "auditing-exclude-schemas", "not statements of sessions with these default schemas")
            .changeable()
            .build();

    static final Option<List<String>> STATEMENTS = Option.list("auditing-statements", "only these kinds: " + KINDS)
            .changeable()
            .build();

    static final Option<List<String>> EXCLUDE_STATEMENTS = Option.list(
                    "auditing-exclude-statements", "not statements that are of these kinds only")
            .changeable()
            .build();

    static final Option<String> EXPRESSION = Option.text(
                    "auditing-regex", "only statements in which this regular expression (RE2) is found")
            .changeable()
            .build();

    static final Option<String> EXCLUDE_EXPRESSION = Option.text(
                    "auditing-exclude-regex", "not statements in which this regular expression (RE2) is found")
            .changeable()
            .build();

    static final Option<String> LITERALS = Option.choice(
                    "auditing-literals",
                    List.of("redact", "show"),
                    "whether strings and numbers in statements are hidden; those of statements about passwords are always")
            .defaultsTo("redact")
            .build();

    static final Option<Boolean> PARAMETERS = Option.flag(
                    "auditing-parameters", "also record the parameters of prepared statements")
            .build();

    static final Option<Integer> MAX_STATEMENT = Option.integer(
                    "auditing-max-statement",
                    256,
                    LONGEST_STATEMENT,
                    "bytes of a statement, and of its parameters, that are recorded; the rest is cut off")
            .defaultsTo(64 * 1024)
            .build();

    /** Those that decide what is recorded, and may change while the proxy runs. */
    static final List<Option<?>> FILTERS = List.of(
            USERS,
            EXCLUDE_USERS,
            NETWORKS,
            EXCLUDE_NETWORKS,
            SCHEMAS,
            EXCLUDE_SCHEMAS,
            STATEMENTS,
            EXCLUDE_STATEMENTS,
            EXPRESSION,
            EXCLUDE_EXPRESSION);

    static final List<Option<?>> ALL = List.of(
            DESTINATION,
            FILE,
            FILE_MODE,
            FORMAT,
            ROTATE_SIZE,
            ROTATE_TIME,
            COMPRESS,
            KEEP,
            KEEP_DAYS,
            FSYNC,
            SYSLOG,
            SYSLOG_FACILITY,
            QUEUE,
            OVERFLOW,
            EVENTS,
            USERS,
            EXCLUDE_USERS,
            NETWORKS,
            EXCLUDE_NETWORKS,
            SCHEMAS,
            EXCLUDE_SCHEMAS,
            STATEMENTS,
            EXCLUDE_STATEMENTS,
            EXPRESSION,
            EXCLUDE_EXPRESSION,
            LITERALS,
            PARAMETERS,
            MAX_STATEMENT);

    private AuditingOptions() {}
}
