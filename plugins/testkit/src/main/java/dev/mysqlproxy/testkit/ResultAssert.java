package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.decision.Reply;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;

/** Assertions about an answer. */
public final class ResultAssert extends AbstractAssert<ResultAssert, FakeResult> {

    ResultAssert(FakeResult actual) {
        super(actual, ResultAssert.class);
    }

    /** It is an OK. */
    public ResultAssert isOk() {
        isNotNull();
        Assertions.assertThat(actual.okay()).as("an OK, but is %s", actual).isPresent();
        return this;
    }

    /** It is an OK that affected so many rows. */
    public ResultAssert affects(long rows) {
        isOk();
        Assertions.assertThat(actual.okay().map(Reply.Ok::affectedRows))
                .as("affected rows")
                .contains(rows);
        return this;
    }

    /** It is an error of this number. */
    public ResultAssert isError(int code) {
        isNotNull();
        Assertions.assertThat(actual.error().map(Reply.Err::code))
                .as("number of the error in %s", actual)
                .contains(code);
        return this;
    }

    /** It is an error whose text contains this. */
    public ResultAssert hasErrorText(String part) {
        isNotNull();
        Assertions.assertThat(actual.error().map(Reply.Err::message).orElse(""))
                .as("text of the error in %s", actual)
                .contains(part);
        return this;
    }

    /** Names of its columns, in order. */
    public ResultAssert hasColumns(String... names) {
        isNotNull();
        Assertions.assertThat(actual.columnNames()).as("columns").containsExactly(names);
        return this;
    }

    /** So many rows. */
    public ResultAssert hasRowCount(int rows) {
        isNotNull();
        Assertions.assertThat(actual.textRows()).as("rows").hasSize(rows);
        return this;
    }

    /** A row with these values is among its rows; null for NULL. */
    public ResultAssert hasRow(String... values) {
        isNotNull();
        Assertions.assertThat(actual.textRows()).as("rows").contains(Arrays.asList(values));
        return this;
    }

    /** Its rows, in order; null for NULL. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public final ResultAssert hasRows(List<String>... rows) {
        isNotNull();
        Assertions.assertThat(actual.textRows()).as("rows").containsExactlyElementsOf(Arrays.asList(rows));
        return this;
    }
}
