--[[
    Keeps server connections open and shares them: a client has one only while it needs one.

    After the login, and after each statement outside a transaction, the server connection goes into the pool of its
    backend (backend_ndx = 0); the next statement of anybody takes one out (backend_ndx = n). What a connection must
    remember from statement to statement - user variables, temporary tables, locks, prepared statements - binds its
    client to it for good.
--]]

local min_idle_connections = 4
local max_idle_connections = 8
local is_debug = true

local CLIENTS = 1
local INIT_DB = 2

--- commands without an answer that could be waited for, and one that is a login
local passed = {
    [proxy.COM_STMT_CLOSE] = true,
    [proxy.COM_STMT_SEND_LONG_DATA] = true,
    [proxy.COM_BINLOG_DUMP] = true,
    [proxy.COM_CHANGE_USER] = true,
}

--- what we know of this connection: in the table that each connection has for itself
local function state()
    proxy.keepalive = proxy.keepalive or {in_transaction = false, bound = false}
    return proxy.keepalive
end

local function debug(text)
    if is_debug then
        print(text)
    end
end

local function idle_of(backend, user)
    return backend.pool.users[user].cur_idle_connections
end

function connect_server()
    local least_ndx, least_idle = 0, 0
    debug("[connect_server] ")

    for i = 1, #proxy.global.backends do
        local backend = proxy.global.backends[i]
        local idle = idle_of(backend, "")

        debug("  [" .. i .. "].connected_clients = " .. backend.connected_clients)
        debug("  [" .. i .. "].idling_connections = " .. idle)
        debug("  [" .. i .. "].type = " .. backend.type)
        debug("  [" .. i .. "].state = " .. backend.state)

        if backend.state ~= proxy.BACKEND_STATE_DOWN then
            if idle == 0 then
                proxy.connection.backend_ndx = i
                debug("  [" .. i .. "] open new connection")
                return
            end
            if least_ndx == 0 or (idle < min_idle_connections and idle < least_idle) then
                least_ndx, least_idle = i, idle
            end
        end
    end

    if least_ndx > 0 then
        proxy.connection.backend_ndx = least_ndx
    end
    if least_idle >= min_idle_connections and proxy.connection.server then
        debug("  using pooled connection from: " .. least_ndx)
        return proxy.PROXY_IGNORE_RESULT
    end
    debug("  opening new connection on: " .. least_ndx)
end

function read_auth_result(auth)
    local first = auth.packet:byte()
    if first == proxy.MYSQLD_PACKET_OK then
        proxy.connection.backend_ndx = 0
    elseif first == 254 then
        debug("(read_auth_result) ... not ok yet")
    end
end

--- whether a statement leaves something behind in its connection
local function binds(packet)
    if packet:byte() ~= proxy.COM_QUERY then
        return packet:byte() == proxy.COM_STMT_PREPARE
    end
    local text = packet:sub(2):upper()
    return text:find("@", 1, true)
        or text:find("TEMPORARY", 1, true)
        or text:find("GET_LOCK", 1, true)
        or text:find("SQL_CALC_FOUND_ROWS", 1, true)
        or text:match("^%s*LOCK%s")
        or text:match("^%s*SET%s")
        or text:match("^%s*PREPARE%s")
        or text:match("^%s*FLUSH%s")
        or text:match("^%s*HANDLER%s")
        or text:match("^%s*USE%s")
end

local function take_a_connection()
    local user = proxy.connection.client.username
    for i = 1, #proxy.global.backends do
        local backend = proxy.global.backends[i]
        if backend.type == proxy.BACKEND_TYPE_RW
            and backend.state ~= proxy.BACKEND_STATE_DOWN
            and idle_of(backend, user) > 0 then
            proxy.connection.backend_ndx = i
            return proxy.connection.server ~= nil
        end
    end
    return false
end

function read_query(packet)
    if packet:byte() == proxy.COM_QUIT then
        -- the client goes, the connection stays
        proxy.response = {type = proxy.MYSQLD_PACKET_OK}
        return proxy.PROXY_SEND_RESULT
    end

    if proxy.connection.backend_ndx == 0 and not take_a_connection() then
        proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = "(keepalive) no server connection is free"}
        return proxy.PROXY_SEND_RESULT
    end
    local client_db = proxy.connection.client.default_db
    debug("[read_query]")
    debug("  authed backend = " .. proxy.connection.backend_ndx)
    debug("  used db = " .. tostring(client_db))

    if binds(packet) then
        state().bound = true
    end
    if passed[packet:byte()] then
        return
    end
    if packet:byte() ~= proxy.COM_INIT_DB
        and client_db and client_db ~= "" and client_db ~= proxy.connection.server.default_db then
        proxy.queries:append(INIT_DB, string.char(proxy.COM_INIT_DB) .. client_db, {resultset_is_needed = true})
    end
    proxy.queries:append(CLIENTS, packet, {resultset_is_needed = true})
    return proxy.PROXY_SEND_QUERY
end

function read_query_result(inj)
    local resultset = inj.resultset
    local failed = resultset.raw:byte() == proxy.MYSQLD_PACKET_ERR

    if inj.id ~= CLIENTS then
        if failed then
            -- the statement would run in another database: the client gets this error, the queue ends here
            proxy.queries:reset()
            return
        end
        return proxy.PROXY_IGNORE_RESULT
    end

    local mine = state()
    if not failed then
        -- an error does not say whether the transaction goes on: it does as it was
        mine.in_transaction = resultset.flags.in_trans
    end
    if not mine.in_transaction and not mine.bound then
        proxy.connection.backend_ndx = 0
    end
end

--- a client that still holds a connection takes it along; else one that is too many goes with it
function disconnect_client()
    debug("[disconnect_client]")
    if proxy.connection.backend_ndx ~= 0 then
        return
    end
    for i = 1, #proxy.global.backends do
        local backend = proxy.global.backends[i]
        local idle = idle_of(backend, "")
        if backend.state ~= proxy.BACKEND_STATE_DOWN and idle > max_idle_connections then
            proxy.connection.backend_ndx = i
            debug("  [" .. i .. "] closing connection, idling: " .. idle)
            return
        end
    end
end
