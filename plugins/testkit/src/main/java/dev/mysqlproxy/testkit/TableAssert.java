package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.admin.AdminTable;
import java.util.Arrays;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;

/** Assertions about a table of the admin port. */
public final class TableAssert extends AbstractAssert<TableAssert, AdminTable> {

    TableAssert(AdminTable actual) {
        super(actual, TableAssert.class);
    }

    /** Names of its columns, in order. */
    public TableAssert hasColumns(String... names) {
        isNotNull();
        Assertions.assertThat(actual.columns().stream().map(AdminTable.Column::name))
                .as("columns of %s", actual.name())
                .containsExactly(names);
        return this;
    }

    /** A row with these values, of the columns' types. */
    public TableAssert hasRow(Object... values) {
        isNotNull();
        Assertions.assertThat(Tables.rows(actual))
                .as("rows of %s", actual.name())
                .contains(Arrays.asList(values));
        return this;
    }

    /** It has no rows now. */
    public TableAssert isEmpty() {
        isNotNull();
        Assertions.assertThat(Tables.rows(actual))
                .as("rows of %s", actual.name())
                .isEmpty();
        return this;
    }
}
