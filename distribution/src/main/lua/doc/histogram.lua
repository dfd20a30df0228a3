-- histogram: counts queries by their normalised text, and how often tables are read and written.
--
--   mysql-proxy --proxy-lua-script=share/doc/mysql-proxy/histogram.lua
--   mysql> SELECT * FROM histogram.queries;
--   mysql> SELECT * FROM histogram.tables;
--   mysql> DELETE FROM histogram.queries;        -- or histogram.tables
--
-- Options (PROXY SET GLOBAL histogram.<name> = <value>):
--   collect_queries = true
--   collect_tables = true
--   max_entries = 10000       what is seen for the first time after that many different ones is not counted
--
-- Times are microseconds. Failed queries count too.

local commands = require("proxy.commands")
local parser = require("proxy.parser")
local tokenizer = require("proxy.tokenizer")
local auto_config = require("proxy.auto-config")

if not proxy.global.config.histogram then
    proxy.global.config.histogram = {
        collect_queries = true,
        collect_tables = true,
        max_entries = 10000,
    }
end
proxy.global.norm_queries = proxy.global.norm_queries or {}
proxy.global.tables = proxy.global.tables or {}
-- how many there are
proxy.global.histogram_sizes = proxy.global.histogram_sizes or { queries = 0, tables = 0 }

local function answer_rows(fields, rows)
    proxy.response = {
        type = proxy.MYSQLD_PACKET_OK,
        resultset = { fields = fields, rows = rows },
    }
    return proxy.PROXY_SEND_RESULT
end

local function answer_ok()
    proxy.response = { type = proxy.MYSQLD_PACKET_OK }
    return proxy.PROXY_SEND_RESULT
end

local function show_queries()
    local rows = {}
    for norm, entry in pairs(proxy.global.norm_queries) do
        rows[#rows + 1] = { norm, entry.count, entry.max_query_time, entry.avg_query_time }
    end
    return answer_rows({
        { name = "query", type = proxy.MYSQL_TYPE_STRING },
        { name = "count", type = proxy.MYSQL_TYPE_LONG },
        { name = "max_query_time", type = proxy.MYSQL_TYPE_LONG },
        { name = "avg_query_time", type = proxy.MYSQL_TYPE_FLOAT },
    }, rows)
end

local function show_tables()
    local rows = {}
    for name, entry in pairs(proxy.global.tables) do
        rows[#rows + 1] = { name, entry.reads, entry.writes }
    end
    return answer_rows({
        { name = "table", type = proxy.MYSQL_TYPE_STRING },
        { name = "reads", type = proxy.MYSQL_TYPE_LONG },
        { name = "writes", type = proxy.MYSQL_TYPE_LONG },
    }, rows)
end

local function forget_queries()
    proxy.global.norm_queries = {}
    proxy.global.histogram_sizes.queries = 0
    return answer_ok()
end

local function forget_tables()
    proxy.global.tables = {}
    proxy.global.histogram_sizes.tables = 0
    return answer_ok()
end

-- our own statements, normalised
local STATEMENTS = {
    ["SELECT * FROM `histogram` . `queries` "] = show_queries,
    ["SELECT * FROM `histogram` . `tables` "] = show_tables,
    ["DELETE FROM `histogram` . `queries` "] = forget_queries,
    ["DELETE FROM `histogram` . `tables` "] = forget_tables,
}

function read_query(packet)
    local cmd = commands.parse(packet)
    local handled = auto_config.handle(cmd)
    if handled then
        return handled
    end
    if cmd.type ~= proxy.COM_QUERY then
        return
    end
    -- only a text with this word can be for us
    if cmd.query:find("histogram", 1, true) then
        local statement = STATEMENTS[tokenizer.normalize(tokenizer.tokenize(cmd.query))]
        if statement then
            return statement()
        end
    end
    local config = proxy.global.config.histogram
    if config.collect_queries or config.collect_tables then
        proxy.queries:append(1, packet)
        return proxy.PROXY_SEND_QUERY
    end
end

-- the entry of this name, nil if there are too many
local function entry_of(kind, entries, name, empty)
    local entry = entries[name]
    if entry then
        return entry
    end
    local sizes = proxy.global.histogram_sizes
    local count = sizes[kind]
    if count >= (proxy.global.config.histogram.max_entries or 10000) then
        return nil
    end
    sizes[kind] = count + 1
    entries[name] = empty
    return entries[name] -- what is in a table shared by threads is a copy
end

function read_query_result(inj)
    local cmd = commands.parse(inj.query)
    if cmd.type ~= proxy.COM_QUERY then
        return
    end
    local config = proxy.global.config.histogram
    local tokens = tokenizer.tokenize(cmd.query)

    if config.collect_queries then
        local norm = tokenizer.normalize(tokens)
        local entry = entry_of("queries", proxy.global.norm_queries, norm,
            { count = 0, max_query_time = 0, avg_query_time = 0 })
        if entry then
            local time = inj.query_time
            entry.count = entry.count + 1
            entry.max_query_time = math.max(entry.max_query_time, time)
            entry.avg_query_time = entry.avg_query_time + (time - entry.avg_query_time) / entry.count
        end
    end

    if config.collect_tables then
        for name, access in pairs(parser.get_tables(tokens)) do
            local entry = entry_of("tables", proxy.global.tables, name, { reads = 0, writes = 0 })
            if entry and access == "read" then
                entry.reads = entry.reads + 1
            elseif entry then
                entry.writes = entry.writes + 1
            end
        end
    end
end
