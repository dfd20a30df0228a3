--[[
    The rows of prepared statements.

    They come in another form than those of plain statements: numbers, dates and times in binary. A script reads them
    in the same way as the others, as text, NULL as nil. And a field object knows more: the database it is from, its
    character set, its flags.

        numbers     as the server would write them
        dates       2026-11-22, times 12:34:56, both 2026-11-22 12:34:56.000001
--]]

function read_query(packet)
    if packet:byte() == proxy.COM_STMT_EXECUTE then
        proxy.queries:append(1, packet, {resultset_is_needed = true})
        return proxy.PROXY_SEND_QUERY
    end
end

function read_query_result(inj)
    local result = inj.resultset
    if result.query_status ~= proxy.MYSQLD_PACKET_OK or result.affected_rows then
        return -- no rows: an error, or a statement that has none
    end

    local fields = result.fields
    for i = 1, #fields do
        local field = fields[i]
        print(string.format("field %d: %s, type = %d, db = %s, charset = %d, flags = %d",
            i, tostring(field.name), field.type, tostring(field.db), field.charset, field.flags))
    end
    local number = 0
    for row in result.rows do
        number = number + 1
        local cells = {}
        for i = 1, #fields do
            cells[i] = row[i] == nil and "NULL" or tostring(row[i])
        end
        print("row " .. number .. ": " .. table.concat(cells, ", "))
    end
end
