--[[
    How long does a statement take?

    Both times are microseconds and begin when the statement is put into the queue: query_time ends with the first
    packet of the result, response_time with the last one.
--]]

function read_query(packet)
    if packet:byte() == proxy.COM_QUERY then
        print("we got a normal query: " .. packet:sub(2))
        proxy.queries:append(1, packet)
        return proxy.PROXY_SEND_QUERY
    end
end

function read_query_result(inj)
    print("query-time: " .. (inj.query_time / 1000) .. "ms")
    print("response-time: " .. (inj.response_time / 1000) .. "ms")
end
