package dev.mysqlproxy.plugin.admin.engine;

import dev.mysqlproxy.api.admin.AdminTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What tests of the engine share: a table, and the processes that there are. */
record Numbers(String name, List<AdminTable.Column> columns, List<List<Object>> all) implements AdminTable {

    /** A number and one of three texts in each row. */
    static EngineTable table(int count) {
        List<List<Object>> rows = new ArrayList<>();
        IntStream.range(0, count).forEach(number -> rows.add(List.of((long) number, "text " + number % 3)));
        return new EngineTable(
                "proxy", new Numbers("numbers", List.of(Column.integer("n", ""), Column.text("t", "")), rows));
    }

    /** The engines of this process. */
    static List<Long> engines() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().arguments().isPresent()
                        && Arrays.asList(child.info().arguments().get()).contains(EngineMain.class.getName()))
                .map(ProcessHandle::pid)
                .toList();
    }

    @Override
    public String comment() {
        return "of a test";
    }

    @Override
    public Iterable<List<Object>> rows() {
        return all;
    }
}
