-- auditing: prints who logs in from where, and every query.
--
--   mysql-proxy --proxy-lua-script=share/doc/mysql-proxy/auditing.lua

-- the user of this connection: a field of `proxy` is the connection's own
local function user()
    return tostring(proxy.auditing_user or proxy.connection.client.username)
end

local function name_of(address)
    return tostring(address and address.name)
end

function read_handshake()
    print("<-- let's send him some information about us")
    print("    server-addr   : " .. name_of(proxy.connection.server.dst))
    print("    client-addr   : " .. name_of(proxy.connection.client.src))
end

function read_auth()
    proxy.auditing_user = proxy.connection.client.username or ""
    print("--> there, look, the client is responding to the server auth packet")
    print("    username      : " .. user())
end

function read_auth_result(auth)
    local status = auth.packet:byte()
    if status == proxy.MYSQLD_PACKET_OK then
        print("<-- auth ok")
    elseif status == proxy.MYSQLD_PACKET_ERR then
        print("<-- auth failed")
    else
        print(string.format("<-- auth ... don't know: %q", auth.packet))
    end
end

function read_query(packet)
    print("--> '" .. user() .. "' sent us a query")
    if packet:byte() == proxy.COM_QUERY then
        print("    query: " .. packet:sub(2))
    end
end
