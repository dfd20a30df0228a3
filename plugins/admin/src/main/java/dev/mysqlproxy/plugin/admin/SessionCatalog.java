package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.plugin.admin.sql.Catalog;
import dev.mysqlproxy.plugin.admin.table.Tables;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The names and values that a SELECT of a session may use. */
record SessionCatalog(Tables known, Variables variables, Asker asker) implements Catalog {

    @Override
    public Optional<List<String>> columns(String schema, String table) {
        return known.find(schema, table)
                .map(found ->
                        found.columns().stream().map(AdminTable.Column::name).toList());
    }

    @Override
    public String schema() {
        return Selects.schema(asker.schema());
    }

    @Override
    public Collection<String> tables(String schema) {
        return known.of(schema).stream().map(AdminTable::name).toList();
    }

    @Override
    public Optional<String> literal(String name) {
        if (!name.startsWith("@@")) {
            return ConstantSelect.literal(asker, name);
        }
        return variables
                .find(name)
                .map(variable -> ConstantSelect.literal(
                        variable.value().apply(asker.session()),
                        variable.column("").type() == Reply.Column.MYSQL_TYPE_LONGLONG));
    }
}
