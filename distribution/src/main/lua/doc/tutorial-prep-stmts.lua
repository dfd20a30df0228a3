--[[
    Prepared statements on the wire: what is prepared, with which values it is executed, when it is closed.

    mysql.proto takes the packets apart. A client names the types of its values at the first execution only, so they
    are remembered for the others. Closing has no answer: such a command is looked at and passed on, never injected.
--]]

local proto = require("mysql.proto")

local PREPARE = 1
local EXECUTE = 2

--- by statement id: {num_columns, num_params, types}
local statements = {}

-- what comes before the parameters: command, id (4), flags, iteration count (4)
local HEAD = 10

--- the values of an execution, or nil when they cannot be told
local function parameters(packet, statement)
    local count = statement.num_params
    if count == 0 then
        return {}
    end
    local nul_bytes = math.floor((count + 7) / 8)
    local bound_at = HEAD + nul_bytes + 1
    if packet:byte(bound_at) == 1 then
        statement.types = packet:sub(bound_at + 1, bound_at + 2 * count)
    elseif statement.types then
        packet = packet:sub(1, bound_at - 1) .. "\1" .. statement.types .. packet:sub(bound_at + 1)
    else
        return nil
    end
    -- values that were sent as long data are not in this packet
    local ok, execute = pcall(proto.from_stmt_execute_packet, packet, count)
    return ok and execute.params or nil
end

local function show_execute(packet)
    local id = proto.stmt_id_from_stmt_execute_packet(packet)
    print(string.format("> EXECUTE: stmt-id = %d", id))

    local statement = statements[id]
    local params = statement and parameters(packet, statement)
    if params then
        for i, param in ipairs(params) do
            print(string.format(" [%d] %s (type = %d)", i, tostring(param.value), param.type))
        end
    end
end

function read_query(packet)
    local command = packet:byte()

    if command == proxy.COM_STMT_PREPARE then
        print("> PREPARE: " .. proto.from_stmt_prepare_packet(packet).stmt_text)
        proxy.queries:append(PREPARE, packet, {resultset_is_needed = true})
        return proxy.PROXY_SEND_QUERY
    elseif command == proxy.COM_STMT_EXECUTE then
        show_execute(packet)
        proxy.queries:append(EXECUTE, packet, {resultset_is_needed = true})
        return proxy.PROXY_SEND_QUERY
    elseif command == proxy.COM_STMT_CLOSE then
        local id = proto.from_stmt_close_packet(packet).stmt_id
        print(string.format("> CLOSE: stmt-id = %d", id))
        statements[id] = nil
    end
end

function read_query_result(inj)
    if inj.id ~= PREPARE then
        return
    end
    local raw = inj.resultset.raw
    if raw:byte() ~= proxy.MYSQLD_PACKET_OK then
        return -- the server did not understand it
    end
    local prepared = proto.from_stmt_prepare_ok_packet(raw)
    print(string.format("< PREPARE: stmt-id = %d (resultset-cols = %d, params = %d)",
        prepared.stmt_id, prepared.num_columns, prepared.num_params))
    statements[prepared.stmt_id] = {num_columns = prepared.num_columns, num_params = prepared.num_params}
end
