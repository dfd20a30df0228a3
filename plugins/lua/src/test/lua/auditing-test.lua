local test = require("proxy.test")
local harness = require("harness")

TestAuditing = test.BaseTest:new()

function TestAuditing:setUp()
    harness.start()
    harness.connect(1)
    self.script = harness.load("doc/auditing.lua")
end

function TestAuditing:testLines()
    local script = self.script
    assertEquals(harness.printed(script.read_handshake), "<-- let's send him some information about us\n"
        .. "    server-addr   : server1:3306\n    client-addr   : 127.0.0.1:5000")
    assertEquals(harness.printed(script.read_auth),
        "--> there, look, the client is responding to the server auth packet\n    username      : joe")
    assertEquals(harness.printed(script.read_auth_result, { packet = "\0" }), "<-- auth ok")
    assertEquals(harness.printed(script.read_auth_result, { packet = "\255" }), "<-- auth failed")
    assertEquals(harness.printed(script.read_auth_result, { packet = "\254x" }), '<-- auth ... don\'t know: "\254x"')
    assertEquals(harness.printed(harness.sql, script, "SELECT 1"), "--> 'joe' sent us a query\n    query: SELECT 1")
    assertEquals(harness.printed(harness.query, script, "\14"), "--> 'joe' sent us a query")
    assertEquals(harness.sql({ read_query = function(packet)
        local said
        harness.printed(function()
            said = script.read_query(packet)
        end)
        return said
    end }, "x"), nil)
end
