--[[
    Answers of our own: a result set and an error.

        SHOW QUERYCOUNTER   how many commands came, from all clients and from this one
        SHOW MYERROR        an error

    A script's top-level locals belong to one connection; proxy.global belongs to all.
--]]

proxy.global.query_counter = proxy.global.query_counter or 0

local query_counter = 0

local function show_querycounter()
    proxy.response = {
        type = proxy.MYSQLD_PACKET_OK,
        resultset = {
            fields = {
                {type = proxy.MYSQL_TYPE_LONG, name = "global_query_counter"},
                {type = proxy.MYSQL_TYPE_LONG, name = "query_counter"},
            },
            rows = {
                {proxy.global.query_counter, query_counter},
            },
        },
    }
    return proxy.PROXY_SEND_RESULT
end

local function show_myerror()
    proxy.response = {
        type = proxy.MYSQLD_PACKET_ERR,
        errmsg = "my first error",
    }
    return proxy.PROXY_SEND_RESULT
end

local commands = {
    querycounter = show_querycounter,
    myerror = show_myerror,
}

function read_query(packet)
    proxy.global.query_counter = proxy.global.query_counter + 1
    query_counter = query_counter + 1

    if packet:byte() ~= proxy.COM_QUERY then
        return
    end
    local verb, what = packet:sub(2):lower():match("^%s*(%w+)%s+(%w+)")
    if verb == "show" and commands[what] then
        return commands[what]()
    end
end
