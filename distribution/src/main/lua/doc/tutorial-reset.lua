--[[
    Commands and types that are younger than MySQL 5.5, and the packet that asks for another login method.

    COM_RESET_CONNECTION makes a connection as new, without a new login: user variables, temporary tables, locks and
    prepared statements are gone. A client that does not know the command can say

        RESET CONNECTION
--]]

local RESET = 1
local CLIENTS = 2

local young_types = {
    [proxy.MYSQL_TYPE_VARCHAR] = "VARCHAR",
    [proxy.MYSQL_TYPE_TIMESTAMP2] = "TIMESTAMP2",
    [proxy.MYSQL_TYPE_DATETIME2] = "DATETIME2",
    [proxy.MYSQL_TYPE_TIME2] = "TIME2",
    [proxy.MYSQL_TYPE_TYPED_ARRAY] = "TYPED_ARRAY",
    [proxy.MYSQL_TYPE_VECTOR] = "VECTOR",
    [proxy.MYSQL_TYPE_JSON] = "JSON",
}

local young_commands = {
    [proxy.COM_BINLOG_DUMP_GTID] = "COM_BINLOG_DUMP_GTID",
    [proxy.COM_RESET_CONNECTION] = "COM_RESET_CONNECTION",
    [proxy.COM_CLONE] = "COM_CLONE",
    [proxy.COM_STMT_BULK_EXECUTE] = "COM_STMT_BULK_EXECUTE",
}

function read_auth_result(auth)
    if auth.packet:byte() == proxy.MYSQLD_PACKET_EOF then
        print("the server wants another method: " .. auth.packet:match("^(%Z*)", 2))
    end
end

function read_query(packet)
    local command = packet:byte()
    if young_commands[command] then
        print("a young command: " .. young_commands[command])
        return
    elseif command ~= proxy.COM_QUERY then
        return
    end
    if packet:sub(2):upper():match("^%s*RESET%s+CONNECTION%s*$") then
        proxy.queries:append(RESET, string.char(proxy.COM_RESET_CONNECTION), {resultset_is_needed = true})
    else
        proxy.queries:append(CLIENTS, packet, {resultset_is_needed = true})
    end
    return proxy.PROXY_SEND_QUERY
end

function read_query_result(inj)
    local result = inj.resultset
    if inj.id == RESET then
        local done = result.raw:byte() == proxy.MYSQLD_PACKET_OK
        print("the connection is reset: " .. tostring(done))
        return
    end
    for i = 1, #result.fields do
        local name = young_types[result.fields[i].type]
        if name then
            print("a young type: " .. tostring(result.fields[i].name) .. " is " .. name)
        end
    end
end
