local test = require("proxy.test")
local harness = require("harness")

TestHistogram = test.BaseTest:new()

function TestHistogram:setUp()
    harness.start()
    harness.connect(1)
    self.script = harness.load("doc/histogram.lua")
end

function TestHistogram:run_sql(sql, time)
    assertEquals(harness.sql(self.script, sql), proxy.PROXY_SEND_QUERY)
    assertEquals(harness.queue(), "1:" .. sql)
    assertEquals(self.script.read_query_result(harness.inj(1, sql, nil, time)), nil)
end

function TestHistogram:testQueries()
    self:run_sql("SELECT 1", 100)
    self:run_sql("select  2", 300)
    assertEquals(harness.sql(self.script, "select * from histogram . queries"), proxy.PROXY_SEND_RESULT)
    assertEquals(harness.response_fields(), "query:254 count:3 max_query_time:3 avg_query_time:4")
    assertEquals(harness.response_rows(), "SELECT ? |2|300|200")
    assertEquals(harness.sql(self.script, "DELETE FROM histogram.queries"), proxy.PROXY_SEND_RESULT)
    harness.sql(self.script, "SELECT * FROM histogram.queries")
    assertEquals(harness.response_rows(), "")
end

function TestHistogram:testTables()
    self:run_sql("INSERT INTO t1(country) VALUES (1)")
    self:run_sql("SELECT * FROM t1, x.t2")
    harness.sql(self.script, "SELECT * FROM histogram.tables")
    assertEquals(harness.response_fields(), "table:254 reads:3 writes:3")
    local rows = harness.response_rows()
    assertNotEquals(rows:find("t1|1|1", 1, true), nil)
    assertNotEquals(rows:find("x.t2|1|0", 1, true), nil)
    harness.sql(self.script, "DELETE FROM histogram.tables")
    assertEquals(next(proxy.global.tables), nil)
end

function TestHistogram:testOptions()
    harness.sql(self.script, "PROXY SET GLOBAL histogram.max_entries = 1")
    self:run_sql("SELECT 1")
    self:run_sql("SELECT 1, 2")
    harness.sql(self.script, "SELECT * FROM histogram.queries")
    assertEquals(harness.response_rows(), "SELECT ? |1|100|100")
    proxy.global.config.histogram.collect_queries = false
    proxy.global.config.histogram.collect_tables = false
    assertEquals(harness.sql(self.script, "SELECT 1"), nil)
    assertEquals(harness.query(self.script, "\14"), nil)
end
