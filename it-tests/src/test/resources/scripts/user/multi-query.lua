-- Three statements around each SELECT; the client sees its own result and nothing else.

local BEFORE, CLIENTS, AFTER = 10, 20, 30

local total

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY or not packet:sub(2):upper():match("^SELECT") then
        return
    end
    local keep = {resultset_is_needed = true}
    proxy.queries:append(CLIENTS, packet, keep)
    proxy.queries:prepend(BEFORE, string.char(proxy.COM_QUERY) .. "SET @counted = COALESCE(@counted, 0) + 1", keep)
    proxy.queries:append(AFTER, string.char(proxy.COM_QUERY) .. "SELECT @counted", keep)
    assert(#proxy.queries == 3)
    return proxy.PROXY_SEND_QUERY
end

function read_query_result(inj)
    print("result of " .. inj.id)
    if inj.id == CLIENTS then
        return
    elseif inj.id == AFTER then
        for row in inj.resultset.rows do
            total = tonumber(row[1])
        end
        print("selects so far: " .. total)
    end
    return proxy.PROXY_IGNORE_RESULT
end
