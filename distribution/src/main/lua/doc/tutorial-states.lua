--[[
    Every hook, in the order in which a connection passes through them.

    Each may let things go on by returning nothing, or answer in place of the server with PROXY_SEND_RESULT.
--]]

--- a client has connected, and no server has been chosen yet
function connect_server()
    print("--> a client really wants to talk to a server")
end

--- the server has greeted; what it said about itself is known
function read_handshake()
    local connection = proxy.connection

    print("<-- let's send him some information about us")
    print("    mysqld-version: " .. tostring(connection.server.mysqld_version))
    print("    thread-id     : " .. tostring(connection.server.thread_id))
    print("    scramble-buf  : " .. string.format("%q", connection.server.scramble_buffer))
    print("    server-addr   : " .. tostring(connection.server.dst.address))
    print("    client-addr   : " .. tostring(connection.client.src.address))

    if connection.client.src.address ~= "127.0.0.1" then
        print("we don't like this client")
        proxy.response = {
            type = proxy.MYSQLD_PACKET_ERR,
            errmsg = "only local connects are allowed",
        }
        return proxy.PROXY_SEND_RESULT
    end
end

--- the client says who it is; the password is scrambled
function read_auth()
    local client = proxy.connection.client

    print("--> there, look, the client is responding to the server auth packet")
    print("    username      : " .. tostring(client.username))
    print("    password      : " .. string.format("%q", client.scrambled_password or ""))
    print("    default_db    : " .. tostring(client.default_db))

    if client.username == "evil" then
        proxy.response = {
            type = proxy.MYSQLD_PACKET_ERR,
            errmsg = "evil logins are not allowed",
        }
        return proxy.PROXY_SEND_RESULT
    end
end

--- what the server thinks of it; some methods take more than one round
function read_auth_result(auth)
    local state = auth.packet:byte()

    if state == proxy.MYSQLD_PACKET_OK then
        print("<-- auth ok")
    elseif state == proxy.MYSQLD_PACKET_ERR then
        print("<-- auth failed")
    else
        print("<-- auth ... don't know: " .. string.format("%q", auth.packet))
    end
end

--- a command
function read_query(packet)
    print("--> someone sent us a query")
    if packet:byte() == proxy.COM_QUERY then
        print("    query: " .. packet:sub(2))

        if packet:sub(2) == "SELECT 1" then
            proxy.queries:append(1, packet, {resultset_is_needed = true})
            return proxy.PROXY_SEND_QUERY
        end
    end
end

--- the result of something that read_query() has put into the queue
function read_query_result(inj)
    print("<-- ... ok, this only gets called when read_query() told us")

    -- a packet made by hand: ERR, its number (1279, lowest byte first), # and the state, the text
    proxy.response = {
        type = proxy.MYSQLD_PACKET_RAW,
        packets = {
            string.char(proxy.MYSQLD_PACKET_ERR) .. "\255\004" .. "#12S23" .. "raw, raw, raw",
        },
    }
    return proxy.PROXY_SEND_RESULT
end

--- one of the two has gone
function disconnect_client()
    print("--- the client has left")
end
