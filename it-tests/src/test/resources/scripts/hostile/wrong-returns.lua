-- Return values that mean nothing. "RETURN <name>" chooses one.

local values = {
    text = "nonsense",
    yes = true,
    no = false,
    object = {},
    negative = -1,
    zero = 0,
    huge = 1e300,
    fraction = 2.5,
    ignore = proxy.PROXY_IGNORE_RESULT,
    internal = 3,
    func = print,
    nan = 0 / 0,
    send_empty = proxy.PROXY_SEND_QUERY,
}

function read_query(packet)
    local name = packet:byte() == proxy.COM_QUERY and packet:sub(2):match("'return (%S+)'")
    if name then
        return values[name]
    end
end
