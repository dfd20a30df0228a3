--[[
    The pool of server connections, from the inside.

    backend_ndx = 0     parks the server connection, logged in as it is, in the pool of its backend
    backend_ndx = n     takes an idle one of backend n, if there is one for this user; the one held so far is parked
    server.is_fresh     whether nothing of this client is on the connection yet: newly opened, or reset
    pool.min_idle_connections   so many stay with their user before others may have one
    pool.max_idle_connections   what is parked beyond it is closed; 0 is no limit

    Here every statement is run on the next backend of those that have a connection to offer. (A script for real work
    also looks after the default database and what else belongs to a connection: see tutorial-keepalive.lua.)

        SHOW POOL           the backends and their idle connections
--]]

local min_idle_connections = 1
local max_idle_connections = 4

local function idle_of(backend, user)
    return backend.pool.users[user].cur_idle_connections
end

function connect_server()
    for i = 1, #proxy.global.backends do
        local pool = proxy.global.backends[i].pool
        pool.min_idle_connections = min_idle_connections
        pool.max_idle_connections = max_idle_connections
    end
    -- new clients in turns; each opens a connection of its own, which lasts longer than the client
    proxy.global.pooling_turn = (proxy.global.pooling_turn or 0) % #proxy.global.backends + 1
    proxy.connection.backend_ndx = proxy.global.pooling_turn
end

function read_auth_result(auth)
    if auth.packet:byte() == proxy.MYSQLD_PACKET_OK then
        proxy.connection.backend_ndx = 0
    end
end

local function show_pool()
    local user = proxy.connection.client.username
    local rows = {}
    for i = 1, #proxy.global.backends do
        local backend = proxy.global.backends[i]
        rows[i] = {i, backend.dst.name, idle_of(backend, user), backend.pool.max_idle_connections}
    end
    proxy.response = {
        type = proxy.MYSQLD_PACKET_OK,
        resultset = {
            fields = {
                {type = proxy.MYSQL_TYPE_LONG, name = "backend_ndx"},
                {type = proxy.MYSQL_TYPE_STRING, name = "address"},
                {type = proxy.MYSQL_TYPE_LONG, name = "idle"},
                {type = proxy.MYSQL_TYPE_LONG, name = "max_idle"},
            },
            rows = rows,
        },
    }
    return proxy.PROXY_SEND_RESULT
end

--- tries the backends behind the last one; true when a connection is there
local function take_next()
    local user = proxy.connection.client.username
    local count = #proxy.global.backends
    for step = 1, count do
        local ndx = ((proxy.last_ndx or 0) + step - 1) % count + 1
        if idle_of(proxy.global.backends[ndx], user) > 0 then
            proxy.connection.backend_ndx = ndx
            if proxy.connection.server then
                proxy.last_ndx = ndx
                return true
            end
        end
    end
    return false
end

function read_query(packet)
    local command = packet:byte()
    if command == proxy.COM_QUERY and packet:sub(2):upper():match("^%s*SHOW%s+POOL%s*$") then
        return show_pool()
    elseif command == proxy.COM_QUIT then
        proxy.response = {type = proxy.MYSQLD_PACKET_OK}
        return proxy.PROXY_SEND_RESULT
    end
    if not proxy.connection.server and not take_next() then
        proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = "(pooling) no server connection is free"}
        return proxy.PROXY_SEND_RESULT
    end
    print(string.format("backend %d: thread %d, fresh = %s",
        proxy.connection.backend_ndx,
        proxy.connection.server.thread_id,
        tostring(proxy.connection.server.is_fresh)))

    if command ~= proxy.COM_QUERY and command ~= proxy.COM_PING then
        return -- anything else stays where it is
    end
    proxy.queries:append(1, packet, {resultset_is_needed = true})
    return proxy.PROXY_SEND_QUERY
end

function read_query_result(inj)
    local result = inj.resultset
    if result.raw:byte() ~= proxy.MYSQLD_PACKET_ERR and not result.flags.in_trans then
        proxy.connection.backend_ndx = 0
    end
end

function disconnect_client()
    proxy.connection.backend_ndx = 0
end
