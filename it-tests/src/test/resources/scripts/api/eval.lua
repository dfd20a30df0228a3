-- Runs what the client says, for tests of one expression each:
--   lua EXPRESSION             its value, as text
--   do CHUNK                   returns what the chunk returns
--   inj EXPRESSION FOR SQL     the value of an expression about inj, the kept result of a statement
--   stream EXPRESSION FOR SQL  the same, when the result is not kept; the value is printed
--   each SQL ; SQL ; ...       sends all of them, numbered from 1; printed: number and first byte of each result

local after

local function value(text)
    proxy.response = {
        type = proxy.MYSQLD_PACKET_OK,
        resultset = {fields = {{name = "value", type = proxy.MYSQL_TYPE_STRING}}, rows = {{text}}},
    }
    return proxy.PROXY_SEND_RESULT
end

local function failure(text)
    proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = text}
    return proxy.PROXY_SEND_RESULT
end

local function compiled(code)
    local chunk, message = loadstring(code, "=eval")
    return setfenv(chunk or function() error(message, 0) end, getfenv(1))
end

local function run(chunk, ...)
    local ok, result = pcall(chunk, ...)
    if ok then
        return value(tostring(result))
    end
    return failure(tostring(result))
end

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY then
        return
    end
    local word, code = packet:sub(2):match("^(%w+) (.*)$")
    if word == "lua" then
        return run(compiled("return " .. code))
    elseif word == "do" then
        return compiled(code)()
    elseif word == "inj" or word == "stream" then
        local chunk, sql = code:match("^(.-) FOR (.*)$")
        after = compiled("local inj = ... return " .. chunk)
        proxy.queries:append(word == "inj" and 1 or 2, "\3" .. sql, {resultset_is_needed = word == "inj"})
        return proxy.PROXY_SEND_QUERY
    elseif word == "each" then
        local id = 10
        for sql in (code .. " ; "):gmatch("(.-) ; ") do
            id = id + 1
            proxy.queries:append(id, "\3" .. sql, {resultset_is_needed = true})
        end
        return proxy.PROXY_SEND_QUERY
    end
end

function read_query_result(inj)
    if inj.id == 1 then
        return run(after, inj)
    elseif inj.id == 2 then
        print("stream: " .. tostring(select(2, pcall(after, inj))))
    elseif inj.id == 11 then
        print("result 11: " .. inj.resultset.raw:byte())
    else
        print("result " .. tostring(inj.id) .. ": " .. inj.resultset.raw:byte())
        return proxy.PROXY_IGNORE_RESULT
    end
end
