--[[
    Shows the warnings that nobody asks for.

    The number of warnings comes with each result. When there are some, a SHOW WARNINGS is sent behind the statement;
    it may be put into the queue while results are read.
--]]

local CLIENTS = 1
local WARNINGS = 2

function read_query(packet)
    if packet:byte() == proxy.COM_QUERY then
        proxy.queries:append(CLIENTS, packet, {resultset_is_needed = true})
        return proxy.PROXY_SEND_QUERY
    end
end

function read_query_result(inj)
    local resultset = inj.resultset

    if inj.id == CLIENTS then
        if (resultset.warning_count or 0) > 0 then
            print("Query had warnings: " .. inj.query:sub(2))
            proxy.queries:append(WARNINGS, string.char(proxy.COM_QUERY) .. "SHOW WARNINGS",
                {resultset_is_needed = true})
        end
        return
    end

    if resultset.rows then
        for row in resultset.rows do
            -- 1 is the level, 2 the code, 3 the message
            print(string.format("warning: [%s] %s", tostring(row[2]), tostring(row[3])))
        end
    end
    return proxy.PROXY_IGNORE_RESULT
end
