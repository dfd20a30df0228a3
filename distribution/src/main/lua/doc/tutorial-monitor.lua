--[[
    A statement that no client asked for.

    read_query() puts one into the queue and, as it returns nothing, the client's own command is passed on and the
    queue is emptied again, with a line in the log. Return proxy.PROXY_SEND_QUERY to see the rest at work: the result
    is printed, and goes to the client in place of its own.
--]]

local MONITOR = 1

function read_query()
    if proxy.connection then
        print("inject monitor query into backend # " .. proxy.connection.backend_ndx)
    else
        print("inject monitor query")
    end
    proxy.queries:append(MONITOR, string.char(proxy.COM_QUERY) .. "SELECT NOW()", {resultset_is_needed = true})
end

local function hex(bytes)
    return (bytes:gsub(".", function(char) return string.format("%02x ", char:byte()) end))
end

local function print_rows(resultset)
    local fields = resultset.fields
    print("| | num-cols = " .. #fields)
    for i = 1, #fields do
        print("| | field[" .. i .. "] = { type = " .. fields[i].type .. ", name = " .. tostring(fields[i].name) .. " }")
    end
    local number = 0
    for row in resultset.rows do
        local cells = {}
        for i = 1, #fields do
            cells[i] = row[i] == nil and "(nul)" or tostring(row[i])
        end
        print("| | row[" .. number .. "] = { " .. table.concat(cells, ", ") .. " }")
        number = number + 1
    end
end

function read_query_result(inj)
    local resultset = inj.resultset

    print(".---  mysql query")
    print("| query.len = " .. #inj.query)
    print("| query.packet = " .. hex(inj.query))
    print("| .--- query")
    print("| | command = COM_QUERY")
    print("| | query = " .. string.format("%q", inj.query:sub(2)))
    print("| '---")
    print("|")
    print("| result.len = " .. #resultset.raw)
    print("| result.packet = " .. hex(resultset.raw))
    print("| .--- result-set")
    if resultset.rows then
        print_rows(resultset)
    end
    print("| '---")
    print("'---")
end
