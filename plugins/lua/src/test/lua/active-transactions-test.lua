local test = require("proxy.test")
local harness = require("harness")

TestActiveTransactions = test.BaseTest:new()

function TestActiveTransactions:setUp()
    harness.start()
    harness.connect(1)
    self.script = harness.load("doc/active-transactions.lua")
end

function TestActiveTransactions:run_sql(sql, res)
    assertEquals(harness.sql(self.script, sql), proxy.PROXY_SEND_QUERY)
    return harness.printed(harness.answer, self.script, res)
end

local function open()
    return harness.result({ flags = { in_trans = true } })
end

function TestActiveTransactions:testDump()
    self:run_sql("begin", open())
    self:run_sql("update t set a=1", open())
    assertEquals(self:run_sql("oops", harness.error_result(1064, "syntax")), "")
    local printed = self:run_sql("delete from t", harness.error_result(1205, "timeout"))
    assertEquals(printed, "[101] received a ERR(1205, timeout), dumping all active transactions\n"
        .. "  [101].1: begin\n  [101].2: update t set a=1\n  [101].3: oops\n  [101].4: delete from t")
    assertEquals(#proxy.global.trxs[101], 4)
    self:run_sql("select 1", harness.error_result(1213, "deadlock"))
    assertEquals(proxy.global.trxs[101], nil)
end

function TestActiveTransactions:testEnds()
    self:run_sql("begin", open())
    self:run_sql("commit")
    assertEquals(proxy.global.trxs[101], nil)
    self:run_sql("oops", harness.error_result(1064, "syntax"))
    assertEquals(proxy.global.trxs[101], nil)
    self:run_sql("begin", open())
    self.script.disconnect_client()
    assertEquals(proxy.global.trxs[101], nil)
    harness.state.server = nil
    self.script.disconnect_client()
    assertEquals(harness.query(self.script, "\14"), nil)
end
