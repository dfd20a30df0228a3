--[[
    Shows what is in the packets: each command, and all of its result.

    Every command that has an answer is put into the queue, so that read_query_result() gets to see the answer. Some
    have none, or none that ends; they are shown and passed on.
--]]

local names = {}
for _, name in ipairs({
    "QUIT", "INIT_DB", "QUERY", "FIELD_LIST", "STATISTICS", "PROCESS_INFO", "PROCESS_KILL", "DEBUG", "PING",
    "CHANGE_USER", "BINLOG_DUMP", "BINLOG_DUMP_GTID", "REGISTER_SLAVE", "STMT_PREPARE", "STMT_EXECUTE",
    "STMT_SEND_LONG_DATA", "STMT_CLOSE", "STMT_RESET", "SET_OPTION", "STMT_FETCH", "RESET_CONNECTION",
}) do
    local number = proxy["COM_" .. name]
    if number then
        names[number] = "COM_" .. name
    end
end

--- commands that must not wait in the queue for a result
local passed = {}
for _, name in ipairs({
    "COM_QUIT", "COM_STMT_CLOSE", "COM_STMT_SEND_LONG_DATA", "COM_CHANGE_USER", "COM_BINLOG_DUMP",
    "COM_BINLOG_DUMP_GTID",
}) do
    if proxy[name] then
        passed[proxy[name]] = true
    end
end

--- by statement id: {query, num_params}
local prepared = {}

local function hex(bytes)
    return (bytes:gsub(".", function(char) return string.format("%02x ", char:byte()) end))
end

--- a number of so many bytes, lowest first; nil when the packet is too short
local function number_at(packet, at, bytes)
    local value = 0
    for i = bytes - 1, 0, -1 do
        local byte = packet:byte(at + i)
        if not byte then
            return nil
        end
        value = value * 256 + byte
    end
    return value
end

local function command_name(packet)
    local command = packet:byte()
    return names[command] or ("command " .. tostring(command))
end

local function show_connection()
    local server = proxy.connection.server
    local backend = proxy.global.backends[proxy.connection.backend_ndx]

    print(".== connection ")
    print("| backend[ndx] = " .. proxy.connection.backend_ndx)
    if backend then
        print("| connected_clients = " .. backend.connected_clients)
    end
    if server then
        print("| address = " .. tostring(server.dst.name))
        print("| server-version = " .. tostring(server.mysqld_version))
        print("| default-db = " .. tostring(server.default_db))
        print("| thread-id = " .. tostring(server.thread_id))
    end
    print("'== ")
end

local function show_execute(packet)
    local id = number_at(packet, 2, 4)
    local flags = packet:byte(6) or 0
    print("| | stmt-id = " .. tostring(id))
    print("| | flags = " .. string.format("%02x", flags))
    print("| | iteration_count = " .. tostring(number_at(packet, 7, 4)))

    local statement = id and prepared[id]
    if not statement then
        return -- from before the script saw this connection
    end
    if statement.num_params == 0 then
        print("| | (no params)")
    else
        local at = 11
        if math.floor(flags / 8) % 2 == 1 then
            at = at + 1 -- newer clients count the values once more
        end
        local bytes = math.floor((statement.num_params + 7) / 8)
        print("| | nul_bitmap = " .. hex(packet:sub(at, at + bytes - 1)))
        print("| | new_param = " .. tostring(packet:byte(at + bytes)))
    end
    print("| | prepared-query = " .. string.format("%q", statement.query))
end

local function show_query(packet)
    local command = packet:byte()

    print("| query.len = " .. #packet)
    print("| query.packet = " .. hex(packet))
    print("| .--- query")
    print("| | command = " .. command_name(packet))
    if command == proxy.COM_QUERY or command == proxy.COM_STMT_PREPARE then
        print("| | query = " .. string.format("%q", packet:sub(2)))
    elseif command == proxy.COM_INIT_DB then
        print("| | db = " .. packet:sub(2))
    elseif command == proxy.COM_STMT_EXECUTE then
        show_execute(packet)
    else
        print("| | packet = " .. hex(packet))
    end
    print("| '---")
end

local function show_status(inj, resultset)
    local flags = resultset.flags
    print("| result.len = " .. #resultset.raw)
    print("| result.packet = " .. hex(resultset.raw))
    print("| result.flags = { in_trans = " .. tostring(flags.in_trans)
        .. ", auto_commit = " .. tostring(flags.auto_commit)
        .. ", no_good_index_used = " .. tostring(flags.no_good_index_used)
        .. ", no_index_used = " .. tostring(flags.no_index_used) .. " }")
    print("| result.warning_count = " .. tostring(resultset.warning_count))
    if resultset.affected_rows then
        print("| result.affected_rows = " .. resultset.affected_rows)
        print("| result.insert_id = " .. tostring(resultset.insert_id))
    end
    print("| result.query_status = " .. tostring(resultset.query_status))
    print("| query_time = " .. inj.query_time .. "us")
    print("| response_time = " .. inj.response_time .. "us")
end

--- the parts of an ERR packet: 255, number (2), and since 4.1 a # with a state of 5 bytes, the text
local function show_error(raw)
    local state, text = raw:match("^#(.....)(.*)$", 4)
    print("| result.err.code = " .. tostring(number_at(raw, 2, 2)))
    print("| result.err.sql_state = " .. tostring(state))
    print("| result.err.msg = " .. tostring(text or raw:sub(4)))
end

local function show_rows(resultset)
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

local function show_prepared(inj, raw)
    local id = number_at(raw, 2, 4)
    local num_params = number_at(raw, 8, 2)
    prepared[id] = {query = inj.query:sub(2), num_params = num_params}
    print("| | stmt-id = " .. id)
    print("| | num-cols = " .. tostring(number_at(raw, 6, 2)))
    print("| | num-params = " .. tostring(num_params))
    if #raw >= 12 then
        print("| | (5.0) warning-count = " .. tostring(number_at(raw, 11, 2)))
    end
end

--- whether there are rows to show; an EXECUTE that was answered by OK has none, and says so by an error
local function has_rows(resultset)
    local ok, rows = pcall(function() return resultset.rows end)
    return ok and rows ~= nil
end

local function show_result(inj, resultset)
    local command = inj.query:byte()
    local is_query = command == proxy.COM_QUERY or command == proxy.COM_STMT_EXECUTE

    print("| .--- result-set")
    print("| | command = " .. command_name(inj.query))
    if command == proxy.COM_STMT_PREPARE then
        show_prepared(inj, resultset.raw)
    elseif is_query and has_rows(resultset) then
        show_rows(resultset)
    elseif not is_query then
        print("| | packet = " .. hex(resultset.raw))
    end
    print("| '---")
end

function read_query(packet)
    local command = packet:byte()

    if passed[command] then
        print(".---  mysql query")
        show_query(packet)
        print("'---")
        if command == proxy.COM_STMT_CLOSE then
            prepared[number_at(packet, 2, 4) or 0] = nil
        end
        return
    end
    proxy.queries:append(1, packet, {resultset_is_needed = true})
    return proxy.PROXY_SEND_QUERY
end

function read_query_result(inj)
    local resultset = inj.resultset

    show_connection()
    print(".---  mysql query")
    show_query(inj.query)
    print("|")
    show_status(inj, resultset)
    if resultset.raw:byte() == proxy.MYSQLD_PACKET_ERR then
        show_error(resultset.raw)
    else
        show_result(inj, resultset)
    end
    print("'---")
end
