-- load-multi: loads and unloads other scripts while the proxy runs, and runs their hooks one after the other.
--
--   mysql-proxy --proxy-lua-script=share/doc/mysql-proxy/load-multi.lua
--   mysql> pload histogram;          -- histogram.lua in the working directory of the proxy
--   mysql> punload histogram;
--   mysql> pload_help;
--
-- The environment variables PLOAD, PUNLOAD and PLOAD_HELP give the commands other names; DEBUG = 1 prints what happens.
-- Any client may load any script that the proxy can read. To restrict that:
--
--   PLOAD_DIRECTORY=/usr/lib/my-scripts     scripts are looked for in this directory only
--   PLOAD_USERS=root,dba                    only these users may load and unload
--
-- A script's top level runs once, for all connections. For each hook the scripts are asked in the order they were
-- loaded, until one decides; the results of its queries go to that one.

local DEBUG = tonumber(os.getenv("DEBUG") or 0) or 0
local PLOAD = os.getenv("PLOAD") or "pload"
local PUNLOAD = os.getenv("PUNLOAD") or "punload"
local PLOAD_HELP = os.getenv("PLOAD_HELP") or "pload_help"
local DIRECTORY = os.getenv("PLOAD_DIRECTORY")
local USERS = os.getenv("PLOAD_USERS")

local global = proxy.global

global.handled_functions = global.handled_functions or {
    rq = "read_query",
    rqr = "read_query_result",
    cs = "connect_server",
    rh = "read_handshake",
    ra = "read_auth",
    rar = "read_auth_result",
    dc = "disconnect_client",
}
local ORDER = { "cs", "rh", "ra", "rar", "rq", "rqr", "dc" }

-- hook -> array of {name, handler}
global.loaded_handlers = global.loaded_handlers or {}
for k in pairs(global.handled_functions) do
    global.loaded_handlers[k] = global.loaded_handlers[k] or {}
end
-- module -> array of {func, id, ndx}
global.handler_status = global.handler_status or {}

-- ---------------------------------------------------------------- for the loaded scripts too

function global.print_debug(msg)
    if DEBUG > 0 then
        print(msg)
    end
end

function global.make_dataset(headers, rows)
    local fields = {}
    for i, name in ipairs(headers) do
        fields[i] = { type = proxy.MYSQL_TYPE_STRING, name = name }
    end
    proxy.response = {
        type = proxy.MYSQLD_PACKET_OK,
        resultset = { fields = fields, rows = rows },
    }
    return proxy.PROXY_SEND_RESULT
end

function global.simple_dataset(header, message)
    return global.make_dataset({ header }, { { message } })
end

-- a pattern for the beginning of a text: either case, leading blanks; with a word behind it if that is asked for
function global.make_regexp_from_command(cmd, options)
    local pattern = cmd:gsub(".", function(char)
        if char:find("%a") then
            return "[" .. char:upper() .. char:lower() .. "]"
        end
        return (char:gsub("%W", "%%%0"))
    end)
    pattern = "^%s*" .. pattern
    if options and options.capture then
        pattern = pattern .. "%s+(%S+)"
    end
    return pattern
end

-- ---------------------------------------------------------------- loading

local HELP_PATTERN = global.make_regexp_from_command(PLOAD_HELP)
local PUNLOAD_PATTERN = global.make_regexp_from_command(PUNLOAD, { capture = 1 })
local PLOAD_PATTERN = global.make_regexp_from_command(PLOAD, { capture = 1 })

-- where each module is in the arrays
local function note_positions()
    local status = {}
    for _, k in ipairs(ORDER) do
        for ndx, item in ipairs(global.loaded_handlers[k]) do
            status[item.name] = status[item.name] or {}
            table.insert(status[item.name], { func = global.handled_functions[k], id = k, ndx = ndx })
        end
    end
    global.handler_status = status
end

-- whether it was there
local function remove_module(name)
    local known = global.handler_status[name] ~= nil
    for _, k in ipairs(ORDER) do
        local handlers = global.loaded_handlers[k]
        for i = #handlers, 1, -1 do
            if handlers[i].name == name then
                table.remove(handlers, i)
            end
        end
    end
    note_positions()
    return known
end

-- the script's hooks, or nil and what is wrong with it
local function run_script(path, name)
    local file = io.open(path, "r")
    if not file then
        return nil, "file not found " .. name
    end
    local text = file:read("*a")
    file:close()
    if not text then
        return nil, "file not found " .. name
    elseif text:byte() == 27 then
        return nil, "script " .. name .. " is no text"
    end
    local chunk, message = loadstring(text, "@" .. path)
    if not chunk then
        return nil, message
    end
    local environment = setmetatable({}, { __index = _G })
    local ok
    ok, message = pcall(setfenv(chunk, environment))
    if not ok then
        return nil, tostring(message)
    end
    local hooks, found = {}, false
    for k, hook in pairs(global.handled_functions) do
        local handler = rawget(environment, hook)
        if type(handler) == "function" then
            hooks[k] = handler
            found = true
        end
    end
    if not found then
        return nil, "script " .. name .. " does not contain a proxy handled function"
    end
    return hooks
end

local function load_module(word)
    local name = word
    if not name:find(".lua$") then
        name = name .. ".lua"
    end
    local path = name
    if DIRECTORY then
        if name:find("/", 1, true) or name:find("\\", 1, true) then
            return global.simple_dataset("ERROR", 'load of "' .. word .. '" failed (not in the directory of scripts)')
        end
        path = DIRECTORY .. "/" .. name
    end
    local hooks, message = run_script(path, name)
    if not hooks then
        global.print_debug(message)
        return global.simple_dataset("ERROR", 'load of "' .. word .. '" failed (' .. message .. ")")
    end
    remove_module(word) -- loaded again: the new one counts
    for _, k in ipairs(ORDER) do
        if hooks[k] then
            table.insert(global.loaded_handlers[k], { name = word, handler = hooks[k] })
        end
    end
    note_positions()
    return global.simple_dataset("info", 'module "' .. word .. '" loaded')
end

local function may_load()
    if not USERS then
        return true
    end
    local user = proxy.connection.client.username
    for name in USERS:gmatch("[^,%s]+") do
        if name == user then
            return true
        end
    end
    return false
end

-- nil if it is no command of ours
local function command(query)
    if query:find(HELP_PATTERN) then
        return global.make_dataset({ "command", "description" }, {
            { PLOAD .. " module_name", "loads a given module" },
            { PUNLOAD .. " module_name", "unloads and existing module" },
            { PLOAD_HELP, "shows this help" },
        })
    end
    local unload = query:match(PUNLOAD_PATTERN)
    local load = not unload and query:match(PLOAD_PATTERN)
    local word = unload or load
    if not word then
        return nil
    end
    word = word:gsub(";+$", "")
    if not may_load() then
        return global.simple_dataset("ERROR", "not allowed to load scripts")
    elseif load then
        return load_module(word)
    end
    return global.simple_dataset(word, remove_module(word) and "unloaded" or "NOT FOUND")
end

-- ---------------------------------------------------------------- hooks

-- asks the scripts, in the order they were loaded: what the first one decides, and its name
local function dispatch(k, ...)
    -- a script may unload one while we are at it
    local handlers = {}
    for i, item in ipairs(global.loaded_handlers[k]) do
        handlers[i] = item
    end
    for _, item in ipairs(handlers) do
        global.print_debug("handling " .. global.handled_functions[k] .. " of " .. item.name)
        local result = item.handler(...)
        if result then
            return result, item.name
        end
    end
    return nil
end

function connect_server()
    return (dispatch("cs"))
end

function read_handshake(auth)
    return (dispatch("rh", auth))
end

function read_auth(auth)
    return (dispatch("ra", auth))
end

function read_auth_result(auth)
    return (dispatch("rar", auth))
end

function read_query(packet)
    if packet:byte() == proxy.COM_QUERY then
        local result = command(packet:sub(2))
        if result then
            return result
        end
    end
    local result, name = dispatch("rq", packet)
    -- a field of `proxy` is the connection's own
    proxy.load_multi_answering = name or false
    return result
end

function read_query_result(inj)
    local name = proxy.load_multi_answering
    for _, item in ipairs(global.loaded_handlers.rqr) do
        if item.name == name then
            return item.handler(inj)
        end
    end
end

function disconnect_client()
    return (dispatch("dc"))
end
