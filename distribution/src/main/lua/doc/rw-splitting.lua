-- rw-splitting: SELECTs go to the replicas, everything else to the primary.
--
--   mysql-proxy --proxy-lua-script=share/doc/mysql-proxy/rw-splitting.lua \
--               --proxy-backend-addresses=primary:3306 --proxy-read-only-backend-addresses=replica:3306
--
-- Server connections wait in a pool between two statements. The proxy can't log in for a client, so the pool is filled
-- by the clients' own logins: each backend gets min_idle_connections of them, all others go to the primary. So that
-- all clients can write at the same time, a replica gets a login only while the primary has a connection for each
-- client; connections of clients that left count. A SELECT for which no replica has an idle connection of this user
-- goes to the primary. A write for which the primary has none fails with error 1040 and may be tried again,
-- by a new connection if nobody has any.
--
-- A client stays on one connection to the primary
--   * in a transaction and while autocommit is off,
--   * while it has prepared statements, user variables, temporary tables, locks of tables or of GET_LOCK(), handlers;
-- the statement after another one finds the same connection where it may ask about it: FOUND_ROWS(), ROW_COUNT(),
-- SHOW WARNINGS. LAST_INSERT_ID() is right on any connection, and so are the default database and what was SET: they
-- are set again where they are not known yet. Locking reads, SELECT ... INTO, and calls of stored functions with their
-- database's name (db.f()) are for the primary. A function that writes and is called without it can't be recognised.
--
-- Options (PROXY SET GLOBAL rwsplit.<name> = <value>):
--   min_idle_connections = 4     logins that each backend gets before the primary gets the rest
--   max_idle_connections = 8     idle connections to keep per backend besides those of the present clients
--   reserve_primary = true       false: replicas get their logins at once, for clients that stay and seldom write
--   is_debug = false             print what is decided

local affinity = require("proxy.affinity")
local auto_config = require("proxy.auto-config")
local balance = require("proxy.balance")
local commands = require("proxy.commands")

if not proxy.global.config.rwsplit then
    proxy.global.config.rwsplit = {
        min_idle_connections = 4,
        max_idle_connections = 8,
        reserve_primary = true,
        is_debug = false,
    }
end
local config = proxy.global.config.rwsplit

-- clients of this script, in all
proxy.global.rwsplit_clients = proxy.global.rwsplit_clients or 0

local COM_QUIT, COM_INIT_DB, COM_QUERY, COM_CHANGE_USER, COM_BINLOG_DUMP = 1, 2, 3, 17, 18
local COM_TABLE_DUMP, COM_REGISTER_REPLICA = 19, 21
local COM_STMT_PREPARE, COM_STMT_EXECUTE, COM_STMT_SEND_LONG_DATA = 22, 23, 24
local COM_STMT_CLOSE, COM_SET_OPTION, COM_BINLOG_DUMP_GTID, COM_RESET_CONNECTION = 25, 27, 30, 31

local FOR_REPLICATION = {
    [COM_BINLOG_DUMP] = true,
    [COM_BINLOG_DUMP_GTID] = true,
    [COM_REGISTER_REPLICA] = true,
    [COM_TABLE_DUMP] = true,
}
local UNANSWERED = { [COM_STMT_CLOSE] = true, [COM_STMT_SEND_LONG_DATA] = true }

-- ids of injected packets
local ID_CLIENT, ID_DATABASE, ID_STATE = 1, 2, 3

local MAX_SETTINGS, MAX_SETTING_LENGTH = 32, 4096
local MAX_INSERT_ID = 2 ^ 53
local BUFFERED = { resultset_is_needed = true }
local NOTHING_SPECIAL = {}
local RESET_PACKET = string.char(COM_RESET_CONNECTION)

-- What is known of this client. A field of `proxy` is the connection's own, also when this file came by require().
local function new_session()
    return {
        ndx = nil, -- the backend of the server connection we have, 0 if none
        logged_in = false,
        last = 0, -- the backend of the statement before
        in_transaction = false,
        autocommit_off = false,
        pins = {}, -- reasons to stay -> true
        statements = {}, -- ids of open prepared statements -> true
        keep = false, -- the next statement may ask about this one
        settings = {}, -- SET statements {seq, text}
        seq = 0, -- of the newest setting
        base = 0, -- older ones than this were dropped by a reset
        applied = {}, -- server connection -> seq of the last setting done there
        applied_count = 0,
        insert_id = nil, -- what LAST_INSERT_ID() has to say
        insert_on = nil, -- the server connection that says so
        insert_ndx = 0,
        primary_only = false,
    }
end

local function get_session()
    local session = proxy.rwsplit_session
    if not session then
        session = new_session()
        proxy.rwsplit_session = session
    end
    if session.ndx == nil then
        session.ndx = proxy.connection.server and proxy.connection.backend_ndx or 0
    end
    return session
end

-- the client starts over: COM_CHANGE_USER, COM_RESET_CONNECTION
local function forget_state(session)
    session.in_transaction, session.autocommit_off, session.keep = false, false, false
    session.pins, session.statements, session.settings = {}, {}, {}
    session.insert_id, session.insert_on = nil, nil
    session.base = session.seq + 1
    session.seq = session.base
end

local function must_stay(session)
    return session.in_transaction
        or session.autocommit_off
        or next(session.pins) ~= nil
        or next(session.statements) ~= nil
end

local function is_primary(ndx)
    local backend = proxy.global.backends[ndx]
    return backend ~= nil and backend.type == proxy.BACKEND_TYPE_RW
end

local function has_idle(ndx)
    local backend = proxy.global.backends[ndx]
    return backend ~= nil
        and backend.state ~= proxy.BACKEND_STATE_DOWN
        and backend.pool.users[proxy.connection.client.username].cur_idle_connections > 0
end

local function release(session)
    proxy.connection.backend_ndx = 0
    session.ndx = 0
end

-- Takes an idle connection of a backend, in exchange for the one we have. Somebody may have been faster.
local function take(session, ndx)
    local connection = proxy.connection
    local before = connection.server
    local thread_id, address
    if before then
        thread_id, address = before.thread_id, before.dst.name
    end
    connection.backend_ndx = ndx
    local server = connection.server
    if not server or (before and server.thread_id == thread_id and server.dst.name == address) then
        return false
    end
    session.ndx = ndx
    return true
end

local function use_replica(session)
    local have = session.ndx
    if have > 0 and not is_primary(have) then
        local backend = proxy.global.backends[have]
        if backend and backend.state ~= proxy.BACKEND_STATE_DOWN then
            return true
        end
    end
    local ndx = balance.idle_ro()
    return ndx > 0 and take(session, ndx)
end

local function use_primary(session)
    if session.ndx > 0 and is_primary(session.ndx) then
        return true
    end
    local ndx = balance.idle_failsafe_rw()
    return ndx > 0 and take(session, ndx)
end

local function primary_in_use()
    for i = 1, #proxy.global.backends do
        if is_primary(i) and proxy.global.backends[i].connected_clients > 0 then
            return true
        end
    end
    return false
end

-- the connection of the statement before
local function use_last(session, about)
    if session.ndx > 0 then
        return true
    end
    local ndx = (about.insert_id and session.insert_ndx > 0) and session.insert_ndx or session.last
    return ndx > 0 and has_idle(ndx) and take(session, ndx)
end

-- gets a server connection for this statement; false if there is none
local function choose(session, about)
    if session.ndx > 0 and must_stay(session) then
        return true
    end
    if about then
        if about.stay and use_last(session, about) then
            return true
        elseif about.read and not session.primary_only and use_replica(session) then
            return true
        end
    end
    return use_primary(session)
end

local function server_key(session, server)
    return session.ndx .. ":" .. tostring(server.thread_id)
end

local function set_applied(session, key, seq)
    if session.applied[key] == nil then
        if session.applied_count >= 64 then
            session.applied, session.applied_count = {}, 0
        end
        session.applied_count = session.applied_count + 1
    end
    session.applied[key] = seq
end

-- whether a server connection has nothing of this client
local function is_fresh(session, server, key)
    local fresh = server.is_fresh
    if fresh == nil then
        -- 0.8.5 doesn't say: it has if this client was the last to use it
        local owners = proxy.global.rwsplit_owners
        if not owners then
            owners = setmetatable({}, { __mode = "v" })
            proxy.global.rwsplit_owners = owners
        end
        fresh = owners[key] ~= session
        owners[key] = session
    end
    return fresh
end

-- queues what makes this server connection look like the client's own
local function bring_state(session, server, about)
    if session.seq == 0 and not session.insert_id then
        return
    end
    local key = server_key(session, server)
    local done = session.applied[key]
    if is_fresh(session, server, key) then
        done = nil
        if session.insert_on == key then
            session.insert_on = nil
        end
    end
    if done and done < session.base then
        proxy.queries:append(ID_STATE, RESET_PACKET, BUFFERED)
        done = nil
        if session.insert_on == key then
            session.insert_on = nil
        end
    end
    if done ~= session.seq then
        for _, setting in ipairs(session.settings) do
            if done == nil or setting.seq > done then
                proxy.queries:append(ID_STATE, string.char(COM_QUERY) .. setting.text, BUFFERED)
            end
        end
        set_applied(session, key, session.seq)
    end
    if about and about.insert_id and session.insert_id and session.insert_on ~= key then
        local text = string.format("SET LAST_INSERT_ID=%.0f", session.insert_id)
        proxy.queries:append(ID_STATE, string.char(COM_QUERY) .. text, BUFFERED)
        session.insert_on = key
    end
end

local function bring_database(server)
    local client_db = proxy.connection.client.default_db
    if not client_db or client_db == "" or client_db == server.default_db then
        return
    end
    if config.is_debug then
        print("    server default db: " .. tostring(server.default_db))
        print("    client default db: " .. client_db)
        print("    syncronizing")
    end
    proxy.queries:append(ID_DATABASE, string.char(COM_INIT_DB) .. client_db, BUFFERED)
end

-- remembers a SET that worked; false if there are too many to do them again elsewhere
local function remember_setting(session, text)
    local settings = session.settings
    if #text > MAX_SETTING_LENGTH then
        return false
    end
    -- switching it off is not remembered, so switching it on again is no news
    local autocommit = text:lower():find("^%s*set%s+autocommit%s*=%s*%w+[%s;]*$") ~= nil
    for i, setting in ipairs(settings) do
        if setting.text == text then
            if i == #settings or autocommit then
                return true
            end
            table.remove(settings, i)
            break
        end
    end
    if #settings >= MAX_SETTINGS then
        return false
    end
    session.seq = session.seq + 1
    settings[#settings + 1] = { seq = session.seq, text = text }
    return true
end

-- ---------------------------------------------------------------- login

local function set_limits()
    for i = 1, #proxy.global.backends do
        local pool = proxy.global.backends[i].pool
        pool.min_idle_connections = config.min_idle_connections
        pool.max_idle_connections = config.max_idle_connections + proxy.global.rwsplit_clients
    end
end

-- whether there are fewer connections to primaries, idle and in use, than clients with one more
local function lacks_primary(clients_before)
    local connections, up = 0, false
    for i = 1, #proxy.global.backends do
        local backend = proxy.global.backends[i]
        if backend.type == proxy.BACKEND_TYPE_RW and backend.state ~= proxy.BACKEND_STATE_DOWN then
            up = true
            connections = connections + backend.connected_clients + backend.pool.users[""].cur_idle_connections
        end
    end
    return up and connections <= clients_before
end

function connect_server()
    local debug = config.is_debug
    if debug then
        print("\n[connect_server] " .. proxy.connection.client.src.name)
    end
    local session = proxy.rwsplit_session
    local clients_before = proxy.global.rwsplit_clients
    if session and session.counted then
        clients_before = clients_before - 1
    else
        session = new_session()
        session.counted = true
        proxy.rwsplit_session = session
        proxy.global.rwsplit_clients = clients_before + 1
    end
    session.ndx = nil
    set_limits()

    local default, warm_up = 0, 0
    local primary_only = config.reserve_primary and lacks_primary(clients_before)
    for i = 1, #proxy.global.backends do
        local backend = proxy.global.backends[i]
        local pool = backend.pool
        local idle = pool.users[""].cur_idle_connections
        if debug then
            print("  [" .. i .. "].connected_clients = " .. backend.connected_clients)
            print("  [" .. i .. "].pool.cur_idle     = " .. idle)
            print("  [" .. i .. "].pool.max_idle     = " .. pool.max_idle_connections)
            print("  [" .. i .. "].pool.min_idle     = " .. pool.min_idle_connections)
            print("  [" .. i .. "].type = " .. backend.type)
            print("  [" .. i .. "].state = " .. backend.state)
        end
        if backend.state ~= proxy.BACKEND_STATE_DOWN then
            if warm_up == 0 and idle < pool.min_idle_connections
                and (backend.type == proxy.BACKEND_TYPE_RW
                    or (backend.type == proxy.BACKEND_TYPE_RO and not primary_only)) then
                warm_up = i
            end
            if default == 0 and backend.type == proxy.BACKEND_TYPE_RW then
                default = i
            end
        end
    end

    if warm_up > 0 then
        if debug then
            print("  [" .. warm_up .. "] idle-conns below min-idle")
        end
        proxy.connection.backend_ndx = warm_up
    elseif default > 0 then
        if debug then
            print("  [" .. default .. "] taking master as default")
        end
        proxy.connection.backend_ndx = default
    end

    -- A pooled connection is used if there is one for each of the other clients too: what is not taken here is put
    -- back, and the login opens one more.
    if proxy.connection.server then
        local ndx = proxy.connection.backend_ndx
        local idle = proxy.global.backends[ndx].pool.users[""].cur_idle_connections
        if idle >= clients_before then
            if debug then
                print("  using pooled connection from: " .. ndx)
            end
            return proxy.PROXY_IGNORE_RESULT
        end
    end
end

function read_auth_result(auth)
    local session = get_session()
    local status = auth.packet:byte()
    if status == proxy.MYSQLD_PACKET_OK then
        session.logged_in = true
        session.last = proxy.connection.backend_ndx
        release(session)
    elseif status == 254 and config.is_debug then
        print("(read_auth_result) ... not ok yet")
    end
end

-- ---------------------------------------------------------------- statements

local function debug_query(session, cmd)
    local client = proxy.connection.client
    print("[read_query] " .. client.src.name)
    print("  current backend   = " .. session.ndx)
    print("  client default db = " .. tostring(client.default_db))
    print("  client username   = " .. tostring(client.username))
    if cmd.type == COM_QUERY then
        print("  query             = " .. cmd.query)
    elseif cmd.type == COM_QUIT then
        print("  (QUIT) current backend   = " .. session.ndx)
    end
end

local function debug_target(session, command, about)
    local server = proxy.connection.server
    print("  sending to backend : " .. tostring(server.dst.name))
    print("    is_slave         : " .. tostring(not is_primary(session.ndx)))
    print("    server default db: " .. tostring(server.default_db))
    print("    server username  : " .. tostring(server.username))
    print("    in_trans        : " .. tostring(session.in_transaction))
    print("    in_calc_found   : " .. tostring((about and about.keep) == true))
    print("    COM_QUERY       : " .. tostring(command == COM_QUERY))
end

function read_query(packet)
    local session = get_session()
    local command = packet:byte()
    local about, query = nil, nil
    session.logged_in = true

    if config.is_debug then
        debug_query(session, commands.parse(packet))
    end

    if command == COM_QUERY then
        query = packet:sub(2)
        local first = query:byte()
        if first == 80 or first == 112 then -- P p
            local handled = auto_config.handle({ type = COM_QUERY, query = query })
            if handled then
                return handled
            end
        end
        about = affinity.classify(query)
    elseif command == COM_QUIT then
        -- the client goes, its server connection stays
        proxy.response = { type = proxy.MYSQLD_PACKET_OK }
        return proxy.PROXY_SEND_RESULT
    end

    if not choose(session, about) then
        proxy.response = {
            type = proxy.MYSQLD_PACKET_ERR,
            errmsg = "(rw-splitting) no idle connection to the primary, try again",
            errcode = 1040,
            sqlstate = "08004",
        }
        if not primary_in_use() then
            -- nobody will give one back: only a new login brings one
            proxy.connection.connection_close = true
        end
        return proxy.PROXY_SEND_RESULT
    end
    session.last = session.ndx
    session.keep = false

    -- these are passed on as they are: their answers are no results, or there is none
    if FOR_REPLICATION[command] then
        session.pins["replication"] = true
        return
    elseif UNANSWERED[command] then
        if command == COM_STMT_CLOSE then
            session.statements[packet:sub(2, 5)] = nil
        end
        return
    elseif command == COM_CHANGE_USER then
        forget_state(session)
        set_applied(session, server_key(session, proxy.connection.server), session.seq)
        return
    end

    if command == COM_STMT_PREPARE then
        about = affinity.classify(packet:sub(2))
    end
    session.command, session.about, session.query = command, about or NOTHING_SPECIAL, query
    session.busy = true

    local server = proxy.connection.server
    if config.is_debug then
        debug_target(session, command, about)
        if about and about.insert_id then
            print("   found a SELECT LAST_INSERT_ID(), staying on the same backend")
        end
    end
    if command ~= COM_RESET_CONNECTION then
        bring_state(session, server, about)
    end
    if command ~= COM_INIT_DB then
        bring_database(server)
    end
    if about and about.use and command == COM_QUERY then
        -- so that the proxy knows the default database
        packet = string.char(COM_INIT_DB) .. about.use
        session.command = COM_INIT_DB
    end
    if session.command == COM_QUERY or command == COM_STMT_EXECUTE then
        proxy.queries:append(ID_CLIENT, packet)
    else
        proxy.queries:append(ID_CLIENT, packet, BUFFERED)
    end
    return proxy.PROXY_SEND_QUERY
end

-- ---------------------------------------------------------------- results

-- a packet that prepared the way for the client's failed: the client's own must not be run
local function preparation_failed(session, raw, message)
    proxy.queries:reset()
    session.busy = false
    session.applied, session.applied_count, session.insert_on = {}, 0, nil
    if not is_primary(session.ndx) then
        session.primary_only = true
    end
    proxy.response = {
        type = proxy.MYSQLD_PACKET_ERR,
        errmsg = message,
        errcode = raw:byte(2) + raw:byte(3) * 256,
        sqlstate = raw:byte(4) == 35 and raw:sub(5, 9) or nil, -- #
    }
    if not must_stay(session) then
        release(session)
    end
    return proxy.PROXY_SEND_RESULT
end

local function after_success(session, about, res)
    if about.unpin then
        session.pins[about.unpin] = nil
    end
    if about.pin then
        session.pins[about.pin] = true
    end
    if about.prepare then
        session.pins["prepare " .. about.prepare] = true
    elseif about.deallocate then
        session.pins["prepare " .. about.deallocate] = nil
    end
    if about.set then
        if remember_setting(session, session.query) then
            set_applied(session, server_key(session, proxy.connection.server), session.seq)
        else
            session.pins["session variables"] = true
        end
    end
    if about.keep then
        session.keep = true
    end
    local insert_id = res.insert_id
    if insert_id and insert_id > 0 then
        session.keep = true
        if insert_id < MAX_INSERT_ID then
            session.insert_id = insert_id
            session.insert_on = server_key(session, proxy.connection.server)
            session.insert_ndx = session.ndx
        else
            session.pins["insert id"] = true
        end
    end
    if (res.affected_rows or 0) > 0 or (res.warning_count or 0) > 0 then
        session.keep = true
    end
end

-- the state of the transaction as the server tells it; after an error nothing is said and nothing has changed
local function after_statement(session, res)
    if res.query_status ~= proxy.MYSQLD_PACKET_OK then
        session.keep = true
        return
    end
    local flags = res.flags
    if is_primary(session.ndx) then
        session.in_transaction = flags.in_trans
        session.autocommit_off = not flags.auto_commit
    elseif flags.in_trans or not flags.auto_commit then
        -- the replica's default is autocommit=0: its transactions would have no end
        session.primary_only = true
    end
    after_success(session, session.about, res)
end

local function after_command(session, res)
    local raw = res.raw
    if raw:byte() == proxy.MYSQLD_PACKET_ERR then
        return
    end
    local command = session.command
    if command == COM_STMT_PREPARE then
        session.statements[raw:sub(2, 5)] = true
        local about = session.about
        if about.pin or about.set or about.use or about.prepare then
            session.pins["effects of prepared statements"] = true
        end
    elseif command == COM_RESET_CONNECTION then
        forget_state(session)
        set_applied(session, server_key(session, proxy.connection.server), session.seq)
    elseif command == COM_SET_OPTION then
        session.pins["options"] = true
    end
end

function read_query_result(inj)
    local session = get_session()
    local res = inj.resultset
    local debug = config.is_debug

    if inj.id == ID_DATABASE or inj.id == ID_STATE then
        local raw = res.raw
        if raw:byte() ~= proxy.MYSQLD_PACKET_ERR then
            return proxy.PROXY_IGNORE_RESULT
        end
        local address = proxy.connection.server.dst.name
        if inj.id == ID_DATABASE then
            return preparation_failed(session, raw,
                "can't change DB " .. tostring(proxy.connection.client.default_db) .. " to on slave " .. address)
        end
        return preparation_failed(session, raw,
            "can't restore the session on " .. address .. ": " .. raw:sub(raw:byte(4) == 35 and 10 or 4))
    end

    if session.command == COM_QUERY or session.command == COM_STMT_EXECUTE then
        after_statement(session, res)
    else
        after_command(session, res)
    end
    session.busy = false

    if not session.keep and not must_stay(session) then
        release(session)
    elseif debug then
        print("(read_query_result) staying on the same backend")
        print("    in_trans        : " .. tostring(session.in_transaction))
        print("    in_calc_found   : " .. tostring(session.keep))
        print("    have_insert_id  : " .. tostring((res.insert_id or 0) > 0))
    end
end

-- ---------------------------------------------------------------- the end

function disconnect_client()
    local session = proxy.rwsplit_session
    if not session then
        return
    end
    if config.is_debug then
        print("[disconnect_client] " .. proxy.connection.client.src.name)
    end
    if session.counted then
        session.counted = false
        proxy.global.rwsplit_clients = proxy.global.rwsplit_clients - 1
    end
    set_limits()

    if not session.logged_in then
        return
    elseif session.ndx > 0 then
        -- locks and transactions end with their connection
        if not session.busy and not must_stay(session) then
            release(session)
        end
        return
    end
    -- there may be too many by now: the one we take is closed together with the client
    local user = proxy.connection.client.username
    for i = 1, #proxy.global.backends do
        local backend = proxy.global.backends[i]
        if backend.pool.users[user].cur_idle_connections > backend.pool.max_idle_connections then
            proxy.connection.backend_ndx = i
            return
        end
    end
end
