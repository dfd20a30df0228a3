-- An error in each hook; the proxy goes on as if the hook were not there.

local function fails(hook)
    return function()
        error("trouble in " .. hook)
    end
end

connect_server = fails("connect_server")
read_handshake = fails("read_handshake")
read_auth = fails("read_auth")
read_auth_result = fails("read_auth_result")
disconnect_client = fails("disconnect_client")

function read_query(packet)
    if packet:byte() == proxy.COM_QUERY and packet:sub(2, 12) == "SELECT 'inj" then
        proxy.queries:append(1, packet, {resultset_is_needed = true})
        return proxy.PROXY_SEND_QUERY
    end
    error("trouble in read_query")
end

read_query_result = fails("read_query_result")
