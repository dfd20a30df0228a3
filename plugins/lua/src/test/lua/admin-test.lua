local test = require("proxy.test")
local harness = require("harness")

TestAdmin = test.BaseTest:new()

function TestAdmin:setUp()
    harness.start({ "rw", "ro" })
    self.script = harness.load("lib/admin.lua")
end

function TestAdmin:testHelp()
    assertEquals(harness.sql(self.script, "select * FROM help"), proxy.PROXY_SEND_RESULT)
    assertEquals(harness.response_fields(), "command:254 description:254")
    assertEquals(harness.response_rows(), "SELECT * FROM help|shows this help\n"
        .. "SELECT * FROM backends|lists the backends and their state")
end

function TestAdmin:testBackends()
    proxy.global.backends[2].state = proxy.BACKEND_STATE_DOWN
    proxy.global.backends[2].uuid = "u-2"
    assertEquals(harness.sql(self.script, "SELECT * FROM backends;"), proxy.PROXY_SEND_RESULT)
    assertEquals(harness.response_fields(),
        "backend_ndx:3 address:254 state:254 type:254 uuid:254 connected_clients:3")
    assertEquals(harness.response_rows(), "1|server1:3306|up|rw|nil|0\n2|server2:3306|down|ro|u-2|0")
end

function TestAdmin:testOthers()
    assertEquals(harness.sql(self.script, "SELECT 1"), proxy.PROXY_SEND_RESULT)
    assertEquals(proxy.response.errmsg, "use 'SELECT * FROM help' to see the supported commands")
    assertEquals(harness.query(self.script, "\14"), proxy.PROXY_SEND_RESULT)
    assertEquals(proxy.response.errmsg, "[admin] we only handle text-based queries (COM_QUERY)")
    self.script.set_error()
    assertEquals(proxy.response.errmsg, "error")
end
