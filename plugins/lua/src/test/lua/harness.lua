-- What the tests of the scripts share: a `proxy` with backends, pools and private fields, and results to feed to hooks.

local test = require("proxy.test")

local M = { scripts = nil }

M.QUERY = string.char(3)

-- runs a script as the proxy does for a connection: its globals are its own
function M.load(path)
    local file = assert(io.open(M.scripts .. "/" .. path, "r"))
    local text = file:read("*a")
    file:close()
    local chunk = assert(loadstring(text, "@" .. path))
    local environment = setmetatable({}, { __index = _G })
    setfenv(chunk, environment)()
    return environment
end

-- modules that look at `proxy` while they are loaded are loaded anew for each test
local function forget_modules()
    package.loaded["proxy.auto-config"] = nil
end

local function address(name)
    return { name = name, address = name:match("^[^:]*"), port = tonumber(name:match(":(%d+)$")) }
end

local world

-- a server connection
local function server(ndx, fresh)
    world.next_thread = world.next_thread + 1
    return {
        thread_id = world.next_thread,
        backend = ndx,
        default_db = "",
        is_fresh = fresh,
        dst = address("server" .. ndx .. ":3306"),
        src = address("10.0.0.1:1000"),
    }
end

M.server = server

-- puts n idle connections into a backend's pool
function M.fill(ndx, n)
    for _ = 1, n do
        table.insert(world.idle[ndx], server(ndx, true))
    end
end

function M.idle(ndx)
    return #world.idle[ndx]
end

local function make_backend(ndx, kind)
    world.idle[ndx] = {}
    return {
        type = kind,
        state = proxy.BACKEND_STATE_UP,
        connected_clients = 0,
        dst = address("server" .. ndx .. ":3306"),
        pool = {
            min_idle_connections = 0,
            max_idle_connections = 0,
            users = setmetatable({}, {
                __index = function()
                    return { cur_idle_connections = #world.idle[ndx] }
                end,
            }),
        },
    }
end

local function set_backend(state, ndx)
    if ndx == 0 then
        if state.server then
            table.insert(world.idle[state.server.backend], state.server)
            state.server = nil
        end
    else
        local idle = world.idle[ndx]
        if idle and #idle > 0 then
            local taken = table.remove(idle)
            if state.server then
                table.insert(world.idle[state.server.backend], state.server)
            end
            state.server = taken
        end
    end
    state.backend_ndx = ndx
end

-- A new `proxy`: kinds is a list of "rw" and "ro". Unknown keys are nil, as in the proxy, since scripts keep their own
-- state there.
function M.start(kinds)
    test.ProxyBaseTest.setDefaultScope()
    setmetatable(proxy, nil)
    forget_modules()
    world = { idle = {}, next_thread = 100 }
    local backends = {}
    for i, kind in ipairs(kinds or { "rw" }) do
        backends[i] = make_backend(i, kind == "rw" and proxy.BACKEND_TYPE_RW or proxy.BACKEND_TYPE_RO)
    end
    proxy.global.backends = backends
    local state = {
        client = {
            username = "joe",
            default_db = "",
            src = address("127.0.0.1:5000"),
            dst = address("127.0.0.1:4040"),
            thread_id = 1,
        },
        backend_ndx = 0,
    }
    M.state = state
    proxy.connection = setmetatable({}, {
        __index = function(_, key)
            return state[key]
        end,
        __newindex = function(_, key, value)
            if key == "backend_ndx" then
                set_backend(state, value)
            elseif key == "connection_close" then
                state.closes = value
            else
                error("proxy.connection." .. key .. " is not writable")
            end
        end,
    })
end

-- gives the client a server connection
function M.connect(ndx)
    M.state.server = server(ndx, nil)
    M.state.backend_ndx = ndx
end

-- what is printed while a function runs, without the line end of the last line
function M.printed(run, ...)
    local lines, old = {}, print
    _G.print = function(...)
        local texts = {}
        for i = 1, select("#", ...) do
            texts[i] = tostring((select(i, ...)))
        end
        lines[#lines + 1] = table.concat(texts, "\t")
    end
    local ok, message = pcall(run, ...)
    _G.print = old
    if not ok then
        error(message, 0)
    end
    return table.concat(lines, "\n")
end

-- what read_query is called with: an empty queue, an empty answer
function M.query(script, packet)
    proxy.queries:reset()
    proxy.response = {}
    return script.read_query(packet)
end

function M.sql(script, text)
    return M.query(script, M.QUERY .. text)
end

-- the queued packets as text: "id:packet" per line, command bytes other than COM_QUERY as \n
function M.queue()
    local lines = {}
    for i, item in ipairs(proxy.queries.data) do
        local text = item.query
        if text:byte() == 3 then
            text = text:sub(2)
        else
            text = "\\" .. text:byte() .. " " .. text:sub(2)
        end
        lines[i] = item.id .. ":" .. text
    end
    return table.concat(lines, "\n")
end

function M.err_packet(code, message)
    return string.char(255, code % 256, math.floor(code / 256)) .. "#HY000" .. message
end

-- a result set; what is given wins over what is usual
function M.result(fields)
    local res = {
        query_status = proxy.MYSQLD_PACKET_OK,
        affected_rows = 0,
        insert_id = 0,
        warning_count = 0,
        raw = "\0\0\0\2\0\0\0",
        flags = { in_trans = false, auto_commit = true, no_good_index_used = false, no_index_used = false },
    }
    for key, value in pairs(fields or {}) do
        res[key] = value
    end
    if res.names then
        res.fields = {}
        for i, name in ipairs(res.names) do
            res.fields[i] = { name = name, type = proxy.MYSQL_TYPE_STRING }
        end
    end
    return res
end

function M.rows(rows)
    local i = 0
    return function()
        i = i + 1
        return rows[i]
    end
end

function M.error_result(code, message)
    return M.result({
        query_status = proxy.MYSQLD_PACKET_ERR,
        raw = M.err_packet(code, message),
        flags = { in_trans = false, auto_commit = false },
    })
end

function M.inj(id, sql, res, query_time)
    return {
        id = id,
        type = id,
        query = M.QUERY .. (sql or ""),
        query_time = query_time or 100,
        response_time = query_time or 100,
        resultset = res or M.result(),
    }
end

-- Answers all that is queued with OKs, the last one with `res`; what read_query_result said to that.
function M.answer(script, res)
    local queue = proxy.queries
    local said
    if M.state.server then
        M.state.server.is_fresh = false -- this client has used it
    end
    while queue:len() > 0 do
        local item = table.remove(queue.data, 1)
        local last = queue:len() == 0
        said = script.read_query_result({
            id = item.id,
            type = item.id,
            query = item.query,
            query_time = 100,
            response_time = 100,
            resultset = last and res or M.result(),
        })
    end
    return said
end

-- rows of proxy.response as text
function M.response_rows()
    local lines = {}
    for i, row in ipairs(proxy.response.resultset.rows) do
        local values = {}
        for n = 1, #proxy.response.resultset.fields do
            values[n] = tostring(row[n])
        end
        lines[i] = table.concat(values, "|")
    end
    return table.concat(lines, "\n")
end

function M.response_fields()
    local names = {}
    for i, field in ipairs(proxy.response.resultset.fields) do
        names[i] = field.name .. ":" .. tostring(field.type)
    end
    return table.concat(names, " ")
end

return M
