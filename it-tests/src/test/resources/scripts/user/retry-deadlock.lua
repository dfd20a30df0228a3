-- A statement that is the victim of a deadlock outside of a transaction is tried again, three times at most.

local CLIENTS = 1
local tries = 0
local in_trans = false

local function is_deadlock(res)
    return res.raw:byte() == proxy.MYSQLD_PACKET_ERR and res.raw:byte(2) + 256 * res.raw:byte(3) == 1213
end

function read_query(packet)
    if packet:byte() == proxy.COM_QUERY then
        tries = 1
        proxy.queries:append(CLIENTS, packet, {resultset_is_needed = true})
        return proxy.PROXY_SEND_QUERY
    end
end

function read_query_result(inj)
    local res = inj.resultset
    if is_deadlock(res) and not in_trans and tries < 3 then
        tries = tries + 1
        print("deadlock, try " .. tries .. ": " .. inj.query:sub(2))
        proxy.queries:append(CLIENTS, inj.query, {resultset_is_needed = true})
        return proxy.PROXY_IGNORE_RESULT
    end
    if res.raw:byte() ~= proxy.MYSQLD_PACKET_ERR then
        in_trans = res.flags.in_trans
    end
end
