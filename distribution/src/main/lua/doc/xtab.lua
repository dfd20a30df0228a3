-- xtab: a command that makes cross tabulations.
--
--   mysql-proxy --proxy-lua-script=share/doc/mysql-proxy/xtab.lua
--   mysql> XTAB sales country product sum amount summary;
--   mysql> XTAB HELP;
--
-- The environment variable DEBUG (or VERBOSE) = 1 prints the statements that are sent.

assert(proxy.PROXY_VERSION >= 0x00600, "you need at least mysql-proxy 0.6.0 to run this module")

local tokenizer = require("proxy.tokenizer")

local VERSION = "0.1.3"
local DEBUG = tonumber(os.getenv("DEBUG") or os.getenv("VERBOSE") or 0) or 0

local ID_LIMIT, ID_SAVE, ID_COLUMNS, ID_RESTORE, ID_TABLE = 1024, 1025, 2048, 2049, 4096
local OPERATORS = { count = true, sum = true, avg = true, min = true, max = true }
local BUFFERED = { resultset_is_needed = true }

local HELP = {
    "xtab - version " .. VERSION .. " - (C) MySQL AB 2007",
    "Syntax: ",
    " - ",
    "XTAB table_name row_header col_header operation operation_fld [summary]",
    '"table_name" can be a table or a view',
    '"row_field" is the field to be used as row header',
    '"col_field" is the field whose distinct values will become column headers',
    '"operation" is the required operation (COUNT|SUM|AVG|MAX|MIN)',
    '"operation_field" is the field to which the operation is applied',
    " - ",
    'If the "summary" option is used, then a "WITH ROLLUP" clause ',
    "is added to the query.",
    " - ",
    "Other commands:",
    "XTAB QUERY - the XTAB query is returned instead of its result",
    "XTAB NOQUERY - the XTAB result is returned (default)",
    "XTAB version - shows current version",
    "XTAB help - shows this help",
    "Created by Giuseppe Maxia",
}

-- of this client: a field of `proxy` is the connection's own
local function get_state()
    local state = proxy.xtab_state
    if not state then
        state = { returns_query = false }
        proxy.xtab_state = state
    end
    return state
end

local function debug(message)
    if DEBUG > 0 then
        print(message)
    end
end

-- a result of one column
local function answer(header, lines)
    local rows = {}
    for i, line in ipairs(lines) do
        rows[i] = { line }
    end
    proxy.response = {
        type = proxy.MYSQLD_PACKET_OK,
        resultset = {
            fields = { { name = header, type = proxy.MYSQL_TYPE_STRING } },
            rows = rows,
        },
    }
    return proxy.PROXY_SEND_RESULT
end

local function quote_name(name)
    return "`" .. name:gsub("`", "``") .. "`"
end

-- a TK_STRING's text, or a name, as SQL: the escapes in it stay
local function quote_string(text)
    return "'" .. text:gsub("\\", "\\\\"):gsub("'", "''") .. "'"
end

local function settings(state, word)
    state.returns_query = word == "query"
    return answer("XTAB query ", {
        "Setting XTAB QUERY, the next XTAB command will return ",
        "the query text instead of its result.",
        "",
        "Setting XTAB NOQUERY (default), the XTAB command",
        "executes the query and returns its result.",
        "",
        "Current setting: returns " .. (state.returns_query and "a query" or "a result set"),
    })
end

-- The arguments: texts of names; db.table is one of them. A table of {name, ...} parts each.
local function arguments(tokens, first)
    local list, joins = {}, false
    for i = first, #tokens do
        local token = tokens[i]
        local kind = token.token_name
        if kind == "TK_DOT" then
            joins = true
        elseif kind ~= "TK_COMMENT" and kind ~= "TK_SEMICOLON" then
            if joins and #list > 0 then
                local parts = list[#list]
                parts[#parts + 1] = token.text
            else
                list[#list + 1] = { token.text }
            end
            joins = false
        end
    end
    return list
end

local function quote_parts(parts)
    local quoted = {}
    for i, part in ipairs(parts) do
        quoted[i] = quote_name(part)
    end
    return table.concat(quoted, ".")
end

-- asks the server for one string: the columns of the final query
local function columns_query(x)
    local separator = "\n, "
    local head = x.op .. "(if( " .. x.col .. " <=> "
    local tail = ", " .. x.opcol .. ", null)) AS `"
    return "SELECT group_concat(DISTINCT concat(" .. quote_string(head) .. ", quote(" .. x.col .. "), "
        .. quote_string(tail) .. ", " .. quote_string(x.col_name:gsub("`", "``") .. "_")
        .. ", replace(rtrim(ifnull(" .. x.col .. ", 'NULL')), '`', '``'), '`')"
        .. " ORDER BY " .. x.col .. " SEPARATOR " .. quote_string(separator) .. ") FROM " .. x.table
end

local function inject(id, sql)
    debug(sql)
    proxy.queries:append(id, string.char(proxy.COM_QUERY) .. sql, BUFFERED)
end

local function tabulate(state, args)
    local op = args[4][1]
    if not OPERATORS[op:lower()] then
        return answer("XTAB ERROR", {
            "unknown operator.",
            "Accepted operators: COUNT, SUM, AVG, MIN, MAX",
            'Enter "XTAB HELP" for help',
        })
    end
    local last = args[6] and args[6][1]:lower()
    state.xtab = {
        table = quote_parts(args[1]),
        row = quote_parts(args[2]),
        col = quote_parts(args[3]),
        col_name = args[3][#args[3]],
        op = op,
        opcol = quote_parts(args[5]),
        summary = last == "summary",
    }
    state.old_limit = nil
    inject(ID_SAVE, "SELECT @@session.group_concat_max_len")
    inject(ID_LIMIT, "set group_concat_max_len = 1024*1024")
    inject(ID_COLUMNS, columns_query(state.xtab))
    return proxy.PROXY_SEND_QUERY
end

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY then
        return
    end
    local query = packet:sub(2)
    if not query:lower():find("xtab", 1, true) then
        return
    end
    local tokens = {}
    local all = tokenizer.tokenize(query)
    for i = 1, #all do
        if all[i].token_name ~= "TK_COMMENT" then
            tokens[#tokens + 1] = all[i]
        end
    end
    local first = 1
    if tokens[1] and tokens[1].text:lower() == "select" then
        first = 2
    end
    if not tokens[first] or tokens[first].text:lower() ~= "xtab" then
        return
    end

    local state = get_state()
    local args = arguments(tokens, first + 1)
    if #args == 0 then
        return
    elseif #args == 1 then
        local word = args[1][1]:lower()
        if word == "help" then
            return answer("XTAB help", HELP)
        elseif word == "version" then
            return answer("XTAB version", { VERSION })
        elseif word == "query" or word == "noquery" then
            return settings(state, word)
        end
        return answer("XTAB ERROR", { 'unknown command. Enter "XTAB HELP" for help' })
    elseif #args < 5 then
        return -- the server says what is wrong with it
    end
    return tabulate(state, args)
end

local function final_query(x, columns)
    local lines = { "SELECT " .. x.row }
    if columns and columns ~= "" then
        lines[#lines + 1] = ", " .. columns
    end
    lines[#lines + 1] = ", " .. x.op .. "(" .. x.opcol .. ") AS total"
    lines[#lines + 1] = "FROM " .. x.table
    lines[#lines + 1] = "GROUP BY " .. x.row .. (x.summary and " WITH ROLLUP " or "")
    return table.concat(lines, "\n")
end

local function first_value(res)
    for row in res.rows do
        return row[1]
    end
    return nil
end

-- the result with its last row, the total, named
local function with_grand_total(res)
    local fields, rows = {}, {}
    for i = 1, #res.fields do
        fields[i] = { name = res.fields[i].name, type = res.fields[i].type }
    end
    for row in res.rows do
        rows[#rows + 1] = row
    end
    local last = rows[#rows]
    if last and last[1] == nil then
        last[1] = "Grand Total"
        fields[1].type = proxy.MYSQL_TYPE_STRING
    end
    proxy.response = {
        type = proxy.MYSQLD_PACKET_OK,
        resultset = { fields = fields, rows = rows },
    }
    return proxy.PROXY_SEND_RESULT
end

local function restore_limit(state)
    if state.old_limit then
        inject(ID_RESTORE, "set group_concat_max_len = " .. state.old_limit)
        state.old_limit = nil
    end
end

function read_query_result(inj)
    local state = get_state()
    local res = inj.resultset
    if inj.id < ID_LIMIT or inj.id > ID_TABLE then
        return
    elseif inj.id == ID_RESTORE then
        return proxy.PROXY_IGNORE_RESULT
    end
    if res.query_status == proxy.MYSQLD_PACKET_ERR then
        -- the client gets this one, the rest is not run
        proxy.queries:reset()
        restore_limit(state)
        return
    end

    if inj.id == ID_SAVE then
        local value = first_value(res)
        state.old_limit = value and value:match("^%d+$")
    elseif inj.id == ID_COLUMNS then
        local sql = final_query(state.xtab, first_value(res))
        proxy.queries:reset()
        if state.returns_query then
            restore_limit(state)
            return answer("XTAB query", { sql })
        end
        inject(ID_TABLE, sql)
    elseif inj.id == ID_TABLE then
        restore_limit(state)
        if state.xtab.summary then
            return with_grand_total(res)
        end
        return
    end
    return proxy.PROXY_IGNORE_RESULT
end
