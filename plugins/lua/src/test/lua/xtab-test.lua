local test = require("proxy.test")
local harness = require("harness")

TestXtab = test.BaseTest:new()

function TestXtab:setUp()
    harness.start()
    self.script = harness.load("doc/xtab.lua")
end

function TestXtab:sql(text)
    local said = harness.sql(self.script, text)
    if said == proxy.PROXY_SEND_RESULT then
        return proxy.response.resultset.fields[1].name .. ":" .. harness.response_rows()
    end
    return said
end

local function rows(...)
    return harness.result({ names = { "x" }, rows = harness.rows({ ... }) })
end

function TestXtab:testCommands()
    assertEquals(self:sql("XTAB version"), "XTAB version:0.1.3")
    assertEquals(self:sql("select /* x */ xtab VERSION"), "XTAB version:0.1.3")
    local help = self:sql("xtab help")
    assertEquals(help:match("^XTAB help:xtab %- version 0.1.3 %- %(C%) MySQL AB 2007\nSyntax: \n %- \n") ~= nil, true)
    assertEquals(#proxy.response.resultset.rows, 19)
    assertEquals(self:sql("xtab nonsense"), 'XTAB ERROR:unknown command. Enter "XTAB HELP" for help')
    assertEquals(self:sql("xtab t a b median c"), "XTAB ERROR:unknown operator.\n"
        .. 'Accepted operators: COUNT, SUM, AVG, MIN, MAX\nEnter "XTAB HELP" for help')
    assertNotEquals(self:sql("xtab query"):find("Current setting: returns a query", 1, true), nil)
    assertNotEquals(self:sql("xtab noquery"):find("Current setting: returns a result set", 1, true), nil)
    for _, sql in ipairs({ "", "xtab", "SELECT 1", "xtab t a b", "select xtab_id from t" }) do
        assertEquals(self:sql(sql), nil, sql)
    end
end

-- runs a command up to the final query
function TestXtab:start(sql)
    assertEquals(self:sql(sql), proxy.PROXY_SEND_QUERY)
    assertEquals(#proxy.queries.data, 3)
    assertEquals(proxy.queries.data[2].query:sub(2), "set group_concat_max_len = 1024*1024")
    local columns = proxy.queries.data[3].query:sub(2)
    assertEquals(self.script.read_query_result(harness.inj(1025, "", rows({ "1024" }))), proxy.PROXY_IGNORE_RESULT)
    assertEquals(self.script.read_query_result(harness.inj(1024)), proxy.PROXY_IGNORE_RESULT)
    return columns
end

function TestXtab:testTabulation()
    local columns = self:start("xtab `my db`.sales country product SUM amount")
    assertNotEquals(columns:find("FROM `my db`.`sales`", 1, true), nil)
    assertNotEquals(columns:find("'SUM(if( `product` <=> '", 1, true), nil)
    assertEquals(self.script.read_query_result(harness.inj(2048, "", rows({ "C1" }))), proxy.PROXY_IGNORE_RESULT)
    assertEquals(harness.queue(), "4096:SELECT `country`\n, C1\n, SUM(`amount`) AS total\nFROM `my db`.`sales`\n"
        .. "GROUP BY `country`")
    proxy.queries:reset()
    assertEquals(self.script.read_query_result(harness.inj(4096, "", rows({ "x" }))), nil)
    assertEquals(harness.queue(), "2049:set group_concat_max_len = 1024")
    assertEquals(self.script.read_query_result(harness.inj(2049)), proxy.PROXY_IGNORE_RESULT)
end

function TestXtab:testSummary()
    self:start("xtab t a b count c summary")
    -- no values at all
    self.script.read_query_result(harness.inj(2048, "", rows({})))
    assertEquals(harness.queue(), "4096:SELECT `a`\n, count(`c`) AS total\nFROM `t`\nGROUP BY `a` WITH ROLLUP ")
    local result = harness.result({
        names = { "a", "total" },
        rows = harness.rows({ { nil, "1" }, { "x", "2" }, { nil, "3" } }),
    })
    assertEquals(self.script.read_query_result(harness.inj(4096, "", result)), proxy.PROXY_SEND_RESULT)
    assertEquals(harness.response_rows(), "nil|1\nx|2\nGrand Total|3")
end

function TestXtab:testQueryMode()
    self:sql("xtab query")
    self:start("xtab t a b min c")
    assertEquals(self.script.read_query_result(harness.inj(2048, "", rows({ "C1" }))), proxy.PROXY_SEND_RESULT)
    assertEquals(proxy.response.resultset.fields[1].name, "XTAB query")
    assertNotEquals(harness.response_rows():find("min(`c`) AS total", 1, true), nil)
end

function TestXtab:testErrorIsForwardedOnce()
    self:start("xtab t a b max c")
    assertEquals(self.script.read_query_result(harness.inj(2048, "", harness.error_result(1146, "no t"))), nil)
    assertEquals(harness.queue(), "2049:set group_concat_max_len = 1024")
end
