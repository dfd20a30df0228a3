local test = require("proxy.test")
local harness = require("harness")

TestCommitObfuscator = test.BaseTest:new()

function TestCommitObfuscator:setUp()
    harness.start()
    self.script = harness.load("doc/commit-obfuscator.lua")
    self.random = math.random
end

function TestCommitObfuscator:tearDown()
    math.random = self.random
end

function TestCommitObfuscator:testHalf()
    local drawn = 5
    math.random = function()
        return drawn
    end
    assertEquals(harness.sql(self.script, "COMMIT"), nil)
    drawn = 6
    for _, sql in ipairs({ "COMMIT", "commit", " Commit ; " }) do
        assertEquals(harness.sql(self.script, sql), proxy.PROXY_SEND_QUERY)
        assertEquals(harness.queue(), "1:ROLLBACK")
    end
    assertEquals(harness.sql(self.script, "COMMIT WORK"), nil)
    assertEquals(harness.query(self.script, "\14COMMIT"), nil)
end

function TestCommitObfuscator:testAnswer()
    assertEquals(self.script.read_query_result(harness.inj(1)), proxy.PROXY_SEND_RESULT)
    assertEquals(proxy.response.errcode, 1205)
    assertEquals(proxy.response.sqlstate, "HY000")
    assertEquals(proxy.response.errmsg, "Lock wait timeout exceeded; try restarting transaction")
end
