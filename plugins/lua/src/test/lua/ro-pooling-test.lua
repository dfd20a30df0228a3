local test = require("proxy.test")
local harness = require("harness")

TestRoPooling = test.BaseTest:new()

function TestRoPooling:setUp()
    harness.start({ "rw", "rw" })
    self.script = harness.load("doc/ro-pooling.lua")
end

function TestRoPooling:send(packet, res)
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

function TestRoPooling:sql(text, res)
    return self:send(harness.QUERY .. text, res)
end

function TestRoPooling:testConnect()
    assertEquals(self.script.connect_server(), nil)
    assertEquals(proxy.connection.backend_ndx, 1)
    harness.fill(1, 4)
    proxy.global.backends[2].state = proxy.BACKEND_STATE_DOWN
    assertEquals(self.script.connect_server(), proxy.PROXY_IGNORE_RESULT)
    assertEquals(harness.state.server.backend, 1)
end

function TestRoPooling:testPoolsAfterLogin()
    harness.connect(1)
    self.script.read_auth_result({ packet = "\0" })
    assertEquals(harness.state.server, nil)
    assertEquals(harness.idle(1), 1)
    assertEquals(harness.printed(self.script.read_auth_result, { packet = "\254" }),
        "(read_auth_result) ... not ok yet")
end

function TestRoPooling:testStatements()
    harness.fill(1, 1)
    assertEquals(self:sql("SELECT 1"), "1 1:SELECT 1")
    assertEquals(harness.state.server, nil)
    harness.state.client.default_db = "shop"
    assertEquals(self:sql("SELECT 1"), "1 2:\\2 shop 1:SELECT 1")
    self:sql("BEGIN", { flags = { in_trans = true, auto_commit = true } })
    assertEquals(harness.state.server.backend, 1)
    harness.sql(self.script, "oops")
    harness.answer(self.script, harness.error_result(1064, "no"))
    assertEquals(harness.state.server.backend, 1)
    self:sql("COMMIT")
    assertEquals(harness.state.server, nil)
end

function TestRoPooling:testState()
    for _, sql in ipairs({ "SET @a=1", "SET NAMES utf8", "LOCK TABLES t READ", "CREATE TEMPORARY TABLE t(a int)" }) do
        self:setUp()
        harness.fill(1, 1)
        self:sql(sql)
        self:sql("SELECT 1")
        assertNotEquals(harness.state.server, nil, sql)
        self.script.disconnect_client()
        assertNotEquals(harness.state.server, nil, sql)
    end
    self:setUp()
    harness.fill(1, 1)
    self:send("\22SELECT 1", { raw = "\0\1\0\0\0" })
    assertNotEquals(harness.state.server, nil)
    self:send("\25\1\0\0\0")
    self:sql("SELECT 1")
    assertEquals(harness.state.server, nil)
    self:sql("INSERT INTO t VALUES (1)", { insert_id = 9 })
    assertEquals(self:sql("SELECT LAST_INSERT_ID()"), "1 3:SET LAST_INSERT_ID=9 1:SELECT LAST_INSERT_ID()")
end

function TestRoPooling:testQuitAndNothingIdle()
    assertEquals(self:send("\1"), "0 2")
    assertEquals(proxy.response.type, proxy.MYSQLD_PACKET_OK)
    assertEquals(self:sql("SELECT 1"), "0 2")
    assertEquals(proxy.response.errcode, 1040)
end

function TestRoPooling:testTooManyIdle()
    harness.fill(1, 1)
    self:sql("SELECT 1")
    harness.fill(1, 8)
    self.script.disconnect_client()
    assertEquals(harness.state.server.backend, 1)
end
