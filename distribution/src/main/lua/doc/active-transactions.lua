-- active-transactions: after a lock timeout or a deadlock, prints the statements of all open transactions.
--
--   mysql-proxy --proxy-lua-script=share/doc/mysql-proxy/active-transactions.lua
--
-- proxy.global.trxs has a list of query texts per server connection. Its key is the thread id of the server, or
-- <backend>.<thread id> on all backends but the first, since each of them counts for itself. Of a long transaction the
-- last 1000 statements are kept. Prepared statements are not seen.

local LOCK_WAIT_TIMEOUT, DEADLOCK = 1205, 1213
local MAX_STATEMENTS = 1000

proxy.global.trxs = proxy.global.trxs or {}

-- nil without a server
local function key_of_connection()
    local server = proxy.connection.server
    local id = server and server.thread_id
    local ndx = proxy.connection.backend_ndx
    if id and ndx and ndx > 1 then
        return ndx .. "." .. id
    end
    return id
end

function read_query(packet)
    local key = key_of_connection()
    if packet:byte() ~= proxy.COM_QUERY or not key then
        return
    end
    proxy.queries:append(1, packet, { resultset_is_needed = true })

    local statements = proxy.global.trxs[key]
    if not statements then
        proxy.global.trxs[key] = {}
        statements = proxy.global.trxs[key] -- what is in a table shared by threads is a copy
    end
    if #statements >= MAX_STATEMENTS then
        table.remove(statements, 1)
    end
    statements[#statements + 1] = packet:sub(2)
    return proxy.PROXY_SEND_QUERY
end

local function dump()
    local keys = {}
    for key in pairs(proxy.global.trxs) do
        keys[#keys + 1] = key
    end
    table.sort(keys, function(a, b)
        return tostring(a) < tostring(b)
    end)
    for _, key in ipairs(keys) do
        for n, statement in ipairs(proxy.global.trxs[key]) do
            print("  [" .. key .. "]." .. n .. ": " .. statement)
        end
    end
end

function read_query_result(inj)
    local res = inj.resultset
    local key = key_of_connection()
    if not key then
        return
    end
    if res.query_status == proxy.MYSQLD_PACKET_ERR then
        local raw = res.raw
        local code = raw:byte(2) + raw:byte(3) * 256
        if code == LOCK_WAIT_TIMEOUT or code == DEADLOCK then
            print("[" .. key .. "] received a ERR(" .. code .. ", " .. raw:sub(10)
                .. "), dumping all active transactions")
            dump()
        end
        -- only a deadlock ends the transaction; of other errors nothing is said about it
        if code == DEADLOCK then
            proxy.global.trxs[key] = nil
        elseif not proxy.global.trxs[key] or not proxy.global.trxs[key].open then
            proxy.global.trxs[key] = nil
        end
    elseif not res.flags.in_trans then
        proxy.global.trxs[key] = nil
    elseif proxy.global.trxs[key] then
        proxy.global.trxs[key].open = true
    end
end

function disconnect_client()
    local key = key_of_connection()
    if key then
        proxy.global.trxs[key] = nil
    end
end
