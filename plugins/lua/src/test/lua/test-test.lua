local test = require("proxy.test")

TestTest = test.BaseTest:new()

local function failing(assert_it, ...)
    local ok, message = pcall(assert_it, ...)
    assertEquals(ok, false)
    return message:match("^[^\n]*\n?")
end

function TestTest:testAsserts()
    assertEquals(1, 1)
    assertNotEquals(1, 2)
    assertEquals(failing(assertEquals, 1, "1"), "got type 'number' for 1, expected type 'string' for 1 (): \n")
    assertEquals(failing(assertEquals, 1, 2, "why"), "got '1' <number>, expected '2' <number> (why): \n")
    assertEquals(failing(assertNotEquals, 1, 1), "got '1' <number>, expected all but '1' <number> (): \n")
end

function TestTest:testMock()
    local old = proxy
    test.ProxyBaseTest.setDefaultScope()
    proxy.queries:append(1, "a", { resultset_is_needed = true })
    proxy.queries:prepend(2, "b")
    assertEquals(proxy.queries:len(), 2)
    assertEquals(proxy.queries.data[2].attr.resultset_is_needed, true)
    assertEquals(proxy.queries.data[1].query, "b")
    proxy.queries:reset()
    assertEquals(proxy.queries:len(), 0)
    assertEquals(proxy.COM_DAEMON, 29)
    local ok, message = pcall(function()
        return proxy.nothing
    end)
    assertEquals(ok, false)
    assertNotEquals(message:find("proxy.[nothing] is unknown, please adjust the mock here", 1, true), nil)
    _G.proxy = old
end

function TestTest:testSuite()
    _G.XTests = test.BaseTest:new()
    function XTests:setUp()
        self.ready = true
    end
    function XTests:testGood()
        assertEquals(self.ready, true)
    end
    function XTests:testBad()
        assertEquals(1, 2)
    end
    function XTests:helper()
        error("not to be called")
    end
    local suite = test.Suite:new({ result = test.Result:new() })
    suite:run({ "XTests" })
    _G.XTests = nil
    assertEquals(suite.result.passed, 1)
    assertEquals(suite.result.failed, 1)
    assertEquals(suite:exit_code(), 1)
    assertEquals(suite.result.failed_tests.XTests.testBad.message, "compile error")
    assertEquals(test.Result:new().failed_tests.XTests, nil)
    assertEquals(pcall(suite.run, suite, { "Nix" }), false)
    assertEquals(pcall(test.Suite.new, test.Suite, {}), false)
end
