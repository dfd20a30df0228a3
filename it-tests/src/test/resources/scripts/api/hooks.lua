-- Prints each hook with the number of its arguments; the table of the connection is at hand in all of them.

local function hook(name)
    return function(...)
        print("hook " .. name .. " " .. select("#", ...) .. " " .. proxy.connection.backend_ndx
            .. " " .. tostring(proxy.connection.server ~= nil))
    end
end

connect_server = hook("connect_server")
read_handshake = hook("read_handshake")
read_auth = hook("read_auth")
read_auth_result = hook("read_auth_result")
disconnect_client = hook("disconnect_client")

local show_query = hook("read_query")
function read_query(packet)
    show_query(packet)
    print("command " .. packet:byte() .. " queue " .. #proxy.queries .. " response " .. tostring(next(proxy.response)))
    if packet:sub(2) == "SELECT 'again'" then
        proxy.queries:append(1, packet, {resultset_is_needed = true})
        return proxy.PROXY_SEND_QUERY
    elseif packet:sub(2) == "SELECT 'redefine'" then
        read_query = function() print("redefined") end
    end
end

read_query_result = hook("read_query_result")
