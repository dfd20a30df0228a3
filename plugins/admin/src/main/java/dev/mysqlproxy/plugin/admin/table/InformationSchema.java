package dev.mysqlproxy.plugin.admin.table;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.plugin.admin.sql.Catalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What clients read to find out what there is. Only what they ask for: most of it is empty here. */
final class InformationSchema {

    /** Names and kinds of MySQL's columns; {@code #} before those that are numbers. */
    private static final String[] EMPTY = {
        "check_constraints constraint_catalog constraint_schema constraint_name check_clause",
        "column_privileges grantee table_catalog table_schema table_name column_name privilege_type is_grantable",
        "events event_catalog event_schema event_name definer time_zone event_body event_definition event_type execute_at"
                + " interval_value interval_field sql_mode starts ends status on_completion created last_altered"
                + " last_executed event_comment #originator character_set_client collation_connection database_collation",
        "files #file_id file_name file_type tablespace_name table_catalog table_schema table_name logfile_group_name engine"
                + " status",
        "keywords word #reserved",
        "key_column_usage constraint_catalog constraint_schema constraint_name table_catalog table_schema table_name"
                + " column_name #ordinal_position #position_in_unique_constraint referenced_table_schema"
                + " referenced_table_name referenced_column_name",
        "parameters specific_catalog specific_schema specific_name #ordinal_position parameter_mode parameter_name"
                + " data_type #character_maximum_length #character_octet_length #numeric_precision #numeric_scale"
                + " #datetime_precision character_set_name collation_name dtd_identifier routine_type",
        "partitions table_catalog table_schema table_name partition_name subpartition_name #partition_ordinal_position"
                + " #subpartition_ordinal_position partition_method subpartition_method partition_expression"
                + " subpartition_expression partition_description #table_rows #avg_row_length #data_length"
                + " #max_data_length #index_length #data_free create_time update_time check_time #checksum"
                + " partition_comment nodegroup tablespace_name",
        "plugins plugin_name plugin_version plugin_status plugin_type plugin_type_version plugin_library"
                + " plugin_library_version plugin_author plugin_description plugin_license load_option",
        "referential_constraints constraint_catalog constraint_schema constraint_name unique_constraint_catalog"
                + " unique_constraint_schema unique_constraint_name match_option update_rule delete_rule table_name"
                + " referenced_table_name",
        "routines specific_name routine_catalog routine_schema routine_name routine_type data_type"
                + " #character_maximum_length #character_octet_length #numeric_precision #numeric_scale"
                + " #datetime_precision character_set_name collation_name dtd_identifier routine_body routine_definition"
                + " external_name external_language parameter_style is_deterministic sql_data_access sql_path"
                + " security_type created last_altered sql_mode routine_comment definer character_set_client"
                + " collation_connection database_collation",
        "schema_privileges grantee table_catalog table_schema privilege_type is_grantable",
        "statistics table_catalog table_schema table_name #non_unique index_schema index_name #seq_in_index column_name"
                + " collation #cardinality #sub_part packed nullable index_type comment index_comment is_visible"
                + " expression",
        "table_constraints constraint_catalog constraint_schema constraint_name table_schema table_name constraint_type"
                + " enforced",
        "table_privileges grantee table_catalog table_schema table_name privilege_type is_grantable",
        "triggers trigger_catalog trigger_schema trigger_name event_manipulation event_object_catalog"
                + " event_object_schema event_object_table #action_order action_condition action_statement"
                + " action_orientation action_timing action_reference_old_table action_reference_new_table"
                + " action_reference_old_row action_reference_new_row created sql_mode definer character_set_client"
                + " collation_connection database_collation",
        "user_privileges grantee table_catalog privilege_type is_grantable",
        "views table_catalog table_schema table_name view_definition check_option is_updatable definer security_type"
                + " character_set_client collation_connection"
    };

    private record Place(String schema, AdminTable table) {}

    private record Cell(String schema, AdminTable table, AdminTable.Column column, int position) {}

    private record Charset(String name, String collation, int id, int length) {}

    private static final List<Charset> CHARSETS = List.of(
            new Charset("binary", "binary", 63, 1),
            new Charset("latin1", "latin1_swedish_ci", 8, 1),
            new Charset("utf8", "utf8_general_ci", 33, 3),
            new Charset("utf8mb4", "utf8mb4_general_ci", 45, 4),
            new Charset("utf8mb4", "utf8mb4_0900_ai_ci", 255, 4));

    private static final String CATALOG = "def";

    private InformationSchema() {}

    static List<AdminTable> tables(Tables tables, ProxyControl control) {
        List<AdminTable> all = new ArrayList<>(List.of(
                schemata(),
                tablesTable(tables),
                columns(tables),
                characterSets(),
                collations(),
                applicability(),
                processes(control),
                engines()));
        for (String line : EMPTY) {
            all.add(empty(line.split(" ")));
        }
        return all;
    }

    private static AdminTable empty(String[] words) {
        ListTable<Object> table = ListTable.of(words[0], "nothing of that kind", List::of);
        for (int at = 1; at < words.length; at++) {
            table = words[at].startsWith("#")
                    ? table.integer(words[at].substring(1), "", row -> null)
                    : table.text(words[at], "", row -> null);
        }
        return table;
    }

    private static AdminTable schemata() {
        return ListTable.<String>of(
                        "schemata", "the schemas", () -> List.of(Catalog.INFORMATION_SCHEMA, Catalog.SCHEMA))
                .text("catalog_name", "", schema -> CATALOG)
                .text("schema_name", "", schema -> schema)
                .text("default_character_set_name", "", schema -> "utf8mb4")
                .text("default_collation_name", "", schema -> "utf8mb4_general_ci")
                .text("sql_path", "", row -> null)
                .text("default_encryption", "", schema -> "NO");
    }

    private static AdminTable tablesTable(Tables tables) {
        return ListTable.<Place>of("tables", "the tables", () -> places(tables))
                .text("table_catalog", "", place -> CATALOG)
                .text("table_schema", "", Place::schema)
                .text("table_name", "", place -> place.table().name())
                .text("table_type", "", InformationSchema::tableType)
                .text("engine", "", place -> "MEMORY")
                .integer("version", "", place -> 10)
                .text("row_format", "", place -> "Fixed")
                .integer("table_rows", "", row -> null)
                .integer("avg_row_length", "", place -> 0)
                .integer("data_length", "", place -> 0)
                .integer("max_data_length", "", place -> 0)
                .integer("index_length", "", place -> 0)
                .integer("data_free", "", place -> 0)
                .integer("auto_increment", "", row -> null)
                .time("create_time", "", place -> null)
                .time("update_time", "", place -> null)
                .time("check_time", "", place -> null)
                .text("table_collation", "", place -> "utf8mb4_general_ci")
                .integer("checksum", "", row -> null)
                .text("create_options", "", place -> "")
                .text("table_comment", "", place -> place.table().comment());
    }

    /** What SHOW FULL TABLES calls it, too. */
    static String tableType(String schema) {
        return schema.equals(Catalog.INFORMATION_SCHEMA) ? "SYSTEM VIEW" : "BASE TABLE";
    }

    private static String tableType(Place place) {
        return tableType(place.schema());
    }

    private static List<Place> places(Tables tables) {
        List<Place> places = new ArrayList<>();
        for (String schema : List.of(Catalog.INFORMATION_SCHEMA, Catalog.SCHEMA)) {
            tables.of(schema).forEach(table -> places.add(new Place(schema, table)));
        }
        return places;
    }

    private static AdminTable columns(Tables tables) {
        return ListTable.<Cell>of("columns", "the columns", () -> cells(tables))
                .text("table_catalog", "", cell -> CATALOG)
                .text("table_schema", "", Cell::schema)
                .text("table_name", "", cell -> cell.table().name())
                .text("column_name", "", cell -> cell.column().name())
                .integer("ordinal_position", "", Cell::position)
                .text("column_default", "", row -> null)
                .text("is_nullable", "", cell -> "YES")
                .text(
                        "data_type",
                        "",
                        cell -> ColumnTypes.dataType(cell.column().type()))
                .integer("character_maximum_length", "", cell -> isText(cell) ? 65_535 : null)
                .integer("character_octet_length", "", cell -> isText(cell) ? 262_140 : null)
                .integer(
                        "numeric_precision",
                        "",
                        cell -> ColumnTypes.precision(cell.column().type()))
                .integer(
                        "numeric_scale",
                        "",
                        cell -> ColumnTypes.scale(cell.column().type()))
                .integer("datetime_precision", "", cell -> cell.column().type() == AdminTable.Type.TIME ? 6 : null)
                .text("character_set_name", "", cell -> isText(cell) ? "utf8mb4" : null)
                .text("collation_name", "", cell -> isText(cell) ? "utf8mb4_general_ci" : null)
                .text(
                        "column_type",
                        "",
                        cell -> ColumnTypes.columnType(cell.column().type()))
                .text("column_key", "", cell -> "")
                .text("extra", "", cell -> "")
                .text("privileges", "", cell -> "select")
                .text("column_comment", "", cell -> cell.column().comment())
                .text("generation_expression", "", cell -> "")
                .integer("srs_id", "", row -> null);
    }

    private static boolean isText(Cell cell) {
        return cell.column().type() == AdminTable.Type.TEXT;
    }

    private static List<Cell> cells(Tables tables) {
        List<Cell> cells = new ArrayList<>();
        for (Place place : places(tables)) {
            int position = 0;
            for (AdminTable.Column column : place.table().columns()) {
                cells.add(new Cell(place.schema(), place.table(), column, ++position));
            }
        }
        return cells;
    }

    private static AdminTable characterSets() {
        return ListTable.<Charset>of("character_sets", "the character sets", () -> CHARSETS.subList(0, 4))
                .text("character_set_name", "", Charset::name)
                .text("default_collate_name", "", Charset::collation)
                .text("description", "", charset -> charset.name().toUpperCase(Locale.ROOT))
                .integer("maxlen", "", Charset::length);
    }

    private static AdminTable collations() {
        return ListTable.<Charset>of("collations", "the collations", () -> CHARSETS)
                .text("collation_name", "", Charset::collation)
                .text("character_set_name", "", Charset::name)
                .integer("id", "", Charset::id)
                .text("is_default", "", charset -> charset.id() == 255 ? "" : "Yes")
                .text("is_compiled", "", charset -> "Yes")
                .integer("sortlen", "", charset -> 1)
                .text("pad_attribute", "", charset -> "PAD SPACE");
    }

    private static AdminTable applicability() {
        return ListTable.<Charset>of(
                        "collation_character_set_applicability", "collations by character set", () -> CHARSETS)
                .text("collation_name", "", Charset::collation)
                .text("character_set_name", "", Charset::name);
    }

    /** As SHOW PROCESSLIST has them. */
    private static AdminTable processes(ProxyControl control) {
        return ListTable.<ProxyControl.SessionInfo>of(
                        "processlist", "the clients that are connected", control::sessions)
                .integer("id", "", ProxyControl.SessionInfo::id)
                .text("user", "", ProxyControl.SessionInfo::user)
                .text("host", "", ProxyControl.SessionInfo::client)
                .text("db", "", session -> session.schema().isEmpty() ? null : session.schema())
                .text("command", "", ProxyControl.SessionInfo::command)
                .integer("time", "", ProxyControl.SessionInfo::seconds)
                .text("state", "", ProxyControl.SessionInfo::state)
                .text("info", "", session -> session.statement().isEmpty() ? null : session.statement());
    }

    private static AdminTable engines() {
        return ListTable.<String>of("engines", "the storage engines", () -> List.of("MEMORY"))
                .text("engine", "", engine -> engine)
                .text("support", "", engine -> "DEFAULT")
                .text("comment", "", engine -> "Live state of the proxy")
                .text("transactions", "", engine -> "NO")
                .text("xa", "", engine -> "NO")
                .text("savepoints", "", engine -> "NO");
    }
}
