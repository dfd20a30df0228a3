--[[
    Several scripts behind each other:

        --proxy-lua-script=tutorial-chained.lua --proxy-lua-script=tutorial-resultset.lua

    For each hook they are asked in this order, and the first one that decides has its way: what this one answers or
    injects the next one does not see. To the result of an injection only its own script is asked. Each script has
    globals of its own; proxy.global is one for all of them, which is how they can talk to each other.

    This one answers SHOW CHAIN and refuses DROP DATABASE; anything else is left to the scripts behind it.
--]]

proxy.global.chained = proxy.global.chained or {passed = 0, refused = 0}

local function answer(fields, row)
    local named = {}
    for i, name in ipairs(fields) do
        named[i] = {type = proxy.MYSQL_TYPE_LONG, name = name}
    end
    proxy.response = {
        type = proxy.MYSQLD_PACKET_OK,
        resultset = {fields = named, rows = {row}},
    }
    return proxy.PROXY_SEND_RESULT
end

function read_query(packet)
    local counts = proxy.global.chained
    local text = packet:byte() == proxy.COM_QUERY and packet:sub(2):upper() or ""

    if text:match("^%s*SHOW%s+CHAIN%s*$") then
        return answer({"passed", "refused"}, {counts.passed, counts.refused})
    elseif text:match("^%s*DROP%s+DATABASE%s") or text:match("^%s*DROP%s+SCHEMA%s") then
        counts.refused = counts.refused + 1
        proxy.response = {
            type = proxy.MYSQLD_PACKET_ERR,
            errcode = 1290,
            sqlstate = "HY000",
            errmsg = "DROP DATABASE is not allowed here",
        }
        return proxy.PROXY_SEND_RESULT
    end
    counts.passed = counts.passed + 1
end
