-- proxy.commands: takes a command packet apart.
--
--   local commands = require("proxy.commands")
--   local cmd      = commands.parse(packet)       -- { type = 3, type_name = "COM_QUERY", query = "SELECT 1" }
--   print(commands.pretty_print(cmd))             -- [COM_QUERY] SELECT 1

local M = {}

local NAMES = {
    [0] = "COM_SLEEP",
    "COM_QUIT",
    "COM_INIT_DB",
    "COM_QUERY",
    "COM_FIELD_LIST",
    "COM_CREATE_DB",
    "COM_DROP_DB",
    "COM_REFRESH",
    "COM_SHUTDOWN",
    "COM_STATISTICS",
    "COM_PROCESS_INFO",
    "COM_CONNECT",
    "COM_PROCESS_KILL",
    "COM_DEBUG",
    "COM_PING",
    "COM_TIME",
    "COM_DELAYED_INSERT",
    "COM_CHANGE_USER",
    "COM_BINLOG_DUMP",
    "COM_TABLE_DUMP",
    "COM_CONNECT_OUT",
    "COM_REGISTER_SLAVE",
    "COM_STMT_PREPARE",
    "COM_STMT_EXECUTE",
    "COM_STMT_SEND_LONG_DATA",
    "COM_STMT_CLOSE",
    "COM_STMT_RESET",
    "COM_SET_OPTION",
    "COM_STMT_FETCH",
    "COM_DAEMON",
    "COM_BINLOG_DUMP", -- with GTIDs
    "COM_RESET_CONNECTION",
}

-- the field that takes the rest of the packet
local TEXT_FIELD = {
    COM_QUERY = "query",
    COM_STMT_PREPARE = "query",
    COM_INIT_DB = "schema",
    COM_CREATE_DB = "schema",
    COM_DROP_DB = "schema",
    COM_SET_OPTION = "option",
}

local HAS_STATEMENT_ID = { COM_STMT_EXECUTE = true, COM_STMT_CLOSE = true }

local PRINTED_BARE = { COM_QUIT = true, COM_PING = true, COM_SHUTDOWN = true, COM_FIELD_LIST = true }

function M.parse(packet)
    local command = {}
    local code = packet:byte()
    if code == nil then
        return command
    end
    local name = NAMES[code]
    command.type = code
    command.type_name = name

    if TEXT_FIELD[name] then
        command[TEXT_FIELD[name]] = packet:sub(2)
    elseif name == "COM_FIELD_LIST" then
        command.table = packet:sub(2):match("^[^%z]*")
    elseif HAS_STATEMENT_ID[name] then
        local a, b, c, d = packet:byte(2, 5)
        if d then
            command.stmt_handler_id = a + b * 256 + c * 65536 + d * 16777216
        end
    elseif name == nil then
        print("[debug] (command) unhandled type name:nil byte:" .. code)
    end
    return command
end

-- one line for a log
function M.pretty_print(command)
    local name = command.type_name
    local head = "[" .. tostring(name or command.type) .. "]"
    if name == "COM_QUERY" or name == "COM_STMT_PREPARE" then
        return head .. " " .. tostring(command.query)
    elseif name == "COM_INIT_DB" then
        return head .. " " .. tostring(command.schema)
    elseif name == "COM_STMT_EXECUTE" then
        return head .. " " .. tostring(command.stmt_handler_id)
    elseif PRINTED_BARE[name] then
        return head
    end
    return head .. " ... no idea"
end

return M
