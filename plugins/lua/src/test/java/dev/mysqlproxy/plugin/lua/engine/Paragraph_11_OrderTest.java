package dev.mysqlproxy.plugin.lua.engine;

import static dev.mysqlproxy.plugin.lua.engine.Bench.eval;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 11: what scripts see of the order of keys. Expectations come from Lua 5.1.5. */
class Paragraph_11_OrderTest {

    @TempDir
    Path folder;

    @Test
    void tablesOfScripts() {
        assertThat(eval(new Bench(folder).hooks(Bench.EVAL), new FakeSession(), """
            local t = {}
            for _, k in ipairs({"select", "insert", "update", "delete", "show", "set", "begin"}) do t[k] = true end
            local keys = {}
            for k in pairs(t) do keys[#keys + 1] = k end
            return table.concat(keys, " ")
            """))
                .isEqualTo("show delete insert select begin update set");
    }

    @Test
    void tablesThatTheProxyMakes() {
        assertThat(eval(new Bench(folder).hooks(Bench.EVAL), new FakeSession(), """
            proxy.global.one = 1
            proxy.global.two = 2
            local keys = {}
            for k in pairs(proxy.global) do keys[#keys + 1] = k end
            return table.concat(keys, " ")
            """))
                .isEqualTo("backends config one two");
    }
}
