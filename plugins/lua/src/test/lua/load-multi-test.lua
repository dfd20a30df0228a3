local test = require("proxy.test")
local harness = require("harness")

TestLoadMulti = test.BaseTest:new()

function TestLoadMulti:setUp()
    harness.start()
    self.script = harness.load("doc/load-multi.lua")
    self.files = {}
end

function TestLoadMulti:tearDown()
    for _, name in ipairs(self.files) do
        os.remove(name)
    end
end

function TestLoadMulti:write(text)
    local name = os.tmpname()
    os.remove(name)
    name = name .. ".lua"
    self.files[#self.files + 1] = name
    local file = io.open(name, "w")
    file:write(text)
    file:close()
    return name
end

function TestLoadMulti:sql(text)
    local said = harness.sql(self.script, text)
    if said == proxy.PROXY_SEND_RESULT then
        return proxy.response.resultset.fields[1].name .. ":" .. harness.response_rows()
    end
    return said
end

function TestLoadMulti:testHelp()
    assertEquals(self:sql("PLOAD_HELP"), "command:pload module_name|loads a given module\n"
        .. "punload module_name|unloads and existing module\npload_help|shows this help")
end

function TestLoadMulti:testLoad()
    local a = self:write([[
        local calls = 0
        function read_query(packet)
            calls = calls + 1
            if packet:sub(2) == "for a" then proxy.queries:append(1, packet) return proxy.PROXY_SEND_QUERY end
        end
        function read_query_result(inj) return "a" .. calls end
        return 1]])
    local b = self:write([[
        read_query = function(packet)
            if packet:sub(2) ~= "for nobody" then proxy.queries:append(1, packet) return proxy.PROXY_SEND_QUERY end
        end]])
    assertEquals(self:sql(" pload " .. a), 'info:module "' .. a .. '" loaded')
    assertEquals(self:sql("PLOAD\t" .. b:gsub("%.lua$", "")), 'info:module "' .. b:gsub("%.lua$", "") .. '" loaded')
    assertEquals(#proxy.global.loaded_handlers.rq, 2)
    assertEquals(proxy.global.handler_status[a][1].func, "read_query")

    assertEquals(self:sql("for a"), proxy.PROXY_SEND_QUERY)
    assertEquals(self.script.read_query_result(harness.inj(1)), "a1")
    assertEquals(self:sql("for b"), proxy.PROXY_SEND_QUERY)
    assertEquals(self.script.read_query_result(harness.inj(1)), nil)
    assertEquals(self:sql("for nobody"), nil)

    -- again: it is there once
    self:sql("pload " .. a)
    assertEquals(#proxy.global.loaded_handlers.rq, 2)
    assertEquals(self:sql("punload " .. a), a .. ":unloaded")
    assertEquals(self:sql("punload " .. a), a .. ":NOT FOUND")
    assertEquals(#proxy.global.loaded_handlers.rq, 1)
    assertEquals(self:sql("for a"), proxy.PROXY_SEND_QUERY)
end

function TestLoadMulti:testFailures()
    assertEquals(self:sql("pload nowhere"), 'ERROR:load of "nowhere" failed (file not found nowhere.lua)')
    local empty = self:write("x = 1")
    assertEquals(self:sql("pload " .. empty),
        'ERROR:load of "' .. empty .. '" failed (script ' .. empty .. " does not contain a proxy handled function)")
    local broken = self:write("function read_query(")
    assertEquals(self:sql("pload " .. broken):sub(1, 6), "ERROR:")
    local failing = self:write("error('no')")
    assertEquals(self:sql("pload " .. failing):sub(1, 6), "ERROR:")
end

function TestLoadMulti:testOtherHooks()
    local name = self:write([[
        function connect_server() return proxy.PROXY_IGNORE_RESULT end
        function read_auth_result(auth) return auth.packet end
        function disconnect_client() proxy.global.gone = true end]])
    self:sql("pload " .. name)
    assertEquals(self.script.connect_server(), proxy.PROXY_IGNORE_RESULT)
    assertEquals(self.script.read_auth_result({ packet = "x" }), "x")
    assertEquals(self.script.read_handshake(), nil)
    assertEquals(self.script.read_auth(), nil)
    self.script.disconnect_client()
    assertEquals(proxy.global.gone, true)
end

function TestLoadMulti:testHelpers()
    assertEquals(proxy.global.make_regexp_from_command("a_b"), "^%s*[Aa]%_[Bb]")
    assertEquals(proxy.global.make_regexp_from_command("x", { capture = 1 }), "^%s*[Xx]%s+(%S+)")
    assertEquals(proxy.global.simple_dataset("h", "m"), proxy.PROXY_SEND_RESULT)
    assertEquals(harness.response_rows(), "m")
end
