-- active-queries: prints what every connection is doing, each time that changes.
--
--   mysql-proxy --proxy-lua-script=share/doc/mysql-proxy/active-queries.lua
--
-- Option (PROXY SET GLOBAL active_queries.show_idle_connections = true): connections that do nothing are shown too.
--
-- proxy.global.active_queries has an entry {state, cmd, db, username} per connection. Its key is the thread id of the
-- server, or <backend>.<thread id> on all backends but the first, since each of them counts for itself.

local commands = require("proxy.commands")
local auto_config = require("proxy.auto-config")

if not proxy.global.config.active_queries then
    proxy.global.config.active_queries = { show_idle_connections = false }
end
proxy.global.active_queries = proxy.global.active_queries or {}
proxy.global.max_active_trx = proxy.global.max_active_trx or 0

-- counts the connections
function collect_stats()
    local num_conns, active_conns = 0, 0
    for _, entry in pairs(proxy.global.active_queries) do
        num_conns = num_conns + 1
        if entry.state ~= "idle" then
            active_conns = active_conns + 1
        end
    end
    if active_conns > proxy.global.max_active_trx then
        proxy.global.max_active_trx = active_conns
    end
    return {
        num_conns = num_conns,
        active_conns = active_conns,
        max_active_trx = proxy.global.max_active_trx,
    }
end

local function sorted_keys(entries)
    local keys = {}
    for key in pairs(entries) do
        keys[#keys + 1] = key
    end
    table.sort(keys, function(a, b)
        return tostring(a) < tostring(b)
    end)
    return keys
end

-- prints the counts and the connections
function print_stats(stats)
    local lines = {
        os.date("%Y-%m-%d %H:%M:%S"),
        string.format("  #connections: %d, #active trx: %d, max(active trx): %d",
            stats.num_conns, stats.active_conns, stats.max_active_trx),
    }
    for _, key in ipairs(sorted_keys(proxy.global.active_queries)) do
        local entry = proxy.global.active_queries[key]
        if entry.state ~= "idle" or proxy.global.config.active_queries.show_idle_connections then
            local what = ""
            if entry.cmd then
                what = "(" .. tostring(entry.cmd.type_name) .. ") " .. string.format("%q", entry.cmd.query or "")
            end
            lines[#lines + 1] = "  [" .. key .. "] (" .. entry.username .. "@" .. entry.db .. ") " .. what
                .. " (state=" .. entry.state .. ")"
        end
    end
    print(table.concat(lines, "\n") .. "\n")
end

local function show()
    print_stats(collect_stats())
end

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

-- A pooling script may give the client another server connection. The key it had is remembered with the client, in a
-- field that is the connection's own.
local function remembered_key(key)
    local ok, old = pcall(function()
        return proxy.active_queries_key
    end)
    if key then
        proxy.active_queries_key = key
    end
    return ok and old or nil
end

function read_query(packet)
    local cmd = commands.parse(packet)
    local handled = auto_config.handle(cmd)
    if handled then
        return handled
    end
    proxy.queries:append(1, packet)

    local key = key_of_connection()
    if key then
        local old = remembered_key(key)
        local was
        if old then
            was = proxy.global.active_queries[old]
            proxy.global.active_queries[old] = nil
        end
        local client = proxy.connection.client
        proxy.global.active_queries[key] = {
            state = "started",
            cmd = cmd,
            db = client.default_db or "",
            username = client.username or "",
            in_trans = was and was.in_trans,
        }
    end
    show()
    return proxy.PROXY_SEND_QUERY
end

function read_query_result(inj)
    local key = key_of_connection()
    local entry = key and proxy.global.active_queries[key]
    if entry then
        local res = inj.resultset
        -- an error says nothing about the transaction, it goes on
        if res and res.query_status ~= proxy.MYSQLD_PACKET_ERR then
            entry.in_trans = res.flags and res.flags.in_trans
        end
        entry.state = entry.in_trans and "in_trans" or "idle"
        entry.cmd = nil
    end
    show()
end

function disconnect_client()
    local key = key_of_connection()
    local old = remembered_key(nil)
    if old then
        proxy.global.active_queries[old] = nil
    end
    if key then
        proxy.global.active_queries[key] = nil
    end
    show()
end
