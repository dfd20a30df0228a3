local test = require("proxy.test")
local harness = require("harness")

TestAnalyzeQuery = test.BaseTest:new()

function TestAnalyzeQuery:setUp()
    harness.start()
    harness.connect(1)
    harness.state.client.default_db = "bs"
    self.script = harness.load("doc/analyze-query.lua")
end

function TestAnalyzeQuery:run_sql(sql, time, res)
    assertEquals(harness.sql(self.script, sql), proxy.PROXY_SEND_QUERY)
    table.remove(proxy.queries.data, 1)
    return harness.printed(self.script.read_query_result, harness.inj(1, sql, res, time))
end

function TestAnalyzeQuery:testAverages()
    local avg, stddev = math.rolling_avg_init(), math.rolling_stddev_init()
    for _, value in ipairs({ 2, 4, 4, 4, 5, 5, 7, 9 }) do
        math.rolling_avg(value, avg)
        math.rolling_stddev(value, stddev)
    end
    assertEquals(avg.value, 5)
    assertEquals(string.format("%.4f", stddev.value), "2.1381")
    assertEquals(math.rolling_stddev(3, math.rolling_stddev_init()), 0)
end

function TestAnalyzeQuery:testTimes()
    assertEquals(self.script.normalize_time(10000), "10000.00 us")
    assertEquals(self.script.normalize_time(300250), "300.25 ms")
    assertEquals(self.script.normalize_time(20000000), "20.00 s")
end

function TestAnalyzeQuery:testShow()
    self:run_sql("SELECT 1", 100)
    assertEquals(harness.sql(self.script, "select * from histogram.queries"), proxy.PROXY_SEND_RESULT)
    assertEquals(harness.response_fields(), "query:254 COUNT(*):3 AVG(qtime):5 STDDEV(qtime):5")
    assertEquals(harness.response_rows(), "SELECT ? |1|100.00|nil")
    self:run_sql("SELECT 2", 200)
    self:run_sql("SELECT " .. string.rep("1,", 200) .. "1", 200, harness.error_result(1064, "x"))
    harness.sql(self.script, "SELECT * FROM histogram.queries")
    local rows = harness.response_rows()
    assertNotEquals(rows:find("SELECT ? |2|150.00|70.71", 1, true), nil)
    assertNotEquals(rows:find(("SELECT " .. string.rep("? , ", 200)):sub(1, 160) .. "...|1|", 1, true), nil)
    assertEquals(harness.sql(self.script, "DELETE FROM histogram.queries"), proxy.PROXY_SEND_RESULT)
    assertEquals(next(proxy.global.queries), nil)
    proxy.global.config.analyze_query.analyze_queries = false
    assertEquals(harness.sql(self.script, "SELECT * FROM histogram.queries"), proxy.PROXY_SEND_RESULT)
    assertEquals(harness.sql(self.script, "SELECT 1"), nil)
end

function TestAnalyzeQuery:testOutlier()
    local config = proxy.global.config.analyze_query
    config.min_queries, config.auto_processlist, config.auto_explain = 50, true, true
    for _ = 1, 60 do
        assertEquals(self:run_sql("SELECT 1", 100), "")
    end
    assertEquals(self:run_sql("select sleep(0.3)", 300250), "")
    assertEquals(harness.queue(), "4:SHOW FULL PROCESSLIST\n5:EXPLAIN select sleep(0.3)")
    local list = harness.result({ names = { "Id", "User" }, rows = harness.rows({ { "75", 'a"b' }, { "76" } }) })
    list.fields[1].type = proxy.MYSQL_TYPE_LONG
    table.remove(proxy.queries.data, 1)
    assertEquals(harness.printed(self.script.read_query_result, harness.inj(4, "SHOW FULL PROCESSLIST", list)), "")
    table.remove(proxy.queries.data, 1)
    local said
    local printed = harness.printed(function()
        said = self.script.read_query_result(harness.inj(5, "EXPLAIN x", harness.error_result(1064, "no")))
    end)
    assertEquals(said, proxy.PROXY_IGNORE_RESULT)
    assertEquals(printed:gsub("^# [%d%- :]+ %[", "# [", 1), [=[
# [101] user: joe, db: bs
  Query:                     "select sleep(0.3)"
  Norm_Query:                "SELECT SLEEP( ? ) "
  query_time:                300.25 ms
  global(avg_query_time):    5020.49 us
  global(stddev_query_time): 38.43 ms
  global(count):             61
  query(avg_query_time):     300.25 ms
  query(stddev_query_time):  0.00 us
  query(count):              1
  (qtime > global-threshold)
SHOW FULL PROCESSLIST
  [0]{ 75, "a\"b" }
  [1]{ 76, NULL }
EXPLAIN x
    (failed)
]=])
end

function TestAnalyzeQuery:testStatus()
    self:run_sql("SELECT 1", 100)
    proxy.global.queries["1.bs.SELECT ? "].do_analyze = true
    harness.sql(self.script, "SELECT 1")
    assertEquals(harness.queue(), "2:SHOW SESSION STATUS\n1:SELECT 1\n3:SHOW SESSION STATUS")
    local function status(rows)
        return harness.result({ names = { "Variable_name", "Value" }, rows = harness.rows(rows) })
    end
    table.remove(proxy.queries.data, 1)
    self.script.read_query_result(harness.inj(2, "", status({ { "Questions", "5" }, { "Created_tmp_disk_tables", "0" } })))
    table.remove(proxy.queries.data, 1)
    self.script.read_query_result(harness.inj(1, "SELECT 1", nil, 100))
    table.remove(proxy.queries.data, 1)
    local printed = harness.printed(self.script.read_query_result, harness.inj(3, "",
        status({ { "Questions", "7" }, { "Created_tmp_disk_tables", "1" } })))
    assertNotEquals(printed:find("\n.. Created_tmp_disk_tables = 1\n.. Questions = 1\n", 1, true), nil)
end
