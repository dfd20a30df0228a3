local test = require("proxy.test")
local harness = require("harness")

TestRwSplitting = test.BaseTest:new()

local IN_TRANS = { flags = { in_trans = true, auto_commit = true } }

function TestRwSplitting:setUp()
    harness.start({ "rw", "ro" })
    self.script = harness.load("doc/rw-splitting.lua")
    harness.fill(1, 1)
    harness.fill(2, 1)
end

-- sends a statement, answers it, and says what was sent to which backend
function TestRwSplitting:send(packet, res)
    local said = harness.query(self.script, packet)
    local ndx = harness.state.server and harness.state.server.backend or 0
    local queue = harness.queue()
    if said == proxy.PROXY_SEND_QUERY then
        harness.answer(self.script, harness.result(res))
    else
        queue = tostring(said)
    end
    return ndx .. " " .. queue:gsub("\n", " ")
end

function TestRwSplitting:sql(text, res)
    return self:send(harness.QUERY .. text, res)
end

function TestRwSplitting:testSplits()
    assertEquals(self:sql("SELECT 1"), "2 1:SELECT 1")
    assertEquals(harness.state.server, nil)
    assertEquals(self:sql("UPDATE t SET a=1"), "1 1:UPDATE t SET a=1")
    assertEquals(harness.idle(1), 1)
    assertEquals(harness.idle(2), 1)
    assertEquals(self:sql("/* nothing */"), "1 1:/* nothing */")
    assertEquals(self:sql("SELECT * FROM t FOR UPDATE"), "1 1:SELECT * FROM t FOR UPDATE")
    assertEquals(self:send("\14"), "1 1:\\14 ")
end

function TestRwSplitting:testReplicaGone()
    proxy.global.backends[2].state = proxy.BACKEND_STATE_DOWN
    assertEquals(self:sql("SELECT 1"), "1 1:SELECT 1")
end

function TestRwSplitting:testNothingIdle()
    harness.start({ "rw", "ro" })
    self.script = harness.load("doc/rw-splitting.lua")
    harness.fill(2, 1)
    assertEquals(self:sql("SELECT 1"), "2 1:SELECT 1")
    assertEquals(self:sql("UPDATE t SET a=1"), "0 " .. proxy.PROXY_SEND_RESULT)
    assertEquals(proxy.response.errcode, 1040)
    assertEquals(proxy.response.sqlstate, "08004")
    harness.fill(1, 1)
    assertEquals(self:sql("UPDATE t SET a=1"), "1 1:UPDATE t SET a=1")
end

function TestRwSplitting:testTransaction()
    assertEquals(self:sql("BEGIN", IN_TRANS), "1 1:BEGIN")
    assertEquals(self:sql("SELECT 1", IN_TRANS), "1 1:SELECT 1")
    harness.sql(self.script, "oops")
    harness.answer(self.script, harness.error_result(1064, "syntax"))
    assertEquals(self:sql("SELECT 2", IN_TRANS), "1 1:SELECT 2")
    -- flags of such answers say nothing
    self:send("\14", { flags = { in_trans = false, auto_commit = false } })
    assertEquals(self:sql("SELECT 3", IN_TRANS), "1 1:SELECT 3")
    assertEquals(self:sql("COMMIT"), "1 1:COMMIT")
    assertEquals(self:sql("SELECT 4"), "2 1:SELECT 4")
end

function TestRwSplitting:testAutocommitOff()
    self:sql("SET autocommit=0", { flags = { in_trans = false, auto_commit = false } })
    assertEquals(self:sql("SELECT 1", { flags = { in_trans = true, auto_commit = false } }), "1 1:SELECT 1")
    self:sql("SET autocommit=1")
    assertEquals(self:sql("SELECT 1"), "2 3:SET autocommit=1 1:SELECT 1")
    assertEquals(self:sql("SELECT 2"), "2 1:SELECT 2")
    -- no news
    self:sql("SET autocommit=0", { flags = { in_trans = false, auto_commit = false } })
    self:sql("SET autocommit=1")
    assertEquals(self:sql("SELECT 3"), "2 1:SELECT 3")
end

function TestRwSplitting:testLastInsertId()
    self:sql("INSERT INTO t VALUES (1)", { insert_id = 42, affected_rows = 1 })
    assertNotEquals(harness.state.server, nil)
    harness.state.server.is_fresh = false
    assertEquals(self:sql("SELECT LAST_INSERT_ID()"), "1 1:SELECT LAST_INSERT_ID()")
    assertEquals(self:sql("SELECT 1"), "2 1:SELECT 1")
    -- the connection of the insert is somebody else's by now
    proxy.connection.backend_ndx = 1
    harness.state.server.is_fresh = true
    proxy.connection.backend_ndx = 0
    assertEquals(self:sql("select @@identity"), "1 3:SET LAST_INSERT_ID=42 1:select @@identity")
end

function TestRwSplitting:testFoundRows()
    assertEquals(self:sql("SELECT SQL_CALC_FOUND_ROWS * FROM t LIMIT 1"), "2 1:SELECT SQL_CALC_FOUND_ROWS * FROM t LIMIT 1")
    assertEquals(harness.state.server.backend, 2)
    assertEquals(self:sql("SELECT FOUND_ROWS()"), "2 1:SELECT FOUND_ROWS()")
    assertEquals(harness.state.server, nil)
end

function TestRwSplitting:testWarnings()
    self:sql("UPDATE t SET a='x'", { warning_count = 1 })
    assertEquals(harness.state.server.backend, 1)
    assertEquals(self:sql("SHOW WARNINGS"), "1 1:SHOW WARNINGS")
    self:sql("SELECT 1/0", { warning_count = 1 })
    assertEquals(harness.state.server.backend, 2)
    assertEquals(self:sql("SHOW WARNINGS"), "2 1:SHOW WARNINGS")
    self:sql("SELECT 1/0", { warning_count = 1 })
    assertEquals(self:sql("DELETE FROM t"), "1 1:DELETE FROM t")
end

function TestRwSplitting:testPins()
    for pin, unpin in pairs({
        ["LOCK TABLES t READ"] = "UNLOCK TABLES",
        ["PREPARE a FROM 'SELECT 1'"] = "DEALLOCATE PREPARE a",
        ["SET @a = 1"] = "",
        ["SELECT GET_LOCK('a', 1)"] = "",
        ["CREATE TEMPORARY TABLE x (a int)"] = "",
        ["SELECT 1; SET @a = 1"] = "",
    }) do
        self:setUp()
        self:sql(pin)
        assertEquals(self:sql("SELECT 1"), "1 1:SELECT 1", pin)
        assertNotEquals(harness.state.server, nil, pin)
        if unpin == "" then
            self:send("\31")
        else
            self:sql(unpin)
        end
        assertEquals(self:sql("SELECT 1"):sub(1, 1), "2", pin)
    end
end

function TestRwSplitting:testPreparedStatements()
    assertEquals(self:send("\22SELECT ?", { raw = "\0\7\0\0\0\1\0\1\0" }), "1 1:\\22 SELECT ?")
    self:send("\22SELECT ?, ?", { raw = "\0\8\0\0\0\1\0\1\0" })
    assertEquals(self:sql("SELECT 1"), "1 1:SELECT 1")
    assertEquals(self:send("\23\7\0\0\0\0\1\0\0\0"), "1 1:\\23 \7\0\0\0\0\1\0\0\0")
    assertEquals(self:send("\25\7\0\0\0"), "1 nil")
    assertEquals(self:sql("SELECT 1"), "1 1:SELECT 1")
    self:send("\25\8\0\0\0")
    assertEquals(self:sql("SELECT 1"), "2 1:SELECT 1")
    -- one that fails needs nothing
    self:send("\22oops", { raw = harness.err_packet(1064, "no") })
    assertEquals(self:sql("SELECT 1"), "2 1:SELECT 1")
end

function TestRwSplitting:testSettingsAreDoneAgain()
    self:sql("SET NAMES utf8mb4")
    self:sql("SET sql_mode='ANSI'")
    assertEquals(self:sql("SELECT 1"), "2 3:SET NAMES utf8mb4 3:SET sql_mode='ANSI' 1:SELECT 1")
    assertEquals(self:sql("SELECT 2"), "2 1:SELECT 2")
    -- somebody else had it meanwhile
    proxy.connection.backend_ndx = 2
    harness.state.server.is_fresh = true
    proxy.connection.backend_ndx = 0
    assertEquals(self:sql("SELECT 2"), "2 3:SET NAMES utf8mb4 3:SET sql_mode='ANSI' 1:SELECT 2")
    self:sql("SET NAMES latin1")
    assertEquals(self:sql("SELECT 3"), "2 3:SET NAMES latin1 1:SELECT 3")
    -- after a reset the connections that were left out have to be reset too
    self:send("\31")
    assertEquals(self:sql("SELECT 4"), "2 3:\\31  1:SELECT 4")
end

function TestRwSplitting:testFailingSettings()
    self:sql("SET nonsense=1")
    harness.sql(self.script, "SELECT 1")
    local inj = harness.inj(3, "SET nonsense=1", harness.error_result(1193, "Unknown variable"))
    assertEquals(self.script.read_query_result(inj), proxy.PROXY_SEND_RESULT)
    assertEquals(proxy.response.errcode, 1193)
    assertEquals(proxy.response.sqlstate, "HY000")
    assertEquals(proxy.response.errmsg, "can't restore the session on server2:3306: Unknown variable")
    assertEquals(proxy.queries:len(), 0)
    assertEquals(self:sql("SELECT 1"):sub(1, 1), "1")
end

function TestRwSplitting:testTooManySettings()
    for i = 1, 40 do
        self:sql("SET x" .. i .. "=1")
    end
    assertEquals(self:sql("SELECT 1"), "1 1:SELECT 1")
end

function TestRwSplitting:testDatabase()
    harness.state.client.default_db = "shop"
    assertEquals(self:sql("SELECT 1"), "2 2:\\2 shop 1:SELECT 1")
    assertEquals(self:send("\2other"), "1 1:\\2 other")
    assertEquals(self:sql("USE `my db`"), "1 2:\\2 shop 1:\\2 my db")
    harness.sql(self.script, "SELECT 1")
    local inj = harness.inj(2, "", harness.result({ raw = harness.err_packet(1049, "Unknown database") }))
    assertEquals(self.script.read_query_result(inj), proxy.PROXY_SEND_RESULT)
    assertEquals(proxy.response.errmsg, "can't change DB shop to on slave server2:3306")
end

function TestRwSplitting:testOtherCommands()
    assertEquals(self:send("\1"), "0 " .. proxy.PROXY_SEND_RESULT)
    assertEquals(proxy.response.type, proxy.MYSQLD_PACKET_OK)
    assertEquals(self:send("\17joe"), "1 nil")
    assertEquals(self:send("\18\0\0\0\0"), "1 nil")
    assertEquals(self:sql("SELECT 1"), "1 1:SELECT 1")
    self:setUp()
    assertEquals(self:sql("PROXY SET GLOBAL rwsplit.min_idle_connections = 2"), "0 " .. proxy.PROXY_SEND_RESULT)
    assertEquals(proxy.global.config.rwsplit.min_idle_connections, 2)
end

function TestRwSplitting:testWarmUp()
    harness.start({ "rw", "ro" })
    self.script = harness.load("doc/rw-splitting.lua")
    assertEquals(self.script.connect_server(), nil)
    assertEquals(proxy.connection.backend_ndx, 1)
    assertEquals(proxy.global.backends[1].pool.min_idle_connections, 4)
    assertEquals(proxy.global.backends[2].pool.max_idle_connections, 9)
    harness.connect(1)
    self.script.read_auth_result({ packet = "\0\0\0\2\0" })
    assertEquals(harness.idle(1), 1)
    assertEquals(harness.state.server, nil)
    self.script.disconnect_client()
    assertEquals(proxy.global.rwsplit_clients, 0)

    harness.fill(1, 3)
    proxy.rwsplit_session = nil
    self.script.connect_server()
    assertEquals(proxy.connection.backend_ndx, 2)

    harness.fill(2, 4)
    proxy.rwsplit_session = nil
    assertEquals(self.script.connect_server(), proxy.PROXY_IGNORE_RESULT)
    assertEquals(harness.state.server.backend, 1)
end

function TestRwSplitting:testNoPooledConnectionThatOthersNeed()
    harness.fill(1, 4)
    harness.fill(2, 4)
    for _ = 1, 4 do
        proxy.rwsplit_session = nil
        assertEquals(self.script.connect_server(), proxy.PROXY_IGNORE_RESULT)
        proxy.connection.backend_ndx = 0
    end
    proxy.global.rwsplit_clients = 5
    proxy.rwsplit_session = nil
    assertEquals(self.script.connect_server(), nil)
end

function TestRwSplitting:testPrimaryForAllClients()
    harness.fill(1, 4)
    proxy.global.rwsplit_clients = 5
    proxy.rwsplit_session = nil
    self.script.connect_server()
    assertEquals(proxy.connection.backend_ndx, 1)

    proxy.connection.backend_ndx = 0
    proxy.global.config.rwsplit.reserve_primary = false
    proxy.rwsplit_session = nil
    self.script.connect_server()
    assertEquals(proxy.connection.backend_ndx, 2)

    -- without a primary there is nothing to wait for
    proxy.connection.backend_ndx = 0
    proxy.global.config.rwsplit.reserve_primary = true
    proxy.global.backends[1].state = proxy.BACKEND_STATE_DOWN
    proxy.rwsplit_session = nil
    self.script.connect_server()
    assertEquals(proxy.connection.backend_ndx, 2)
end

function TestRwSplitting:testDisconnect()
    self:sql("BEGIN", IN_TRANS)
    self.script.disconnect_client()
    assertNotEquals(harness.state.server, nil)
    self:setUp()
    self:sql("UPDATE t SET a=1", { affected_rows = 1 })
    self.script.disconnect_client()
    assertEquals(harness.state.server, nil)
    self:setUp()
    harness.sql(self.script, "UPDATE t SET a=1")
    self.script.disconnect_client()
    assertNotEquals(harness.state.server, nil)
    -- one more than there may be: it is closed with the client
    self:setUp()
    self:sql("SELECT 1")
    harness.fill(2, 20)
    self.script.disconnect_client()
    assertEquals(harness.state.server.backend, 2)
end

function TestRwSplitting:testFailedLoginIsNotPooled()
    harness.connect(1)
    proxy.rwsplit_session = nil
    self.script.read_auth_result({ packet = "\255" })
    self.script.disconnect_client()
    assertNotEquals(harness.state.server, nil)
end

function TestRwSplitting:testDebug()
    proxy.global.config.rwsplit.is_debug = true
    local printed = harness.printed(self.sql, self, "SELECT 1")
    assertNotEquals(printed:find("[read_query] 127.0.0.1:5000", 1, true), nil)
    assertNotEquals(printed:find("  query             = SELECT 1", 1, true), nil)
    assertNotEquals(printed:find("  sending to backend : server2:3306", 1, true), nil)
    assertNotEquals(printed:find("    is_slave         : true", 1, true), nil)
    printed = harness.printed(self.script.connect_server)
    assertNotEquals(printed:find("[connect_server] 127.0.0.1:5000", 1, true), nil)
    assertNotEquals(printed:find("  [1] idle-conns below min-idle", 1, true), nil)
end
