local test = require("proxy.test")
local harness = require("harness")
local commands = require("proxy.commands")

TestCommands = test.BaseTest:new()

function TestCommands:setUp()
    harness.start()
end

function TestCommands:testTexts()
    local cmd = commands.parse("\3SELECT 1")
    assertEquals(cmd.type, proxy.COM_QUERY)
    assertEquals(cmd.type_name, "COM_QUERY")
    assertEquals(cmd.query, "SELECT 1")
    assertEquals(commands.pretty_print(cmd), "[COM_QUERY] SELECT 1")
    assertEquals(commands.parse("\22SELECT ?").query, "SELECT ?")
    assertEquals(commands.pretty_print(commands.parse("\2test")), "[COM_INIT_DB] test")
    assertEquals(commands.parse("\3").query, "")
end

function TestCommands:testFieldList()
    assertEquals(commands.parse("\4t1\0id\0").table, "t1")
    assertEquals(commands.pretty_print(commands.parse("\4t1\0")), "[COM_FIELD_LIST]")
end

function TestCommands:testStatementIds()
    assertEquals(commands.parse("\23\1\2\0\128\0").stmt_handler_id, 513 + 2147483648)
    assertEquals(commands.parse("\25\7\0\0\0").stmt_handler_id, 7)
    assertEquals(commands.parse("\25\7").stmt_handler_id, nil)
    assertEquals(commands.pretty_print(commands.parse("\23\7\0\0\0")), "[COM_STMT_EXECUTE] 7")
end

function TestCommands:testNames()
    for code = 0, 29 do
        local name = commands.parse(string.char(code) .. "12345").type_name
        assertEquals(proxy[name], code)
    end
    assertEquals(commands.parse("\30").type_name, "COM_BINLOG_DUMP")
    assertEquals(commands.parse("\27\1\0").option, "\1\0")
end

function TestCommands:testUnknown()
    local cmd
    local printed = harness.printed(function()
        cmd = commands.parse("\200")
    end)
    assertEquals(printed, "[debug] (command) unhandled type name:nil byte:200")
    assertEquals(commands.pretty_print(cmd), "[200] ... no idea")
    assertEquals(commands.parse("").type, nil)
    assertEquals(harness.printed(commands.parse, "\9"), "")
    assertEquals(commands.pretty_print(commands.parse("\9")), "[COM_STATISTICS] ... no idea")
end
