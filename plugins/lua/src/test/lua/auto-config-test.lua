local test = require("proxy.test")
local harness = require("harness")

TestAutoConfig = test.BaseTest:new()

function TestAutoConfig:setUp()
    harness.start()
    proxy.global.config.mod = { num = 1, text_1 = "a", flag = true, off = false, tbl = {} }
    self.auto_config = require("proxy.auto-config")
    self.file = os.tmpname()
end

function TestAutoConfig:tearDown()
    os.remove(self.file)
end

function TestAutoConfig:handle(query)
    proxy.response = {}
    return self.auto_config.handle({ type = proxy.COM_QUERY, query = query })
end

function TestAutoConfig:testNotOurs()
    for _, query in ipairs({
        "SELECT 1", "PROXY SHOW CONFIG;", " PROXY SHOW CONFIG", "PROXY SHOW CONFIGS", "PROXY SET GLOBAL mod.num = 1.5",
        "PROXY SET GLOBAL mod.flag = TRUE", 'PROXY SET GLOBAL mod.text_1 = "a"b"', "PROXY SET GLOBAL num = 1", "",
        "PROXY SHOW CONFIG" .. string.rep(" ", 200),
    }) do
        assertEquals(self:handle(query), nil, query)
    end
    assertEquals(self.auto_config.handle({ type = proxy.COM_PING }), nil)
end

function TestAutoConfig:testShow()
    assertEquals(self:handle("proxy\tSHOW \n config"), proxy.PROXY_SEND_RESULT)
    assertEquals(harness.response_fields(), "module:254 option:254 value:254 type:254")
    assertEquals(harness.response_rows():gsub("table: [^|]*", "table"),
        "mod|flag|true|boolean\nmod|num|1|number\nmod|off|false|boolean\nmod|tbl|table|table\nmod|text_1|a|string")
end

function TestAutoConfig:testSet()
    local options = proxy.global.config.mod
    assertEquals(self:handle("PROXY SET GLOBAL mod.num=-12"), proxy.PROXY_SEND_RESULT)
    assertEquals(options.num, -12)
    assertEquals(proxy.response.type, proxy.MYSQLD_PACKET_OK)
    assertEquals(proxy.response.affected_rows, 1)
    self:handle('proxy set global mod.text_1 = "b c"')
    assertEquals(options.text_1, "b c")
    self:handle("PROXY SET GLOBAL mod.flag = false")
    assertEquals(options.flag, false)
    self:handle("PROXY SET GLOBAL mod.off = true")
    assertEquals(options.off, true)
end

function TestAutoConfig:testSetErrors()
    for query, message in pairs({
        ["PROXY SET GLOBAL nix.num = 1"] = "module not known",
        ["PROXY SET GLOBAL handle.num = 1"] = "module not known",
        ["PROXY SET GLOBAL mod.nix = 1"] = "option not know",
        ['PROXY SET GLOBAL mod.num = "1"'] = "(auto-config) expected a number, got string",
        ["PROXY SET GLOBAL mod.flag = 1"] = "(auto-config) expected a boolean, got number",
        ["PROXY SET GLOBAL mod.tbl = 1"] = "(auto-config) type: table isn't handled yet",
    }) do
        assertEquals(self:handle(query), proxy.PROXY_SEND_RESULT)
        assertEquals(proxy.response.type, proxy.MYSQLD_PACKET_ERR)
        assertEquals(proxy.response.errmsg, message)
    end
end

function TestAutoConfig:testSaveAndLoad()
    local options = proxy.global.config.mod
    options.text_1 = 'a "quoted" \\ line\nand\ranother'
    options.tbl = { [1] = "one", deep = { x = 0.1 } }
    assertEquals(self:handle('PROXY SAVE CONFIG INTO "' .. self.file .. '"'), proxy.PROXY_SEND_RESULT)
    assertEquals(proxy.response.errmsg, nil)
    assertEquals(proxy.response.affected_rows, 0)

    proxy.global.config.mod = { num = 5, mine = 7 }
    proxy.global.config.other = nil
    assertEquals(self:handle('PROXY LOAD CONFIG FROM "' .. self.file .. '"'), proxy.PROXY_SEND_RESULT)
    assertEquals(proxy.response.errmsg, nil)
    local loaded = proxy.global.config.mod
    assertEquals(loaded.num, 1)
    assertEquals(loaded.mine, 7)
    assertEquals(loaded.text_1, options.text_1)
    assertEquals(loaded.tbl[1], "one")
    assertEquals(loaded.tbl.deep.x, 0.1)

    self:handle('PROXY SAVE CONFIG INTO "' .. self.file .. '"')
    assertEquals(proxy.response.type, proxy.MYSQLD_PACKET_OK)
end

local function write(name, text)
    local file = io.open(name, "w")
    file:write(text)
    file:close()
end

function TestAutoConfig:testFilesThatAreNone()
    self:handle('PROXY LOAD CONFIG FROM "/nowhere/at/all"')
    assertEquals(proxy.response.errmsg, "cannot open /nowhere/at/all: No such file or directory")
    write(self.file, "return 1")
    assertEquals(select(2, proxy.global.config:load(self.file)), self.file .. ": expected a table, got number")
    write(self.file, "return {")
    assertEquals(proxy.global.config:load(self.file), false)
    write(self.file, "return { mod = { num = os.time() } }")
    assertEquals(proxy.global.config:load(self.file), false)
    local saved, message = proxy.global.config:save(self.file)
    assertEquals(saved, false)
    assertEquals(message, self.file .. ": exists, and is no saved configuration")
end

function TestAutoConfig:testRestrictions()
    self.auto_config.directory = "/somewhere"
    self:handle('PROXY SAVE CONFIG INTO "' .. self.file .. '"')
    assertEquals(proxy.response.errmsg, "configuration files have to be in /somewhere/")
    self:handle('PROXY SAVE CONFIG INTO "/somewhere/../etc/passwd"')
    assertEquals(proxy.response.errmsg, "configuration files have to be in /somewhere/")
    self.auto_config.files = false
    self:handle('PROXY LOAD CONFIG FROM "/somewhere/x"')
    assertEquals(proxy.response.errmsg, "saving and loading of the configuration is switched off")
end

function TestAutoConfig:testOldCalls()
    local cmd = { type = proxy.COM_QUERY, query = "PROXY SET GLOBAL mod.num = 3" }
    assertEquals(proxy.global.config:handle(cmd), proxy.PROXY_SEND_RESULT)
    assertEquals(self.auto_config.handle(proxy.global.config, cmd), proxy.PROXY_SEND_RESULT)
end
