-- proxy.balance: picks a backend that has an idle connection for the user of this connection.
--
--   local balance = require("proxy.balance")
--   local ndx     = balance.idle_ro()      -- 0 if there is none

local M = {}

local function usable(backend, kind, user)
    return backend.type == kind
        and backend.state ~= proxy.BACKEND_STATE_DOWN
        and backend.pool.users[user].cur_idle_connections > 0
end

-- the first primary
function M.idle_failsafe_rw()
    local user = proxy.connection.client.username
    local backends = proxy.global.backends
    for i = 1, #backends do
        if usable(backends[i], proxy.BACKEND_TYPE_RW, user) then
            return i
        end
    end
    return 0
end

-- the replica with the fewest clients
function M.idle_ro()
    local user = proxy.connection.client.username
    local backends = proxy.global.backends
    local best, fewest = 0, nil
    for i = 1, #backends do
        local backend = backends[i]
        if usable(backend, proxy.BACKEND_TYPE_RO, user) then
            local clients = backend.connected_clients
            if fewest == nil or clients < fewest then
                best, fewest = i, clients
            end
        end
    end
    return best
end

return M
