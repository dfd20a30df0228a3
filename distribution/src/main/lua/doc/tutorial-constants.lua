--[[
    Versions: of the proxy, as a number that can be compared, and of Lua.

    PROXY_VERSION has a byte each for the parts of the version: 0x00805 is 0.8.5.
--]]

assert(proxy.PROXY_VERSION >= 0x00501, "you need at least mysql-proxy 0.5.1 to run this module")

function read_query(packet)
    if packet:byte() == proxy.COM_QUERY then
        print("get got a Query: " .. packet:sub(2))
        print(string.format("we are: %05x", proxy.PROXY_VERSION))
        print("lua is: " .. _VERSION)
    end
end
