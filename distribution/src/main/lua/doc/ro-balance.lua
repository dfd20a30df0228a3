-- ro-balance: gives each client the replica that lags least, and turns clients away from replicas that don't replicate.
--
--   mysql-proxy --proxy-lua-script=share/doc/mysql-proxy/ro-balance.lua \
--               --proxy-backend-addresses=primary:3306 --proxy-read-only-backend-addresses=replica:3306
--
-- The state of a replica is asked for together with a client's statement, so the user needs REPLICATION CLIENT
-- (MariaDB: REPLICA MONITOR). Without a good replica the client gets the primary.
--
-- Options (PROXY SET GLOBAL ro_balance.<name> = <value>):
--   max_seconds_lag = 10      replicas behind by more seconds,
--   max_bytes_lag = 10240     or by more bytes of the current log, get no new clients
--   check_timeout = 2         seconds after which the state is asked for again
--   is_debug = true           print what is found
--
-- proxy.global.lag[address] = {state, check_ts, slave_bytes_lag, seconds_lag}

local commands = require("proxy.commands")
local auto_config = require("proxy.auto-config")

if not proxy.global.config.ro_balance then
    proxy.global.config.ro_balance = {
        max_seconds_lag = 10,
        max_bytes_lag = 10240,
        check_timeout = 2,
        is_debug = true,
    }
end
local config = proxy.global.config.ro_balance

proxy.global.lag = proxy.global.lag or {}

local ID_CLIENT, ID_STATUS = 1, 2

local function debug(message)
    if config.is_debug then
        print(message)
    end
end

local function too_far_behind(lag)
    return (lag.seconds_lag or 0) > config.max_seconds_lag or (lag.slave_bytes_lag or 0) > config.max_bytes_lag
end

local function is_stale(lag)
    return lag.check_ts == nil or os.time() - lag.check_ts > config.check_timeout
end

function connect_server()
    local fallback, unknown, best, best_lag = nil, nil, nil, nil
    for i = 1, #proxy.global.backends do
        local backend = proxy.global.backends[i]
        if backend.state ~= proxy.BACKEND_STATE_DOWN then
            local lag = proxy.global.lag[backend.dst.name]
            if backend.type == proxy.BACKEND_TYPE_RW then
                fallback = i
            elseif not lag or lag.state == "unchecked" then
                unknown = i
            elseif lag.state == "running" then
                local behind = lag.slave_bytes_lag or 0
                if too_far_behind(lag) then
                    if is_stale(lag) then
                        unknown = i -- somebody has to ask again
                    end
                elseif best == nil or behind < best_lag then
                    best, best_lag = i, behind
                end
            elseif is_stale(lag) then
                unknown = i
            end
        end
    end

    local chosen = unknown or best or fallback
    if chosen then
        proxy.connection.backend_ndx = chosen
        debug("(connect-server) using backend: " .. tostring(proxy.global.backends[chosen].dst.name))
    end
end

function read_query(packet)
    local cmd = commands.parse(packet)
    local handled = auto_config.handle(cmd)
    if handled then
        return handled
    end
    local backend = proxy.global.backends[proxy.connection.backend_ndx]
    if not backend or backend.type == proxy.BACKEND_TYPE_RW then
        return
    end

    local address = backend.dst.name
    local lag = proxy.global.lag[address]
    if not lag then
        proxy.global.lag[address] = { state = "unchecked" }
        lag = proxy.global.lag[address] -- what is in a table shared by threads is a copy
    end
    debug("(read_query) we are on backend: " .. tostring(address) .. " in state: " .. lag.state)

    local asks = cmd.type == proxy.COM_QUERY or cmd.type == proxy.COM_INIT_DB or cmd.type == proxy.COM_PING
    if asks and is_stale(lag) then
        debug("(read-query) unchecked, injecting a SHOW SLAVE STATUS")
        local status = lag.statement or "SHOW SLAVE STATUS"
        lag.check_ts = os.time()
        proxy.queries:append(ID_STATUS, string.char(proxy.COM_QUERY) .. status, { resultset_is_needed = true })
        proxy.queries:append(ID_CLIENT, packet)
        return proxy.PROXY_SEND_QUERY
    elseif lag.state == "running" or lag.state == "unchecked" then
        return
    elseif cmd.type == proxy.COM_QUIT then
        return
    end
    proxy.response = {
        type = proxy.MYSQLD_PACKET_ERR,
        errmsg = "slave-state is " .. lag.state,
        sqlstate = "08S01",
    }
    proxy.queries:reset()
    proxy.connection.connection_close = true
    return proxy.PROXY_SEND_RESULT
end

-- the row as name -> value; nil without one
local function first_row(res)
    for row in res.rows do
        local status = {}
        for i = 1, #res.fields do
            local name = res.fields[i].name
            debug("[" .. i .. "] '" .. tostring(name) .. "' = '" .. tostring(row[i]) .. "'")
            if name then
                status[name] = row[i]
            end
        end
        return status
    end
    return nil
end

-- newer servers say Replica and Source for Slave and Master
local function note_status(lag, status)
    local host = status.Master_Host or status.Source_Host
    local io = status.Slave_IO_Running or status.Replica_IO_Running
    local sql = status.Slave_SQL_Running or status.Replica_SQL_Running
    if not host or host == "" then
        lag.state = "noslave"
    elseif io ~= "Yes" then
        lag.state = "noiothread" -- No, Connecting
    elseif sql ~= nil and sql ~= "Yes" then
        lag.state = "nosqlthread"
    else
        lag.state = "running"
    end
    lag.seconds_lag = tonumber(status.Seconds_Behind_Master or status.Seconds_Behind_Source)
    lag.slave_bytes_lag = nil
    local read_file = status.Master_Log_File or status.Source_Log_File
    local done_file = status.Relay_Master_Log_File or status.Relay_Source_Log_File
    local read_pos = tonumber(status.Read_Master_Log_Pos or status.Read_Source_Log_Pos)
    local done_pos = tonumber(status.Exec_Master_Log_Pos or status.Exec_Source_Log_Pos)
    if read_pos and done_pos then
        if read_file == done_file then
            lag.slave_bytes_lag = read_pos - done_pos
        else
            lag.slave_bytes_lag = read_pos -- at least
        end
    end
end

function read_query_result(inj)
    if inj.id ~= ID_STATUS then
        return
    end
    local backend = proxy.global.backends[proxy.connection.backend_ndx]
    local lag = backend and proxy.global.lag[backend.dst.name]
    if not lag then
        return proxy.PROXY_IGNORE_RESULT
    end
    local res = inj.resultset
    if res.query_status == proxy.MYSQLD_PACKET_ERR then
        local code = res.raw:byte(2) + res.raw:byte(3) * 256
        debug("(read_query_result) asking for the state failed: " .. res.raw:sub(10))
        if code == 1064 and lag.statement == nil then
            lag.statement = "SHOW REPLICA STATUS"
            lag.state = "unchecked"
            proxy.queries:prepend(ID_STATUS, string.char(proxy.COM_QUERY) .. lag.statement,
                { resultset_is_needed = true })
        elseif lag.state ~= "running" then
            -- not allowed to ask, for example: the replica is as good as unknown
            lag.state = "unchecked"
        end
        return proxy.PROXY_IGNORE_RESULT
    end
    local was_good = lag.state == "running" or lag.state == "unchecked"
    local status = first_row(res)
    if status then
        note_status(lag, status)
    else
        lag.state = "noslave"
    end
    if lag.state == "running" or was_good then
        return proxy.PROXY_IGNORE_RESULT
    end
    -- it was asked again, and is no better
    proxy.queries:reset()
    proxy.response = {
        type = proxy.MYSQLD_PACKET_ERR,
        errmsg = "slave-state is " .. lag.state,
        sqlstate = "08S01",
    }
    proxy.connection.connection_close = true
    return proxy.PROXY_SEND_RESULT
end
