local test = require("proxy.test")
local harness = require("harness")

TestAdminSql = test.BaseTest:new()

function TestAdminSql:setUp()
    harness.start()
    self.script = harness.load("doc/admin-sql.lua")
end

local function hex(text)
    return (text:gsub(".", function(char)
        return string.format("%02x", char:byte())
    end))
end

function TestAdminSql:testPackets()
    for magic, expected in pairs({
        ["PING"] = "0e", ["COMMIT SUICIDE"] = "08", ["STATISTICS"] = "09", ["BINLOGDUMP1"] = "120400000000000200000000",
        ["REGSLAVE1"] = "1501000000000000010000000000" .. "01000000", ["PREP1"] = "1653454c454354203f",
        ["EXEC1"] = "17010000000001000000" .. "00" .. "01" .. "fe00" .. "0431323334",
        ["FETCH1"] = "1c0100000080000000", ["FLIST1"] = "0474310069" .. "64000000", ["TDUMP2"] = "130474657374027432",
    }) do
        assertEquals(harness.sql(self.script, magic), proxy.PROXY_SEND_QUERY, magic)
        local item = proxy.queries.data[1]
        assertEquals(hex(item.query), expected, magic)
        assertEquals(item.id, item.query:byte(), magic)
        assertEquals(item.attr.resultset_is_needed, true, magic)
    end
end

function TestAdminSql:testOthersPass()
    assertEquals(harness.sql(self.script, "ping"), nil)
    assertEquals(harness.query(self.script, "\14PING"), nil)
end

function TestAdminSql:testCloseIsAnswered()
    assertEquals(harness.sql(self.script, "DEAL1"), proxy.PROXY_SEND_RESULT)
    assertEquals(proxy.response.type, proxy.MYSQLD_PACKET_OK)
    assertEquals(proxy.queries:len(), 0)
end

function TestAdminSql:testResults()
    local script = self.script
    assertEquals(script.read_query_result(harness.inj(proxy.COM_PING)), nil)
    assertEquals(script.read_query_result(harness.inj(proxy.COM_DEBUG, "", harness.error_result(1, "x"))), nil)
    assertEquals(script.read_query_result(harness.inj(proxy.COM_DEBUG, "", harness.result({ raw = "\254" }))),
        proxy.PROXY_SEND_RESULT)
    assertEquals(proxy.response.type, proxy.MYSQLD_PACKET_OK)
    assertEquals(script.read_query_result(harness.inj(proxy.COM_STATISTICS, "", harness.result({ raw = "Uptime" }))),
        proxy.PROXY_SEND_RESULT)
    assertEquals(proxy.response.resultset.fields[1].name, "statisitics")
    assertEquals(harness.response_rows(), "Uptime")
    local printed = harness.printed(script.read_query_result, harness.inj(99, "", harness.result({ raw = "x" })))
    assertEquals(printed, 'got: "x"')
    assertEquals(proxy.response.type, proxy.MYSQLD_PACKET_ERR)
end
