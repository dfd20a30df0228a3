-- admin-sql: turns magic texts into commands of the protocol, to see what a server makes of them.
--
--   mysql-proxy --proxy-lua-script=share/doc/mysql-proxy/admin-sql.lua
--   mysql> PING
--
-- The texts are compared as they are: PING, not ping. COMMIT SUICIDE stops the server.

local function packet(command, payload)
    return { command = command, payload = payload or "" }
end

local ONE = "\1\0\0\0"

local PACKETS = {
    ["COMMIT SUICIDE"] = packet(proxy.COM_SHUTDOWN),
    ["PING"] = packet(proxy.COM_PING),
    ["STATISTICS"] = packet(proxy.COM_STATISTICS),
    ["PROCINFO"] = packet(proxy.COM_PROCESS_INFO),
    ["TIME"] = packet(proxy.COM_TIME),
    ["DEBUG"] = packet(proxy.COM_DEBUG),
    ["PROCKILL"] = packet(proxy.COM_PROCESS_KILL),
    ["SETOPT"] = packet(proxy.COM_SET_OPTION),
    ["BINLOGDUMP"] = packet(proxy.COM_BINLOG_DUMP),
    -- position, flags, server id, file name
    ["BINLOGDUMP1"] = packet(proxy.COM_BINLOG_DUMP, "\4\0\0\0" .. "\0\0" .. "\2\0\0\0" .. "\0"),
    ["REGSLAVE"] = packet(proxy.COM_REGISTER_SLAVE),
    -- server id; host, user, password; port; rank; id of the source
    ["REGSLAVE1"] = packet(proxy.COM_REGISTER_SLAVE, ONE .. "\0" .. "\0" .. "\0" .. "\1\0" .. "\0\0\0\0" .. ONE),
    ["PREP"] = packet(proxy.COM_STMT_PREPARE),
    ["PREP1"] = packet(proxy.COM_STMT_PREPARE, "SELECT ?"),
    ["EXEC"] = packet(proxy.COM_STMT_EXECUTE),
    -- statement, flags, iterations, NULLs, new parameters; their types; their values
    ["EXEC1"] = packet(proxy.COM_STMT_EXECUTE, ONE .. "\0" .. ONE .. "\0" .. "\1" .. "\254\0" .. "\0041234"),
    ["DEAL"] = packet(proxy.COM_STMT_CLOSE),
    ["DEAL1"] = packet(proxy.COM_STMT_CLOSE, ONE),
    ["RESET"] = packet(proxy.COM_STMT_RESET),
    ["RESET1"] = packet(proxy.COM_STMT_RESET, ONE),
    ["FETCH"] = packet(proxy.COM_STMT_FETCH),
    ["FETCH1"] = packet(proxy.COM_STMT_FETCH, ONE .. "\128\0\0\0"),
    ["FLIST"] = packet(proxy.COM_FIELD_LIST),
    ["FLIST1"] = packet(proxy.COM_FIELD_LIST, "t1\0id\0\0\0"),
    ["TDUMP"] = packet(proxy.COM_TABLE_DUMP),
    ["TDUMP1"] = packet(proxy.COM_TABLE_DUMP, "\4test" .. "\2t1"),
    ["TDUMP2"] = packet(proxy.COM_TABLE_DUMP, "\4test" .. "\2t2"),
}

-- answers that a client which sent a COM_QUERY can't take as they are
local ANSWERED_BY_OK = {
    [proxy.COM_SHUTDOWN] = true,
    [proxy.COM_SET_OPTION] = true,
    [proxy.COM_BINLOG_DUMP] = true,
    [proxy.COM_STMT_PREPARE] = true,
    [proxy.COM_STMT_FETCH] = true,
    [proxy.COM_FIELD_LIST] = true,
    [proxy.COM_TABLE_DUMP] = true,
    [proxy.COM_DEBUG] = true,
}
local FORWARDED = {
    [proxy.COM_PING] = true,
    [proxy.COM_TIME] = true,
    [proxy.COM_PROCESS_KILL] = true,
    [proxy.COM_REGISTER_SLAVE] = true,
    [proxy.COM_STMT_EXECUTE] = true,
    [proxy.COM_STMT_RESET] = true,
    [proxy.COM_PROCESS_INFO] = true,
}

local function answer_ok()
    proxy.response = { type = proxy.MYSQLD_PACKET_OK }
    return proxy.PROXY_SEND_RESULT
end

function read_query(query)
    if query:byte() ~= proxy.COM_QUERY then
        return
    end
    local magic = PACKETS[query:sub(2)]
    if not magic then
        return
    end
    if magic.command == proxy.COM_STMT_CLOSE then
        -- A server doesn't answer it, so nobody would answer the client either: the OK is ours.
        return answer_ok()
    end
    proxy.queries:append(magic.command, string.char(magic.command) .. magic.payload, { resultset_is_needed = true })
    return proxy.PROXY_SEND_QUERY
end

function read_query_result(inj)
    local raw = inj.resultset.raw
    if FORWARDED[inj.id] then
        return
    elseif ANSWERED_BY_OK[inj.id] then
        if raw:byte() ~= proxy.MYSQLD_PACKET_ERR then
            return answer_ok()
        end
        return
    elseif inj.id == proxy.COM_STATISTICS then
        proxy.response = {
            type = proxy.MYSQLD_PACKET_OK,
            resultset = {
                fields = { { name = "statisitics", type = proxy.MYSQL_TYPE_STRING } },
                rows = { { raw } },
            },
        }
        return proxy.PROXY_SEND_RESULT
    end
    print(string.format("got: %q", raw))
    proxy.response = { type = proxy.MYSQLD_PACKET_ERR }
    return proxy.PROXY_SEND_RESULT
end
