-- Two shards. "/* shard=2 */ SELECT ..." goes to the second backend, all else to the first.
-- Each login opens a connection to one of the backends in turn; all of them end up in the pools.

proxy.global.shard_turn = proxy.global.shard_turn or 0

function connect_server()
    proxy.global.shard_turn = proxy.global.shard_turn % #proxy.global.backends + 1
    proxy.connection.backend_ndx = proxy.global.shard_turn
end

function read_auth_result(auth)
    if auth.packet:byte() == proxy.MYSQLD_PACKET_OK then
        proxy.connection.backend_ndx = 0
    end
end

function read_query(packet)
    if packet:byte() == proxy.COM_QUIT then
        proxy.response = {type = proxy.MYSQLD_PACKET_OK}
        return proxy.PROXY_SEND_RESULT
    end
    local shard = tonumber(packet:match("/%*%s*shard=(%d+)%s*%*/")) or 1
    local backend = proxy.global.backends[shard]
    local error
    if not backend then
        error = "there is no shard " .. shard
    elseif backend.pool.users[proxy.connection.client.username].cur_idle_connections == 0 then
        error = "no connection to shard " .. shard .. " is idle"
    else
        proxy.connection.backend_ndx = shard
    end
    if error then
        proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = error}
        return proxy.PROXY_SEND_RESULT
    end
    proxy.queries:append(shard, packet, {resultset_is_needed = true})
    return proxy.PROXY_SEND_QUERY
end

function read_query_result(inj)
    print("shard " .. inj.id .. " answered")
    proxy.connection.backend_ndx = 0
end
