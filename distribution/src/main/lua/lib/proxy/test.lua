-- proxy.test: a small xUnit for scripts, with a stand-in for `proxy`.
--
--   local test = require("proxy.test")
--   TestScript = test.ProxyBaseTest:new()
--   function TestScript:setUp()    self:setDefaultScope() end
--   function TestScript:testEmpty() assertEquals(proxy.queries:len(), 0) end
--
--   local suite = test.Suite:new({ result = test.Result:new() })
--   suite:run()                     -- every global table whose name starts with Test
--   suite.result:print()
--   os.exit(suite:exit_code())

local M = {}

-- the stack from the caller of the assert on
local function stack()
    return (debug.traceback("", 4):gsub("^\n?stack traceback:\n", ""))
end

local function fail(text, message)
    error(string.format("%s (%s): \n%s", text, message or "", stack()), 0)
end

function assertEquals(is, expected, message)
    if type(is) ~= type(expected) then
        fail(string.format("got type '%s' for %s, expected type '%s' for %s",
            type(is), tostring(is), type(expected), tostring(expected)), message)
    elseif is ~= expected then
        fail(string.format("got '%s' <%s>, expected '%s' <%s>",
            tostring(is), type(is), tostring(expected), type(expected)), message)
    end
end

function assertNotEquals(is, expected, message)
    if is == expected then
        fail(string.format("got '%s' <%s>, expected all but '%s' <%s>",
            tostring(is), type(is), tostring(expected), type(expected)), message)
    end
end

-- a class: new() makes objects and subclasses alike
local function class(base)
    local self = setmetatable({}, base and { __index = base })
    function self:new(o)
        o = o or {}
        setmetatable(o, { __index = self })
        return o
    end
    return self
end

M.BaseTest = class()

function M.BaseTest:setUp() end

function M.BaseTest:tearDown() end

local COMMANDS = {
    [0] = "SLEEP", "QUIT", "INIT_DB", "QUERY", "FIELD_LIST", "CREATE_DB", "DROP_DB", "REFRESH", "SHUTDOWN",
    "STATISTICS",
    "PROCESS_INFO", "CONNECT", "PROCESS_KILL", "DEBUG", "PING", "TIME", "DELAYED_INSERT", "CHANGE_USER", "BINLOG_DUMP",
    "TABLE_DUMP", "CONNECT_OUT", "REGISTER_SLAVE", "STMT_PREPARE", "STMT_EXECUTE", "STMT_SEND_LONG_DATA", "STMT_CLOSE",
    "STMT_RESET", "SET_OPTION", "STMT_FETCH", "DAEMON",
}

local CONSTANTS = {
    PROXY_VERSION = 0x00805, PROXY_SEND_QUERY = 1, PROXY_SEND_RESULT = 2, PROXY_IGNORE_RESULT = 4,
    MYSQLD_PACKET_OK = 0, MYSQLD_PACKET_RAW = 250, MYSQLD_PACKET_EOF = 254, MYSQLD_PACKET_ERR = 255,
    BACKEND_STATE_UNKNOWN = 0, BACKEND_STATE_UP = 1, BACKEND_STATE_DOWN = 2,
    BACKEND_TYPE_UNKNOWN = 0, BACKEND_TYPE_RW = 1, BACKEND_TYPE_RO = 2,
    MYSQL_TYPE_DECIMAL = 0, MYSQL_TYPE_TINY = 1, MYSQL_TYPE_SHORT = 2, MYSQL_TYPE_LONG = 3, MYSQL_TYPE_FLOAT = 4,
    MYSQL_TYPE_DOUBLE = 5, MYSQL_TYPE_NULL = 6, MYSQL_TYPE_TIMESTAMP = 7, MYSQL_TYPE_LONGLONG = 8, MYSQL_TYPE_INT24 = 9,
    MYSQL_TYPE_DATE = 10, MYSQL_TYPE_TIME = 11, MYSQL_TYPE_DATETIME = 12, MYSQL_TYPE_YEAR = 13, MYSQL_TYPE_NEWDATE = 14,
    MYSQL_TYPE_BIT = 16, MYSQL_TYPE_NEWDECIMAL = 246, MYSQL_TYPE_ENUM = 247, MYSQL_TYPE_SET = 248,
    MYSQL_TYPE_TINY_BLOB = 249, MYSQL_TYPE_MEDIUM_BLOB = 250, MYSQL_TYPE_LONG_BLOB = 251, MYSQL_TYPE_BLOB = 252,
    MYSQL_TYPE_VAR_STRING = 253, MYSQL_TYPE_STRING = 254, MYSQL_TYPE_GEOMETRY = 255,
}

local Queries = class()

function Queries:append(id, query, attr)
    self.data[#self.data + 1] = { id = id, query = query, attr = attr }
end

function Queries:prepend(id, query, attr)
    table.insert(self.data, 1, { id = id, query = query, attr = attr })
end

function Queries:reset()
    self.data = {}
end

function Queries:len()
    return #self.data
end

M.ProxyBaseTest = class(M.BaseTest)

-- replaces the global `proxy`; ProxyBaseTest.setDefaultScope() will do too
function M.ProxyBaseTest.setDefaultScope()
    local mock = {
        global = { config = {} },
        queries = Queries:new({ data = {} }),
        connection = { server = {}, client = {} },
        response = {},
    }
    for name, value in pairs(CONSTANTS) do
        mock[name] = value
    end
    for code, name in pairs(COMMANDS) do
        mock["COM_" .. name] = code
    end
    _G.proxy = setmetatable(mock, {
        __index = function(_, key)
            error("proxy.[" .. tostring(key) .. "] is unknown, please adjust the mock here", 2)
        end,
    })
end

M.Result = class()

function M.Result:new(o)
    o = o or {}
    o.passed = o.passed or 0
    o.failed = o.failed or 0
    o.failed_tests = o.failed_tests or {}
    return setmetatable(o, { __index = self })
end

local function sorted_keys(tbl)
    local keys = {}
    for key in pairs(tbl) do
        if type(key) == "string" then
            keys[#keys + 1] = key
        end
    end
    table.sort(keys)
    return keys
end

function M.Result:print()
    if self.failed > 0 then
        local row, line = "%-20s %-20s %-20s", string.rep("-", 63)
        print("FAILED TESTS:")
        print(string.format(row, "Class", "Testname", "Message"))
        print(line)
        for _, name in ipairs(sorted_keys(self.failed_tests)) do
            for _, method in ipairs(sorted_keys(self.failed_tests[name])) do
                local failure = self.failed_tests[name][method]
                print(string.format(row, name, method, failure.message) .. "\n" .. failure.trace)
                print(line)
            end
        end
    end
    local all = self.passed + self.failed
    local percent = all > 0 and self.passed * 100 / all or 0
    print(string.format("%.02f%%, %d passed, %d failed", percent, self.passed, self.failed))
end

M.Suite = class()

function M.Suite:new(o)
    if not (o and o.result) then
        error("Suite:new(...) has be called with result = Result:new() to init the result handler")
    end
    return setmetatable(o, { __index = self })
end

function M.Suite:run_test(name, test, method)
    local ok, problem = pcall(function()
        test:setUp()
        test[method](test)
    end)
    local torn, why = pcall(test.tearDown, test)
    if ok and not torn then
        ok, problem = torn, why
    end
    local result = self.result
    if ok then
        result.passed = result.passed + 1
        return
    end
    result.failed = result.failed + 1
    result.failed_tests[name] = result.failed_tests[name] or {}
    if type(problem) ~= "table" then
        problem = { message = "compile error", trace = tostring(problem) }
    end
    result.failed_tests[name][method] = problem
end

-- runs the classes of these names, or all that there are
function M.Suite:run(names)
    if type(names) == "string" then
        names = { names }
    elseif names == nil then
        names = {}
        for _, name in ipairs(sorted_keys(_G)) do
            if name:sub(1, 4) == "Test" and type(_G[name]) == "table" then
                names[#names + 1] = name
            end
        end
    end
    for _, name in ipairs(names) do
        local tests = rawget(_G, name)
        if type(tests) ~= "table" then
            error("Class " .. name .. " isn't known")
        end
        local instance = tests:new()
        for _, method in ipairs(sorted_keys(tests)) do
            if type(tests[method]) == "function" and method:sub(1, 4) == "test" then
                self:run_test(name, instance, method)
            end
        end
    end
end

function M.Suite:exit_code()
    return self.result.failed == 0 and 0 or 1
end

-- outside of the proxy: proxy.test.Suite and so on, as in a script
if rawget(_G, "proxy") == nil then
    _G.proxy = { test = M }
end

return M
