-- ro-pooling: clients share the connections to the primary, statement by statement.
--
--   mysql-proxy --proxy-lua-script=share/doc/mysql-proxy/ro-pooling.lua --proxy-backend-addresses=primary:3306
--
-- Between two statements a server connection waits in the pool, and another client may use it. A client keeps its
-- connection in a transaction, while autocommit is off, and once the connection has a state that is the client's:
-- prepared statements, user and session variables, temporary tables, locks. Such connections are closed with the
-- client.

local affinity = require("proxy.affinity")

local min_idle_connections = 4
local max_idle_connections = 8
local is_debug = false

local COM_QUIT, COM_INIT_DB, COM_QUERY, COM_CHANGE_USER, COM_BINLOG_DUMP = 1, 2, 3, 17, 18
local COM_STMT_PREPARE, COM_STMT_EXECUTE, COM_STMT_SEND_LONG_DATA, COM_STMT_CLOSE = 22, 23, 24, 25
local COM_SET_OPTION, COM_RESET_CONNECTION = 27, 31

local BUFFERED = { resultset_is_needed = true }

local function debug(message)
    if is_debug then
        print(message)
    end
end

-- what is known of this client; a field of `proxy` is the connection's own
local function get_session()
    local session = proxy.ro_pooling_session
    if not session then
        session = { in_transaction = false, pins = {}, statements = {} }
        proxy.ro_pooling_session = session
    end
    return session
end

local function must_stay(session)
    return session.in_transaction or next(session.pins) ~= nil or next(session.statements) ~= nil
end

-- gives the server connection to the pool; a full one would close it, and the client needs it again
local function release()
    local backend = proxy.global.backends[proxy.connection.backend_ndx]
    local user = proxy.connection.client.username
    if backend and backend.pool.users[user].cur_idle_connections < max_idle_connections then
        proxy.connection.backend_ndx = 0
    end
end

function connect_server()
    debug("[connect_server] ")
    local chosen, fewest = 0, nil
    for i = 1, #proxy.global.backends do
        local backend = proxy.global.backends[i]
        local pool = backend.pool
        local idle = pool.users[""].cur_idle_connections
        pool.min_idle_connections = min_idle_connections
        pool.max_idle_connections = max_idle_connections
        debug("  [" .. i .. "].connected_clients = " .. backend.connected_clients)
        debug("  [" .. i .. "].idling_connections = " .. idle)
        debug("  [" .. i .. "].type = " .. backend.type)
        debug("  [" .. i .. "].state = " .. backend.state)
        if backend.state ~= proxy.BACKEND_STATE_DOWN and backend.type == proxy.BACKEND_TYPE_RW then
            if idle == 0 then
                proxy.connection.backend_ndx = i
                debug("  [" .. i .. "] open new connection")
                return
            end
            if fewest == nil or (idle < min_idle_connections and idle < fewest) then
                chosen, fewest = i, idle
            end
        end
    end
    if chosen == 0 then
        return
    end
    proxy.connection.backend_ndx = chosen
    if proxy.connection.server and fewest >= min_idle_connections then
        debug("  using pooled connection from: " .. chosen)
        return proxy.PROXY_IGNORE_RESULT
    end
    debug("  opening new connection on: " .. chosen)
end

function read_auth_result(auth)
    local status = auth.packet:byte()
    if status == proxy.MYSQLD_PACKET_OK then
        get_session().logged_in = true
        release()
    elseif status == 254 then
        print("(read_auth_result) ... not ok yet")
    end
end

-- the first primary with an idle connection for this user
local function take_idle()
    local user = proxy.connection.client.username
    for i = 1, #proxy.global.backends do
        local backend = proxy.global.backends[i]
        if backend.type == proxy.BACKEND_TYPE_RW
            and backend.state ~= proxy.BACKEND_STATE_DOWN
            and backend.pool.users[user].cur_idle_connections > 0 then
            proxy.connection.backend_ndx = i
            if proxy.connection.server then
                return
            end
        end
    end
end

function read_query(packet)
    local session = get_session()
    local command = packet:byte()
    session.logged_in = true
    debug("[read_query]")
    debug("  authed backend = " .. proxy.connection.backend_ndx)
    debug("  used db = " .. tostring(proxy.connection.client.default_db))

    if command == COM_QUIT then
        -- the client goes, its server connection stays
        proxy.response = { type = proxy.MYSQLD_PACKET_OK }
        return proxy.PROXY_SEND_RESULT
    end

    if not proxy.connection.server then
        take_idle()
    end
    local server = proxy.connection.server
    if not server then
        proxy.response = {
            type = proxy.MYSQLD_PACKET_ERR,
            errmsg = "(ro-pooling) no idle connection to the server, try again",
            errcode = 1040,
            sqlstate = "08004",
        }
        return proxy.PROXY_SEND_RESULT
    end

    if command == COM_STMT_CLOSE then
        session.statements[packet:sub(2, 5)] = nil
        return -- is not answered
    elseif command == COM_STMT_SEND_LONG_DATA then
        return
    elseif command == COM_CHANGE_USER then
        session.in_transaction, session.pins, session.statements, session.insert_id = false, {}, {}, nil
        return
    elseif command == COM_BINLOG_DUMP then
        session.pins["replication"] = true
        return
    end

    local about = nil
    if command == COM_QUERY then
        about = affinity.classify(packet:sub(2))
    elseif command == COM_STMT_PREPARE then
        about = affinity.classify(packet:sub(2))
    end
    session.command, session.about, session.busy = command, about, true

    local db = proxy.connection.client.default_db
    if command ~= COM_INIT_DB and db and db ~= "" and db ~= server.default_db then
        proxy.queries:append(2, string.char(COM_INIT_DB) .. db, BUFFERED)
    end
    if about and about.insert_id and session.insert_id then
        -- right on any connection
        local text = string.format("SET LAST_INSERT_ID=%.0f", session.insert_id)
        proxy.queries:append(3, string.char(COM_QUERY) .. text, BUFFERED)
    end
    if command == COM_QUERY and about.use then
        -- so that the proxy knows the default database
        packet = string.char(COM_INIT_DB) .. about.use
        session.command = COM_INIT_DB
    end
    if session.command == COM_QUERY or command == COM_STMT_EXECUTE then
        proxy.queries:append(1, packet)
    else
        proxy.queries:append(1, packet, BUFFERED)
    end
    return proxy.PROXY_SEND_QUERY
end

-- notes what makes the connection the client's own; true if the next statement may ask about this one
local function note_state(session, about, res)
    if res.query_status ~= proxy.MYSQLD_PACKET_OK then
        -- the server says nothing about the transaction after an error
        return true
    end
    local flags = res.flags
    session.in_transaction = flags.in_trans or not flags.auto_commit
    if about then
        if about.unpin then
            session.pins[about.unpin] = nil
        end
        if about.pin then
            session.pins[about.pin] = true
        end
        if about.set then
            session.pins["session variables"] = true
        end
        if about.prepare then
            session.pins["prepare " .. about.prepare] = true
        elseif about.deallocate then
            session.pins["prepare " .. about.deallocate] = nil
        end
    end
    if (res.insert_id or 0) > 0 then
        session.insert_id = res.insert_id
    end
    return (about and about.keep) or (res.affected_rows or 0) > 0 or (res.warning_count or 0) > 0
end

function read_query_result(inj)
    local session = get_session()
    local res = inj.resultset
    if inj.id ~= 1 then
        local raw = res.raw
        if raw:byte() == proxy.MYSQLD_PACKET_ERR then
            -- the statement must not be run in another database, or with another id
            proxy.queries:reset()
            session.busy = false
            proxy.response = {
                type = proxy.MYSQLD_PACKET_ERR,
                errmsg = "(ro-pooling) " .. raw:sub(raw:byte(4) == 35 and 10 or 4),
                errcode = raw:byte(2) + raw:byte(3) * 256,
                sqlstate = raw:byte(4) == 35 and raw:sub(5, 9) or nil, -- #
            }
            return proxy.PROXY_SEND_RESULT
        end
        return proxy.PROXY_IGNORE_RESULT
    end

    local keep = false
    local command = session.command
    if command == COM_QUERY or command == COM_STMT_EXECUTE then
        keep = note_state(session, session.about, res)
    elseif res.raw:byte() ~= proxy.MYSQLD_PACKET_ERR then
        if command == COM_STMT_PREPARE then
            session.statements[res.raw:sub(2, 5)] = true
            local about = session.about
            if about.pin or about.set or about.use or about.prepare then
                session.pins["effects of prepared statements"] = true
            end
        elseif command == COM_RESET_CONNECTION then
            session.in_transaction, session.pins, session.statements, session.insert_id = false, {}, {}, nil
        elseif command == COM_SET_OPTION then
            session.pins["options"] = true
        end
    end
    session.busy = false
    if not keep and not must_stay(session) then
        release()
    end
end

function disconnect_client()
    debug("[disconnect_client]")
    local session = get_session()
    if not session.logged_in then
        return
    end
    if proxy.connection.server then
        if not session.busy and not must_stay(session) then
            proxy.connection.backend_ndx = 0
        end
        return
    end
    -- there may be too many: the one we take is closed together with the client
    local user = proxy.connection.client.username
    for i = 1, #proxy.global.backends do
        local backend = proxy.global.backends[i]
        local idle = backend.pool.users[user].cur_idle_connections
        if backend.state ~= proxy.BACKEND_STATE_DOWN and idle > max_idle_connections then
            debug("  [" .. i .. "] closing connection, idling: " .. idle)
            proxy.connection.backend_ndx = i
            return
        end
    end
end
