package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.SessionView;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The system variables that clients ask for when they log in, with values that keep them content. */
final class Variables {

    /** How a value is shown. */
    enum Form {
        TEXT,
        NUMBER,
        /** 1 and 0 in a SELECT, ON and OFF in SHOW VARIABLES. */
        SWITCH
    }

    /** A variable; its value may depend on who asks. */
    record Variable(String name, Form form, Function<SessionView, String> value) {

        /** Its value as SHOW VARIABLES writes it. */
        String shown(SessionView session) {
            String text = value.apply(session);
            return form == Form.SWITCH ? text.equals("1") ? "ON" : "OFF" : text;
        }

        /** A result set's column for it. */
        Reply.Column column(String title) {
            return form == Form.TEXT ? Reply.Column.text(title) : Reply.Column.number(title);
        }
    }

    private static final Pattern SCOPE =
            Pattern.compile("^@@(`?(session|local|global)`?\\.)?", Pattern.CASE_INSENSITIVE);

    private static final String CHARSET = "utf8mb4";
    private static final String COLLATION = "utf8mb4_general_ci";

    private final Map<String, Variable> byName = new TreeMap<>();

    /** The variables of this proxy. */
    Variables(Supplier<String> proxyVersion) {
        ask("version", SessionView::serverVersion);
        ask("version_comment", session -> "mysql-proxy " + proxyVersion.get() + " admin");
        ask("system_time_zone", session -> TimeZone.getDefault().getID());
        text("version_compile_machine", System.getProperty("os.arch"));
        text("version_compile_os", System.getProperty("os.name"));
        texts(CHARSET, "character_set_client", "character_set_connection", "character_set_database");
        texts(CHARSET, "character_set_results", "character_set_server", "character_set_system");
        texts(COLLATION, "collation_connection", "collation_database", "collation_server");
        texts("REPEATABLE-READ", "transaction_isolation", "tx_isolation");
        texts("", "init_connect", "sql_mode", "ssl_cipher", "session_track_system_variables");
        text("license", "Apache-2.0");
        text("time_zone", "SYSTEM");
        text("have_ssl", "DISABLED");
        text("query_cache_type", "OFF");
        texts("MEMORY", "default_storage_engine", "default_tmp_storage_engine");
        texts("utf8mb4_general_ci", "default_collation_for_utf8mb4");
        texts("", "character_sets_dir", "datadir", "hostname", "socket", "sql_require_primary_key", "time_format");
        text("tls_version", "TLSv1.2,TLSv1.3");
        text("lower_case_file_system", "OFF");
        text("event_scheduler", "OFF");
        texts("NO", "have_openssl", "have_profiling", "have_query_cache");
        numbers(1, "auto_increment_increment", "auto_increment_offset");
        numbers(28_800, "interactive_timeout", "wait_timeout");
        numbers(30, "net_read_timeout", "net_write_timeout");
        numbers(0, "query_cache_size", "lower_case_table_names", "last_insert_id", "identity");
        numbers(0, "error_count", "warning_count", "timestamp", "max_execution_time");
        numbers(16_777_216, "max_allowed_packet");
        numbers(16_384, "net_buffer_length");
        numbers(10, "protocol_version");
        numbers(1024, "group_concat_max_len");
        numbers(0, "port", "max_connections", "optimizer_search_depth", "server_id", "pseudo_thread_id");
        text("sql_select_limit", "18446744073709551615");
        switches("1", "autocommit", "foreign_key_checks", "unique_checks");
        switches("0", "transaction_read_only", "tx_read_only", "read_only", "super_read_only", "innodb_read_only");
        switches("0", "performance_schema", "sql_auto_is_null", "log_bin", "local_infile", "session_track_schema");
    }

    /** All of them, by name. */
    List<Variable> all() {
        return List.copyOf(byName.values());
    }

    /** A variable by {@code @@name} or {@code @@scope.name}; empty when nobody has told us of it. */
    Optional<Variable> find(String written) {
        return Optional.ofNullable(byName.get(nameOf(written).toLowerCase(Locale.ROOT)));
    }

    /** The bare name in {@code @@scope.name}. */
    static String nameOf(String written) {
        return SCOPE.matcher(written).replaceFirst("").replace("`", "");
    }

    private void ask(String name, Function<SessionView, String> value) {
        byName.put(name, new Variable(name, Form.TEXT, value));
    }

    private void text(String name, String value) {
        texts(value, name);
    }

    private void texts(String value, String... names) {
        put(Form.TEXT, value, names);
    }

    private void numbers(long value, String... names) {
        put(Form.NUMBER, Long.toString(value), names);
    }

    private void switches(String value, String... names) {
        put(Form.SWITCH, value, names);
    }

    private void put(Form form, String value, String... names) {
        for (String name : names) {
            byName.put(name, new Variable(name, form, session -> value));
        }
    }
}
