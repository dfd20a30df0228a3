-- proxy.auto-config: lets a client see and change the options in proxy.global.config.
--
--   PROXY SHOW CONFIG
--   PROXY SET GLOBAL <module>.<option> = <value>       "text", a whole number, true or false
--   PROXY SAVE CONFIG INTO "<file>"
--   PROXY LOAD CONFIG FROM "<file>"
--
-- In a script:
--
--   local auto_config = require("proxy.auto-config")
--   proxy.global.config.mine = proxy.global.config.mine or { limit = 10 }
--   function read_query(packet)
--       local handled = auto_config.handle(commands.parse(packet))
--       if handled then return handled end
--
-- Any client can send these statements. SAVE replaces only what SAVE wrote, and LOAD runs the file with nothing in
-- reach; to restrict them further:
--
--   auto_config.files = false               no SAVE and no LOAD           (or MYSQL_PROXY_CONFIG_FILES=off)
--   auto_config.directory = "/var/lib/x"    only files in this directory  (or MYSQL_PROXY_CONFIG_DIR=/var/lib/x)

local M = {}

M.files = os.getenv("MYSQL_PROXY_CONFIG_FILES") ~= "off"
M.directory = os.getenv("MYSQL_PROXY_CONFIG_DIR")

local LONGEST = 128
local HEADER = "-- options of mysql-proxy\n"

-- "SHOW CONFIG" -> a pattern that takes either case and any blanks
local function words(text)
    local pattern = text:gsub("%a", function(letter)
        return "[" .. letter:upper() .. letter:lower() .. "]"
    end)
    return (pattern:gsub(" ", "[ \t\n]+"))
end

local NAME = "([%a_][%w_]*)"
local SHOW = "^" .. words("PROXY SHOW CONFIG") .. "$"
local SET = "^" .. words("PROXY SET GLOBAL ") .. NAME .. "%." .. NAME .. "[ \t\n]*=[ \t\n]*(.+)$"
local SAVE = "^" .. words("PROXY SAVE CONFIG INTO ") .. '"([^"]+)"$'
local LOAD = "^" .. words("PROXY LOAD CONFIG FROM ") .. '"([^"]+)"$'

local function answer_error(message)
    proxy.response = { type = proxy.MYSQLD_PACKET_ERR, errmsg = message }
    return proxy.PROXY_SEND_RESULT
end

local function answer_ok(affected_rows)
    proxy.response = { type = proxy.MYSQLD_PACKET_OK, affected_rows = affected_rows }
    return proxy.PROXY_SEND_RESULT
end

local function sorted_keys(tbl)
    local keys = {}
    for key in pairs(tbl) do
        keys[#keys + 1] = key
    end
    table.sort(keys, function(a, b)
        if type(a) == type(b) and type(a) ~= "boolean" then
            return a < b
        end
        return tostring(a) < tostring(b)
    end)
    return keys
end

local function show(config)
    local rows = {}
    for _, module in ipairs(sorted_keys(config)) do
        local options = config[module]
        if type(options) == "table" then
            for _, option in ipairs(sorted_keys(options)) do
                local value = options[option]
                rows[#rows + 1] = { tostring(module), tostring(option), tostring(value), type(value) }
            end
        end
    end
    local fields = {}
    for i, name in ipairs({ "module", "option", "value", "type" }) do
        fields[i] = { name = name, type = proxy.MYSQL_TYPE_STRING }
    end
    proxy.response = { type = proxy.MYSQLD_PACKET_OK, resultset = { fields = fields, rows = rows } }
    return proxy.PROXY_SEND_RESULT
end

-- the value a literal stands for, nil if it is none
local function literal(text)
    if text == "true" then
        return true
    elseif text == "false" then
        return false
    elseif text:find("^-?%d+$") then
        return tonumber(text)
    end
    return text:match('^"([^"]*)"$')
end

local SETTABLE = { number = true, string = true, boolean = true }

local function set(config, module, option, value)
    local options = rawget(config, module)
    if type(options) ~= "table" then
        return answer_error("module not known")
    end
    local old = options[option]
    if old == nil then
        return answer_error("option not know")
    elseif not SETTABLE[type(old)] then
        return answer_error("(auto-config) type: " .. type(old) .. " isn't handled yet")
    elseif type(old) ~= type(value) then
        return answer_error("(auto-config) expected a " .. type(old) .. ", got " .. type(value))
    end
    options[option] = value
    return answer_ok(1)
end

local function number_text(value)
    if value ~= value then
        return "0/0"
    elseif value == 1 / 0 or value == -1 / 0 then
        return value > 0 and "1/0" or "-1/0"
    end
    return string.format("%.17g", value)
end

-- appends the Lua text of a value; what has no text is left out by the caller
local function write_value(out, value, indent, above)
    local kind = type(value)
    if kind == "string" then
        out[#out + 1] = string.format("%q", value)
    elseif kind == "number" then
        out[#out + 1] = number_text(value)
    elseif kind == "boolean" then
        out[#out + 1] = tostring(value)
    else
        if above[value] then
            error("a table that contains itself can't be saved", 0)
        end
        above[value] = true
        out[#out + 1] = "{\n"
        for _, key in ipairs(sorted_keys(value)) do
            local item = value[key]
            if (SETTABLE[type(item)] or type(item) == "table") and (type(key) == "string" or type(key) == "number") then
                out[#out + 1] = indent .. "  ["
                write_value(out, key, "", above)
                out[#out + 1] = "] = "
                write_value(out, item, indent .. "  ", above)
                out[#out + 1] = ",\n"
            end
        end
        out[#out + 1] = indent .. "}"
        above[value] = nil
    end
end

-- nil, or why this file may not be touched
local function refused(file)
    if not M.files then
        return "saving and loading of the configuration is switched off"
    end
    local directory = M.directory
    if directory and directory ~= "" then
        local prefix = directory:gsub("/*$", "/", 1)
        if file:sub(1, #prefix) ~= prefix or ("/" .. file .. "/"):find("/../", 1, true) then
            return "configuration files have to be in " .. prefix
        end
    end
    return nil
end

-- writes all options as a Lua table: true, or false and why not
function M.save(config, file)
    local reason = refused(file)
    if reason then
        return false, reason
    end
    local out = { HEADER, "return " }
    local written, message = pcall(write_value, out, config, "", {})
    if not written then
        return false, message
    end
    out[#out + 1] = "\n"

    local old = io.open(file, "r")
    if old then
        local head = old:read(#HEADER)
        old:close()
        if head and head ~= HEADER then
            return false, file .. ": exists, and is no saved configuration"
        end
    end

    local handle
    handle, message = io.open(file, "w")
    if not handle then
        return false, message
    end
    local ok
    ok, message = handle:write(table.concat(out))
    if not ok then
        handle:close()
        return false, message
    end
    ok, message = handle:close()
    if not ok then
        return false, message
    end
    return true
end

-- takes over the options of a file: true, or false and why not
function M.load(config, file)
    local reason = refused(file)
    if reason then
        return false, reason
    end
    local handle, message = io.open(file, "r")
    if not handle then
        return false, "cannot open " .. message
    end
    local text
    text, message = handle:read("*a")
    handle:close()
    if not text then
        return false, "cannot read " .. file .. ": " .. tostring(message)
    end
    if text:byte() == 27 then
        return false, file .. ": is no text"
    end
    local chunk
    chunk, message = loadstring(text, "@" .. file)
    if not chunk then
        return false, message
    end
    local ok, loaded = pcall(setfenv(chunk, {}))
    if not ok then
        return false, tostring(loaded)
    elseif type(loaded) ~= "table" then
        return false, file .. ": expected a table, got " .. type(loaded)
    end
    for module, options in pairs(loaded) do
        if type(options) == "table" then
            local own = rawget(config, module)
            if type(own) ~= "table" then
                config[module] = options
            else
                for option, value in pairs(options) do
                    own[option] = value
                end
            end
        end
    end
    return true
end

local function answer_file(ok, message)
    if ok then
        return answer_ok(0)
    end
    return answer_error(message)
end

-- PROXY_SEND_RESULT if the command was one of ours, else nil; handle(cmd) means handle(proxy.global.config, cmd)
function M.handle(config, cmd)
    if cmd == nil then
        config, cmd = proxy.global.config, config
    end
    local query = cmd.query
    if cmd.type ~= proxy.COM_QUERY or #query > LONGEST then
        return nil
    end
    local first = query:byte()
    if first ~= 80 and first ~= 112 then -- P p
        return nil
    end
    if query:find(SHOW) then
        return show(config)
    end
    local module, option, text = query:match(SET)
    if module then
        local value = literal(text)
        if value == nil then
            return nil
        end
        return set(config, module, option, value)
    end
    local file = query:match(SAVE)
    if file then
        return answer_file(M.save(config, file))
    end
    file = query:match(LOAD)
    if file then
        return answer_file(M.load(config, file))
    end
    return nil
end

-- proxy.global.config:handle(cmd) and so on; a table shared by threads takes no metatable, handle(cmd) does without
local methods = { handle = M.handle, load = M.load, save = M.save }
local metatable = getmetatable(proxy.global.config) or {}
metatable.__index = methods
pcall(setmetatable, proxy.global.config, metatable)

return M
