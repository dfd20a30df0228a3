-- Who reads only gets a read-only backend. The user is known after the login, so the connection is changed then.

local readers = {app = true}

function connect_server()
    -- take care that there is a connection to each kind of server
    for i = 1, #proxy.global.backends do
        local backend = proxy.global.backends[i]
        if backend.state ~= proxy.BACKEND_STATE_DOWN and backend.pool.users[""].cur_idle_connections == 0 then
            proxy.connection.backend_ndx = i
            return
        end
    end
end

function read_auth_result(auth)
    if auth.packet:byte() == proxy.MYSQLD_PACKET_OK then
        proxy.connection.backend_ndx = 0
    end
end

local function wanted_type()
    return readers[proxy.connection.client.username] and proxy.BACKEND_TYPE_RO or proxy.BACKEND_TYPE_RW
end

function read_query(packet)
    if proxy.connection.server then
        return
    end
    local user = proxy.connection.client.username
    for i = 1, #proxy.global.backends do
        local backend = proxy.global.backends[i]
        if backend.type == wanted_type() and backend.pool.users[user].cur_idle_connections > 0 then
            proxy.connection.backend_ndx = i
            print(("%s is sent to %s"):format(user, backend.dst.name))
            return
        end
    end
    proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = "no server for " .. user}
    return proxy.PROXY_SEND_RESULT
end

function disconnect_client()
    proxy.connection.backend_ndx = 0
end
