--[[
    The smallest script: it looks at what clients send and leaves it alone.

    A packet is a string. Its first byte says which command it is, the rest belongs to the command; in a COM_QUERY
    it is the statement.
--]]

function read_query(packet)
    if packet:byte() == proxy.COM_QUERY then
        print("we got a normal query: " .. packet:sub(2))
    end
end
