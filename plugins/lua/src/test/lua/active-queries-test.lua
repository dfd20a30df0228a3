local test = require("proxy.test")
local harness = require("harness")

TestActiveQueries = test.BaseTest:new()

function TestActiveQueries:setUp()
    harness.start()
    harness.connect(1)
    self.script = harness.load("doc/active-queries.lua")
end

local function without_date(text)
    return (text:gsub("^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d\n", ""))
end

function TestActiveQueries:testStates()
    local script = self.script
    local said
    local printed = harness.printed(function()
        said = harness.sql(script, 'begin "x"')
    end)
    assertEquals(said, proxy.PROXY_SEND_QUERY)
    assertEquals(harness.queue(), '1:begin "x"')
    assertEquals(proxy.queries.data[1].attr, nil)
    assertEquals(without_date(printed), "  #connections: 1, #active trx: 1, max(active trx): 1\n"
        .. '  [101] (joe@) (COM_QUERY) "begin \\"x\\"" (state=started)\n')

    local in_trans = harness.result({ flags = { in_trans = true } })
    printed = harness.printed(script.read_query_result, harness.inj(1, "begin", in_trans))
    assertEquals(without_date(printed), "  #connections: 1, #active trx: 1, max(active trx): 1\n"
        .. "  [101] (joe@)  (state=in_trans)\n")

    -- an error does not end the transaction
    harness.printed(harness.sql, script, "nonsense")
    harness.printed(script.read_query_result, harness.inj(1, "nonsense", harness.error_result(1064, "no")))
    assertEquals(proxy.global.active_queries[101].state, "in_trans")

    harness.printed(harness.query, script, "\14")
    harness.printed(script.read_query_result, harness.inj(1))
    assertEquals(script.collect_stats().num_conns, 1)
    assertEquals(script.collect_stats().active_conns, 0)
    harness.printed(script.disconnect_client)
    assertEquals(script.collect_stats().num_conns, 0)
end

function TestActiveQueries:testWithoutServerOrEntry()
    harness.state.server = nil
    harness.printed(self.script.disconnect_client)
    harness.printed(self.script.read_query_result, harness.inj(1))
end

function TestActiveQueries:testBackendsCountForThemselves()
    harness.printed(harness.sql, self.script, "a")
    proxy.active_queries_key = nil
    harness.state.backend_ndx = 2
    harness.printed(harness.sql, self.script, "b")
    assertEquals(self.script.collect_stats().num_conns, 2)
    assertEquals(proxy.global.active_queries["2.101"].cmd.query, "b")
end

function TestActiveQueries:testOption()
    harness.sql(self.script, "PROXY SET GLOBAL active_queries.show_idle_connections = true")
    assertEquals(proxy.global.config.active_queries.show_idle_connections, true)
end
