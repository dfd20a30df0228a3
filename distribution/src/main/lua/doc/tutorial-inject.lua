--[[
    Sends a statement of our own behind each one of the client.

    What is to be sent is put into proxy.queries, each with a number of our choice by which read_query_result()
    recognises its result. The client must see one result only, so ours is kept back (resultset_is_needed) and ignored.
--]]

local CLIENTS = 1
local OURS = 2

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY then
        return
    end
    print("we got a normal query: " .. packet:sub(2))

    proxy.queries:append(CLIENTS, packet)
    proxy.queries:append(OURS, string.char(proxy.COM_QUERY) .. "SELECT NOW()", {resultset_is_needed = true})
    return proxy.PROXY_SEND_QUERY
end

function read_query_result(inj)
    print("injected result-set: id = " .. inj.id)
    if inj.id ~= OURS then
        return
    end
    local rows = inj.resultset.rows
    if rows then
        for row in rows do
            print("injected query returned: " .. tostring(row[1]))
        end
    end
    return proxy.PROXY_IGNORE_RESULT
end
