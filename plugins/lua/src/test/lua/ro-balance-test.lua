local test = require("proxy.test")
local harness = require("harness")

TestRoBalance = test.BaseTest:new()

function TestRoBalance:setUp()
    harness.start({ "rw", "ro", "ro" })
    self.script = harness.load("doc/ro-balance.lua")
    proxy.global.config.ro_balance.is_debug = false
end

local function lag(ndx, state, bytes, seconds)
    proxy.global.lag["server" .. ndx .. ":3306"] = {
        state = state, slave_bytes_lag = bytes, seconds_lag = seconds, check_ts = os.time(),
    }
end

function TestRoBalance:chosen()
    proxy.connection.backend_ndx = 0
    self.script.connect_server()
    return proxy.connection.backend_ndx
end

function TestRoBalance:testChoice()
    assertEquals(self:chosen(), 3)
    lag(3, "running", 100)
    assertEquals(self:chosen(), 2)
    lag(2, "running", 10)
    assertEquals(self:chosen(), 2)
    lag(2, "running", 20000)
    assertEquals(self:chosen(), 3)
    lag(3, "running", 0, 60)
    assertEquals(self:chosen(), 1)
    lag(2, "noslave")
    lag(3, "noiothread")
    assertEquals(self:chosen(), 1)
    proxy.global.lag["server2:3306"].check_ts = 0
    assertEquals(self:chosen(), 2)
    proxy.global.backends = {}
    assertEquals(self:chosen(), 0)
end

local function status(values)
    local names, row = {}, {}
    for name, value in pairs(values) do
        names[#names + 1] = name
        row[#row + 1] = value
    end
    return harness.inj(2, "SHOW SLAVE STATUS", harness.result({ names = names, rows = harness.rows({ row }) }))
end

local GOOD = {
    Master_Host = "p", Slave_IO_Running = "Yes", Slave_SQL_Running = "Yes", Seconds_Behind_Master = "3",
    Master_Log_File = "f", Relay_Master_Log_File = "f", Read_Master_Log_Pos = "150", Exec_Master_Log_Pos = "100",
}

function TestRoBalance:testAsks()
    harness.connect(2)
    assertEquals(harness.sql(self.script, "SELECT 1"), proxy.PROXY_SEND_QUERY)
    assertEquals(harness.queue(), "2:SHOW SLAVE STATUS\n1:SELECT 1")
    assertEquals(proxy.queries.data[1].attr.resultset_is_needed, true)
    assertEquals(self.script.read_query_result(status(GOOD)), proxy.PROXY_IGNORE_RESULT)
    local found = proxy.global.lag["server2:3306"]
    assertEquals(found.state, "running")
    assertEquals(found.seconds_lag, 3)
    assertEquals(found.slave_bytes_lag, 50)
    assertEquals(harness.sql(self.script, "SELECT 1"), nil)
    found.check_ts = 0
    assertEquals(harness.sql(self.script, "SELECT 1"), proxy.PROXY_SEND_QUERY)
end

function TestRoBalance:testBadReplicas()
    harness.connect(2)
    for state, change in pairs({
        noslave = { Master_Host = "" },
        noiothread = { Slave_IO_Running = "Connecting" },
        nosqlthread = { Slave_SQL_Running = "No" },
    }) do
        local values = {}
        for key, value in pairs(GOOD) do
            values[key] = change[key] or value
        end
        proxy.global.lag = {}
        harness.sql(self.script, "SELECT 1")
        self.script.read_query_result(status(values))
        assertEquals(harness.sql(self.script, "SELECT 1"), proxy.PROXY_SEND_RESULT)
        assertEquals(proxy.response.errmsg, "slave-state is " .. state)
        assertEquals(proxy.response.sqlstate, "08S01")
        assertEquals(harness.state.closes, true)
        -- asked again, and it is well
        proxy.global.lag["server2:3306"].check_ts = 0
        assertEquals(harness.sql(self.script, "SELECT 1"), proxy.PROXY_SEND_QUERY)
        assertEquals(self.script.read_query_result(status(GOOD)), proxy.PROXY_IGNORE_RESULT)
        assertEquals(harness.sql(self.script, "SELECT 1"), nil)
    end
end

function TestRoBalance:testNewerNames()
    harness.connect(2)
    harness.sql(self.script, "SELECT 1")
    local refused = harness.inj(2, "", harness.error_result(1064, "syntax"))
    assertEquals(self.script.read_query_result(refused), proxy.PROXY_IGNORE_RESULT)
    assertEquals(harness.queue():sub(1, 21), "2:SHOW REPLICA STATUS")
    self.script.read_query_result(status({ Source_Host = "p", Replica_IO_Running = "Yes", Replica_SQL_Running = "Yes" }))
    assertEquals(proxy.global.lag["server2:3306"].state, "running")
end

function TestRoBalance:testPrimaryAndConfig()
    harness.connect(1)
    assertEquals(harness.sql(self.script, "SELECT 1"), nil)
    harness.sql(self.script, "PROXY SET GLOBAL ro_balance.max_seconds_lag = 1")
    assertEquals(proxy.global.config.ro_balance.max_seconds_lag, 1)
    proxy.global.config.ro_balance.is_debug = true
    assertEquals(harness.printed(self.script.connect_server), "(connect-server) using backend: server3:3306")
end
