-- analyze-query: statistics of query times per normalised query; what takes unusually long is logged.
--
--   mysql-proxy --proxy-lua-script=share/doc/mysql-proxy/analyze-query.lua
--   mysql> SELECT * FROM histogram.queries;
--   mysql> DELETE FROM histogram.queries;
--
-- A query is logged if it took longer than the average of all queries plus five standard deviations.
--
-- Options (PROXY SET GLOBAL analyze_query.<name> = <value>):
--   analyze_queries = true        measure
--   auto_explain = false          log the EXPLAIN of a slow SELECT
--   auto_processlist = false      log the process list at that moment
--   min_queries = 1000            start to log after that many
--   min_query_time = 1000         microseconds; what is faster is never logged
--   query_cutoff = 160            bytes of a query that SELECT shows
--   log_slower_queries = false    compare with the average of the query itself too
--   max_entries = 10000           different queries to measure one by one
--
-- proxy.global.queries[id].do_analyze = true logs what the query changes in SHOW SESSION STATUS.

local commands = require("proxy.commands")
local tokenizer = require("proxy.tokenizer")
local auto_config = require("proxy.auto-config")

if not proxy.global.config.analyze_query then
    proxy.global.config.analyze_query = {
        analyze_queries = true,
        auto_explain = false,
        auto_processlist = false,
        min_queries = 1000,
        min_query_time = 1000,
        query_cutoff = 160,
        log_slower_queries = false,
        max_entries = 10000,
    }
end

local ID_CLIENT, ID_STATUS_BEFORE, ID_STATUS_AFTER, ID_PROCESSLIST, ID_EXPLAIN = 1, 2, 3, 4, 5
local BUFFERED = { resultset_is_needed = true }
local STATUS = "SHOW SESSION STATUS"

-- ---------------------------------------------------------------- averages

function math.rolling_avg_init()
    return { count = 0, value = 0, sum_value = 0 }
end

function math.rolling_avg(val, tbl)
    tbl.count = tbl.count + 1
    tbl.sum_value = tbl.sum_value + val
    tbl.value = tbl.sum_value / tbl.count
    return tbl.value
end

function math.rolling_stddev_init()
    return { count = 0, value = 0, sum_x = 0, sum_x_sqr = 0 }
end

-- of a sample; 0 as long as there is but one
function math.rolling_stddev(val, tbl)
    tbl.count = tbl.count + 1
    tbl.sum_x = tbl.sum_x + val
    tbl.sum_x_sqr = tbl.sum_x_sqr + val * val
    local n = tbl.count
    if n > 1 then
        local square = (n * tbl.sum_x_sqr - tbl.sum_x * tbl.sum_x) / (n * (n - 1))
        tbl.value = math.sqrt(math.max(square, 0))
    else
        tbl.value = 0
    end
    return tbl.value
end

local function new_entry(db, norm)
    return {
        db = db,
        query = norm,
        avg = math.rolling_avg_init(),
        stddev = math.rolling_stddev_init(),
    }
end

proxy.global.queries = proxy.global.queries or {}
proxy.global.queries_count = proxy.global.queries_count or 0
proxy.global.baseline = proxy.global.baseline or {
    avg = math.rolling_avg_init(),
    stddev = math.rolling_stddev_init(),
}

-- ---------------------------------------------------------------- text

-- microseconds with the unit that fits
function normalize_time(us)
    if us <= 10000 then
        return string.format("%.2f us", us)
    end
    local ms = us / 1000
    if ms <= 10000 then
        return string.format("%.2f ms", ms)
    end
    return string.format("%.2f s", ms / 1000)
end

local QUOTED = {
    [proxy.MYSQL_TYPE_STRING] = true,
    [proxy.MYSQL_TYPE_VAR_STRING] = true,
    [proxy.MYSQL_TYPE_LONG_BLOB] = true,
    [proxy.MYSQL_TYPE_MEDIUM_BLOB] = true,
}

-- the rows of a result, one line each
function resultset_to_string(res)
    local fields = res.fields
    local lines, n = {}, 0
    for row in res.rows do
        local values = {}
        for i = 1, #fields do
            if row[i] == nil then
                values[i] = "NULL"
            elseif QUOTED[fields[i].type] then
                values[i] = string.format("%q", row[i])
            else
                values[i] = row[i]
            end
        end
        lines[#lines + 1] = "  [" .. n .. "]{ " .. table.concat(values, ", ") .. " }\n"
        n = n + 1
    end
    return table.concat(lines)
end

-- ---------------------------------------------------------------- queries

-- what belongs to this connection: a field of `proxy` is its own
local function get_state()
    local state = proxy.analyze_query_state
    if not state then
        state = {}
        proxy.analyze_query_state = state
    end
    return state
end

local function queue_length()
    local queries = proxy.queries
    if queries.len then
        return queries:len()
    end
    return #queries
end

local function show_queries()
    local cutoff = proxy.global.config.analyze_query.query_cutoff
    local rows = {}
    for _, entry in pairs(proxy.global.queries) do
        local query = entry.query
        if cutoff and cutoff > 0 and #query > cutoff then
            query = query:sub(1, cutoff) .. "..."
        end
        rows[#rows + 1] = {
            query,
            entry.avg.count,
            string.format("%.2f", entry.avg.value),
            entry.stddev.count > 1 and string.format("%.2f", entry.stddev.value) or nil,
        }
    end
    proxy.response = {
        type = proxy.MYSQLD_PACKET_OK,
        resultset = {
            fields = {
                { name = "query", type = proxy.MYSQL_TYPE_STRING },
                { name = "COUNT(*)", type = proxy.MYSQL_TYPE_LONG },
                { name = "AVG(qtime)", type = proxy.MYSQL_TYPE_DOUBLE },
                { name = "STDDEV(qtime)", type = proxy.MYSQL_TYPE_DOUBLE },
            },
            rows = rows,
        },
    }
    return proxy.PROXY_SEND_RESULT
end

local function forget_queries()
    proxy.global.queries = {}
    proxy.global.queries_count = 0
    proxy.response = { type = proxy.MYSQLD_PACKET_OK }
    return proxy.PROXY_SEND_RESULT
end

function read_query(packet)
    local cmd = commands.parse(packet)
    local handled = auto_config.handle(cmd)
    if handled then
        return handled
    end
    if cmd.type ~= proxy.COM_QUERY then
        return
    end
    local config = proxy.global.config.analyze_query
    if not config.analyze_queries and not cmd.query:find("histogram", 1, true) then
        return
    end

    local tokens = tokenizer.tokenize(cmd.query)
    local norm = tokenizer.normalize(tokens)
    if norm == "SELECT * FROM `histogram` . `queries` " then
        return show_queries()
    elseif norm == "DELETE FROM `histogram` . `queries` " then
        return forget_queries()
    elseif not config.analyze_queries then
        return
    end

    local state = get_state()
    local db = proxy.connection.client.default_db
    if db == nil or db == "" then
        db = "(null)"
    end
    local first = tokenizer.first_stmt_token(tokens)
    state.db, state.norm = db, norm
    state.id = proxy.connection.backend_ndx .. "." .. db .. "." .. norm
    state.is_select = first ~= nil and first.token_name == "TK_SQL_SELECT"
    state.log, state.status = nil, nil

    local entry = proxy.global.queries[state.id]
    local analyzed = entry and entry.do_analyze
    if analyzed then
        proxy.queries:append(ID_STATUS_BEFORE, string.char(proxy.COM_QUERY) .. STATUS, BUFFERED)
    end
    proxy.queries:append(ID_CLIENT, packet, BUFFERED)
    if analyzed then
        proxy.queries:append(ID_STATUS_AFTER, string.char(proxy.COM_QUERY) .. STATUS, BUFFERED)
    end
    return proxy.PROXY_SEND_QUERY
end

-- the statistics of this query; nil if there are too many queries
local function entry_of(state)
    local queries = proxy.global.queries
    local entry = queries[state.id]
    if entry then
        return entry
    end
    local count = proxy.global.queries_count
    if count >= (proxy.global.config.analyze_query.max_entries or 10000) then
        return nil
    end
    proxy.global.queries_count = count + 1
    queries[state.id] = new_entry(state.db, state.norm)
    return queries[state.id] -- what is in a table shared by threads is a copy
end

local function is_outlier(time, statistics, min_queries)
    return statistics.avg.count > min_queries and time > statistics.avg.value + 5 * statistics.stddev.value
end

local function describe(inj, state, entry, reasons)
    local base = proxy.global.baseline
    local client = proxy.connection.client
    local lines = {
        string.format("# %s [%s] user: %s, db: %s", os.date("%Y-%m-%d %H:%M:%S"),
            tostring(proxy.connection.server.thread_id), tostring(client.username), tostring(client.default_db)),
        "  Query:                     " .. string.format("%q", inj.query:sub(2)),
        "  Norm_Query:                " .. string.format("%q", state.norm),
        "  query_time:                " .. normalize_time(inj.query_time),
        "  global(avg_query_time):    " .. normalize_time(base.avg.value),
        "  global(stddev_query_time): " .. normalize_time(base.stddev.value),
        "  global(count):             " .. base.avg.count,
    }
    if entry then
        lines[#lines + 1] = "  query(avg_query_time):     " .. normalize_time(entry.avg.value)
        lines[#lines + 1] = "  query(stddev_query_time):  " .. normalize_time(entry.stddev.value)
        lines[#lines + 1] = "  query(count):              " .. entry.avg.count
    end
    for _, reason in ipairs(reasons) do
        lines[#lines + 1] = "  (" .. reason .. ")"
    end
    return table.concat(lines, "\n") .. "\n"
end

local function after_query(inj, state)
    local config = proxy.global.config.analyze_query
    local res = inj.resultset
    local time = inj.query_time
    if res.query_status == proxy.MYSQLD_PACKET_ERR then
        proxy.queries:reset()
        state.status = nil
    end

    local base = proxy.global.baseline
    math.rolling_avg(time, base.avg)
    math.rolling_stddev(time, base.stddev)
    local entry = entry_of(state)
    if entry then
        math.rolling_avg(time, entry.avg)
        math.rolling_stddev(time, entry.stddev)
    end

    local reasons = {}
    if time >= config.min_query_time then
        if is_outlier(time, base, config.min_queries) then
            reasons[#reasons + 1] = "qtime > global-threshold"
        end
        if config.log_slower_queries and entry and is_outlier(time, entry, config.min_queries) then
            reasons[#reasons + 1] = "qtime > query-threshold"
        end
    end
    state.text = describe(inj, state, entry, reasons)
    state.log = #reasons > 0
    if not state.log then
        return
    end
    if config.auto_processlist then
        proxy.queries:append(ID_PROCESSLIST, string.char(proxy.COM_QUERY) .. "SHOW FULL PROCESSLIST", BUFFERED)
    end
    if config.auto_explain and state.is_select then
        proxy.queries:append(ID_EXPLAIN, string.char(proxy.COM_QUERY) .. "EXPLAIN " .. inj.query:sub(2), BUFFERED)
    end
end

local function status_of(res)
    local status = {}
    for row in res.rows do
        status[row[1]] = tonumber(row[2])
    end
    return status
end

-- what our own SHOW STATUS adds
local OWN_SHARE = { Com_show_status = 1, Questions = 1, Queries = 1 }

local function log_status(state, after)
    local names, lines = {}, {}
    for name in pairs(after) do
        names[#names + 1] = name
    end
    table.sort(names)
    for _, name in ipairs(names) do
        local before = state.status[name]
        if name == "Last_query_cost" then
            before = 0
        end
        local delta = before and after[name] - before - (OWN_SHARE[name] or 0) or 0
        if delta ~= 0 then
            lines[#lines + 1] = ".. " .. name .. " = " .. delta .. "\n"
            if name == "Created_tmp_disk_tables" then
                state.log = true
            end
        end
    end
    state.text = state.text .. table.concat(lines)
end

function read_query_result(inj)
    local state = get_state()
    local res = inj.resultset
    local failed = res.query_status == proxy.MYSQLD_PACKET_ERR

    if inj.id == ID_CLIENT then
        after_query(inj, state)
    elseif failed then
        state.text = (state.text or "") .. inj.query:sub(2) .. "\n    (failed)\n"
    elseif inj.id == ID_STATUS_BEFORE then
        state.status = status_of(res)
    elseif inj.id == ID_STATUS_AFTER then
        if state.status then
            log_status(state, status_of(res))
        end
    else
        state.text = state.text .. inj.query:sub(2) .. "\n" .. resultset_to_string(res)
    end

    if state.log and queue_length() == 0 then
        print(state.text)
        state.log = false
    end
    if inj.id ~= ID_CLIENT then
        return proxy.PROXY_IGNORE_RESULT
    end
end
