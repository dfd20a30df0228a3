--[[
    Makes one result of two: a SELECT is sent twice, and the client gets the rows of both.

    Between two servers this would be sharding; with one it shows how results are taken apart and put together.
--]]

local FIRST = 1
local SECOND = 2

local rows = {}

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY or not packet:sub(2):upper():match("^%s*SELECT%W") then
        return
    end
    rows = {}
    proxy.queries:append(FIRST, packet, {resultset_is_needed = true})
    proxy.queries:append(SECOND, packet, {resultset_is_needed = true})
    return proxy.PROXY_SEND_QUERY
end

local function collect(resultset)
    local width = #resultset.fields
    for row in resultset.rows do
        local copy = {}
        for column = 1, width do
            copy[column] = row[column]
        end
        rows[#rows + 1] = copy
    end
end

local function answer(resultset)
    local fields = {}
    for i = 1, #resultset.fields do
        fields[i] = {type = resultset.fields[i].type, name = resultset.fields[i].name}
    end
    proxy.response = {
        type = proxy.MYSQLD_PACKET_OK,
        resultset = {fields = fields, rows = rows},
    }
    return proxy.PROXY_SEND_RESULT
end

function read_query_result(inj)
    local resultset = inj.resultset
    if not resultset.rows then
        -- an error, or a SELECT ... INTO: it is the answer, and the other one is not sent any more
        proxy.queries:reset()
        return
    end
    collect(resultset)
    if inj.id == FIRST then
        return proxy.PROXY_IGNORE_RESULT
    end
    return answer(resultset)
end
