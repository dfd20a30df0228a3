--[[
    Who talks to whom: the four ends of the two connections that the proxy is between.

    Each side of the proxy has an address where the data comes from (src) and one where it goes to (dst). In
    connect_server() there is no server yet. When all is known every client is sent away: this is only a demonstration.
--]]

local function show(prefix, address)
    print(string.format("%s: %s (type = %d, address = %s, port = %d",
        prefix,
        address.name or "nil",
        address.type or -1,
        address.address or "nil",
        address.port or -1)) -- unix sockets have no port
end

function connect_server()
    show("client src", proxy.connection.client.src)
    show("client dst", proxy.connection.client.dst)
end

function read_handshake()
    show("server src", proxy.connection.server.src)
    show("server dst", proxy.connection.server.dst)

    proxy.response = {
        type = proxy.MYSQLD_PACKET_ERR,
        errmsg = "done",
    }
    return proxy.PROXY_SEND_RESULT
end
