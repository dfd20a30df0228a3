-- Keeps some 200 KB for its session, in all the ways there are, and nothing for others.

local kept = {}
local waiting = coroutine.wrap(function() while true do coroutine.yield(kept) end end)
hoard = setmetatable({}, {__index = function() return waiting end})

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY then
        return
    end
    if packet:sub(2) == "IDLE" then
        proxy.response = {
            type = proxy.MYSQLD_PACKET_OK,
            resultset = {
                fields = {{name = "idle", type = proxy.MYSQL_TYPE_LONGLONG}},
                rows = {{proxy.global.backends[1].pool.users[""].cur_idle_connections}},
            },
        }
        return proxy.PROXY_SEND_RESULT
    end
    for i = 1, 1000 do
        kept[i] = {i, (packet .. i):rep(3)}
    end
    proxy.mine = waiting()
    proxy.queries:append(1, packet, {resultset_is_needed = true})
    proxy.queries:append(2, packet, {resultset_is_needed = true})
    return proxy.PROXY_SEND_QUERY
end

function read_query_result(inj)
    kept[#kept + 1] = inj
    kept[#kept + 1] = inj.resultset
    kept[#kept + 1] = inj.resultset.rows
    if inj.id == 2 then
        return proxy.PROXY_IGNORE_RESULT
    end
end
