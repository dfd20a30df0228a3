-- proxy.parser: finds the tables of a statement.
--
--   local parser = require("proxy.parser")
--   local tables = parser.get_tables(tokenizer.tokenize("INSERT INTO a SELECT * FROM x.b"))
--   -- { ["db.a"] = "write", ["x.b"] = "read" }
--
-- A table is written if the statement changes it, or names it where one of several tables may change (UPDATE a, b SET
-- ...; DELETE a FROM a, b). Tables of sub-queries are read.

local M = {}

-- db.table; without a database, or a default one, the table's name alone
function M.tablename_expand(table_name, db)
    if db == nil then
        local client = proxy.connection and proxy.connection.client
        db = client and client.default_db
    end
    if db == nil or db == "" then
        return table_name
    end
    return db .. "." .. table_name
end

-- keywords of the tokenizer that may name a table without quotes
local SOFT_KEYWORDS = {
    ACTION = true, BIT = true, DATE = true, ENUM = true, NO = true, TEXT = true, TIME = true, TIMESTAMP = true,
}

-- what ends a list of tables
local ENDS_TABLES = {
    WHERE = true, GROUP = true, ORDER = true, HAVING = true, LIMIT = true, PROCEDURE = true, INTO = true, LOCK = true,
    SET = true, UNION = true, EXCEPT = true, INTERSECT = true, WINDOW = true, VALUES = true, RETURNING = true,
}

-- appends {name, text, word}: word is the text in upper case, of keywords and names not in quotes
local function collect(tokens, list)
    for i = 1, #tokens do
        local token = tokens[i]
        local name = token and token.token_name
        if name == "TK_COMMENT_MYSQL" then
            collect(require("mysql.tokenizer").tokenize((token.text:gsub("^%d+", ""))), list)
        elseif name and name ~= "TK_COMMENT" and name ~= "TK_UNKNOWN" then
            list[#list + 1] = { name = name, text = token.text, word = token.text:upper() }
        end
    end
    return list
end

local Scan = {}
Scan.__index = Scan

function Scan:record(name, db, access)
    if db == nil and self.ctes[name:lower()] then
        return
    end
    local full = M.tablename_expand(name, db)
    if self.tables[full] ~= "write" then
        self.tables[full] = self.only_reads and "read" or access
    end
end

local function is_name(token, first)
    if token == nil then
        return false
    end
    local kind = token.name
    if kind == "TK_LITERAL" then
        return token.text:byte() ~= 64 -- @
    end
    return kind == "TK_FUNCTION" or (kind:sub(1, 7) == "TK_SQL_" and (not first or SOFT_KEYWORDS[token.word] or false))
end

-- name or db.name at position i: records it, returns the position behind it; nil if there is no name
function Scan:table_name(i, access)
    local list = self.list
    if not is_name(list[i], true) then
        return nil
    end
    local db, name = nil, list[i].text
    i = i + 1
    while list[i] and list[i].name == "TK_DOT" do
        if not is_name(list[i + 1], false) then
            i = i + 2 -- t.*
            break
        end
        db, name = name, list[i + 1].text
        i = i + 2
    end
    self:record(name, db, access)
    return i
end

-- position behind all of these words
local function skip_words(list, i, words)
    while list[i] and words[list[i].word] do
        i = i + 1
    end
    return i
end

-- Walks over the tokens from i on. Each pair of parentheses has a level of its own:
--   query     a SELECT or DELETE was seen, so a FROM starts a list of tables
--   tables    inside of such a list
--   expect    the next name is a table
--   access    how the tables of this level are used
function Scan:walk(i, level)
    local list = self.list
    local levels = {}
    while list[i] do
        local token = list[i]
        local kind, word = token.name, token.word
        local following = list[i + 1]
        local next_i = i + 1
        local keyword = kind == "TK_FUNCTION" or kind:sub(1, 7) == "TK_SQL_"

        if kind == "TK_OBRACE" then
            levels[#levels + 1] = level
            local inner = { access = level.access }
            if level.expect then
                inner.tables, inner.expect = true, true
                level.expect = false
            else
                inner.access = "read"
            end
            level = inner
        elseif kind == "TK_CBRACE" then
            level = table.remove(levels) or level
        elseif kind == "TK_SEMICOLON" then
            break
        elseif keyword and word == "SELECT" then
            level.query, level.tables, level.expect, level.with = true, false, false, false
            level.access = "read"
        elseif keyword and word == "WITH" and not level.query then
            level.with, level.cte = true, true
            next_i = skip_words(list, next_i, { RECURSIVE = true })
        elseif level.with and level.cte and is_name(token, true) then
            self.ctes[token.text:lower()] = true
            level.cte = false
        elseif level.with and kind == "TK_COMMA" then
            level.cte = true
        elseif keyword and word == "FROM" then
            if level.query then
                level.tables, level.expect = true, true
            end
        elseif not level.tables then
            -- expressions: nothing here names a table
            next_i = i + 1
        elseif kind == "TK_COMMA" then
            level.expect = true
        elseif keyword and (word == "JOIN" or word == "STRAIGHT_JOIN") then
            level.expect = true
        elseif keyword and (word == "INDEX" or word == "KEY") then
            -- USE INDEX FOR JOIN (...)
            if following and following.word == "FOR" then
                next_i = skip_words(list, i + 2, { JOIN = true, ORDER = true, GROUP = true, BY = true })
            end
        elseif keyword and word == "FOR" then
            -- FOR SYSTEM_TIME belongs to the table, FOR UPDATE ends the list
            if not (following and following.word == "SYSTEM_TIME") then
                level.tables, level.expect = false, false
            end
        elseif keyword and word == "ON" and following and following.word == "DUPLICATE" then
            level.tables, level.expect = false, false
        elseif (keyword or not level.expect) and ENDS_TABLES[word] then
            level.tables, level.expect = false, false
        elseif keyword and word == "USING" and level.delete and following and following.name ~= "TK_OBRACE"
            and kind ~= "TK_FUNCTION" then
            -- DELETE FROM a USING x AS a: a was only a name for what follows
            self.tables = {}
            level.expect = true
        elseif level.expect and word == "LATERAL" then
            next_i = i + 1
        elseif level.expect and kind == "TK_FUNCTION" then
            level.expect = false -- JSON_TABLE(...)
        elseif level.expect then
            local behind = self:table_name(i, level.access)
            if behind then
                next_i = behind
                level.expect = false
            end
        end
        i = next_i
    end
end

local MODIFIERS = {
    LOW_PRIORITY = true, HIGH_PRIORITY = true, DELAYED = true, IGNORE = true, QUICK = true, INTO = true,
}

local statements = {}

function statements.SELECT(scan, i)
    scan:walk(i, { access = "read" })
end

-- WITH x AS (...) UPDATE ...: the names first, then the statement they are for
function statements.WITH(scan, i)
    local depth, list = 0, scan.list
    local at = i + 1
    while list[at] do
        local token = list[at]
        if token.name == "TK_OBRACE" then
            depth = depth + 1
        elseif token.name == "TK_CBRACE" then
            depth = depth - 1
        elseif depth == 0 and (token.word == "UPDATE" or token.word == "DELETE") and token.name ~= "TK_LITERAL" then
            local rest = scan.list
            scan.list = {}
            for n = 1, at - 1 do
                scan.list[n] = rest[n]
            end
            scan:walk(i, { access = "read" })
            scan.list = rest
            return statements[token.word](scan, at)
        end
        at = at + 1
    end
    scan:walk(i, { access = "read" })
end

function statements.INSERT(scan, i)
    i = skip_words(scan.list, i + 1, MODIFIERS)
    i = scan:table_name(i, "write") or i
    scan:walk(i, { access = "read" })
end

statements.REPLACE = statements.INSERT

function statements.UPDATE(scan, i)
    i = skip_words(scan.list, i + 1, MODIFIERS)
    scan:walk(i, { access = "write", tables = true, expect = true })
end

function statements.DELETE(scan, i)
    scan:walk(i + 1, { access = "write", query = true, delete = true })
end

function statements.TRUNCATE(scan, i)
    scan:table_name(skip_words(scan.list, i + 1, { TABLE = true }), "write")
end

-- CREATE, DROP, ALTER and RENAME of tables
local function ddl(scan, i)
    local list = scan.list
    local verb = list[i].word
    i = skip_words(list, i + 1, { OR = true, REPLACE = true, TEMPORARY = true, IGNORE = true, ONLINE = true })
    if not (list[i] and (list[i].word == "TABLE" or list[i].word == "TABLES")) then
        return
    end
    i = skip_words(list, i + 1, { IF = true, NOT = true, EXISTS = true })
    i = scan:table_name(i, "write")
    local names_more = verb == "DROP" or verb == "RENAME"
    while names_more and i and list[i] and (list[i].name == "TK_COMMA" or list[i].word == "TO") do
        i = scan:table_name(i + 1, "write")
    end
    if i and verb == "CREATE" then
        local at = list[i] and list[i].name == "TK_OBRACE" and i + 1 or i
        if list[at] and list[at].word == "LIKE" then
            scan:table_name(at + 1, "read")
        else
            scan:walk(i, { access = "read" })
        end
    end
end

statements.CREATE, statements.DROP, statements.ALTER, statements.RENAME = ddl, ddl, ddl, ddl

-- of an explained statement nothing is changed
local function explain(scan, i)
    local list = scan.list
    scan.only_reads = true
    for at = i + 1, #list do
        local token = list[at]
        local statement = statements[token.word]
        if statement and statement ~= explain and statement ~= ddl and token.name ~= "TK_STRING" then
            return statement(scan, at)
        end
    end
end

statements.EXPLAIN, statements.DESCRIBE, statements.DESC = explain, explain, explain

-- { ["db.table"] = "read" or "write" }
function M.get_tables(tokens)
    local list = collect(tokens, {})
    local scan = setmetatable({ list = list, tables = {}, ctes = {} }, Scan)
    local i = 1
    while list[i] and list[i].name == "TK_OBRACE" do
        i = i + 1
    end
    local statement = list[i] and list[i].name ~= "TK_STRING" and statements[list[i].word]
    if statement then
        -- a statement in parentheses is walked from the first one on
        statement(scan, statement == statements.SELECT and 1 or i)
    end
    return scan.tables
end

return M
