-- proxy.affinity: says where a statement may run when a client's statements are spread over several server connections.
--
--   local affinity = require("proxy.affinity")
--   local about    = affinity.classify("SELECT LAST_INSERT_ID()")     -- { stay = true, read = true, insert_id = true }
--
-- What classify() returns is shared: don't write to it. Its fields, nil if not so:
--
--   read        changes nothing, locks nothing: a replica will do
--   stay        asks about the statement before it: goes to the server connection which that one used
--   keep        the next statement may ask about this one (FOUND_ROWS(), SET TRANSACTION)
--   insert_id   uses LAST_INSERT_ID()
--   pin         text: from now on the server connection has a state of the client's (user variables, locks, ...)
--   unpin       text: the end of the pin of that name
--   set         sets session variables in a way that can be done again on another connection
--   use         the default database it switches to
--   prepare, deallocate    name of a prepared statement
--
-- Statements of more than 64 kB are not looked into: they count as writes without an effect on the session.

local lexer = require("mysql.tokenizer")

local M = {}

local LONGEST = 65536

local READ = { read = true }
local WRITE = {}

-- A SELECT without any of these in its text reads and no more.
local SUSPECT_IN_READS = {
    "INTO", "FOR", "LOCK", "INSERT_ID", "FOUND_ROWS", "ROW_COUNT", "@", "NEXTVAL", "SETVAL", "LASTVAL", "/*!", "/*M!",
}
-- Any other well-known statement without these leaves no trace in the session.
local SUSPECT_IN_WRITES = { "@", "INSERT_ID", "_LOCK", "/*!", "/*M!" }

local READING = { SELECT = true, WITH = true }
local WRITING = { INSERT = true, UPDATE = true, DELETE = true, REPLACE = true, COMMIT = true, ROLLBACK = true,
    BEGIN = true, START = true, SAVEPOINT = true, RELEASE = true, TRUNCATE = true }

local ASKS_BACK = { LAST_INSERT_ID = true, FOUND_ROWS = true, ROW_COUNT = true }
local ASKS_BACK_VARIABLE = { LAST_INSERT_ID = true, IDENTITY = true, INSERT_ID = true, WARNING_COUNT = true,
    ERROR_COUNT = true, LAST_GTID = true }
local INSERT_ID = { LAST_INSERT_ID = true, IDENTITY = true }
local ON_PRIMARY = { GET_LOCK = true, RELEASE_LOCK = true, RELEASE_ALL_LOCKS = true, IS_FREE_LOCK = true,
    IS_USED_LOCK = true, NEXTVAL = true, SETVAL = true, LASTVAL = true }
local SHOWS_BACK = { WARNINGS = true, ERRORS = true, COUNT = true, PROFILE = true, PROFILES = true }
-- variables that are good for one statement, or that a second SET would not set to the same
local NOT_REPEATABLE = { TIMESTAMP = true, INSERT_ID = true, LAST_INSERT_ID = true, IDENTITY = true, RAND_SEED1 = true,
    RAND_SEED2 = true, GTID_NEXT = true, GTID_DOMAIN_ID = true, GTID_SEQ_NO = true, SQL_LOG_BIN = true,
    PSEUDO_THREAD_ID = true, PSEUDO_SLAVE_MODE = true, PSEUDO_REPLICA_MODE = true, SERVER_ID = true }
local CHANGES = { TK_SQL_LOCK = true, TK_SQL_UPDATE = true, TK_SQL_DELETE = true, TK_SQL_INSERT = true }
local MAKES_ROUTINE = { PROCEDURE = true, FUNCTION = true, TRIGGER = true, EVENT = true, PACKAGE = true }

-- the first word of the statement in upper case, nil if it starts otherwise
local function first_word(sql)
    local at = 1
    for _ = 1, 100 do
        at = sql:find("[^%s(]", at)
        if at == nil then
            return nil
        end
        local two = sql:sub(at, at + 1)
        if two == "/*" then
            if sql:find("^M?!", at + 2) then
                return nil
            end
            local _, stop = sql:find("*/", at + 2, true)
            at = stop and stop + 1
        elseif two:byte() == 35 or (two == "--" and sql:find("^%s", at + 2)) then -- #
            local stop = sql:find("\n", at, true)
            at = stop and stop + 1
        else
            local word = sql:match("^[%a_]+", at)
            return word and word:upper()
        end
        if at == nil then
            return nil
        end
    end
    return nil
end

local function contains_any(text, needles)
    for i = 1, #needles do
        if text:find(needles[i], 1, true) then
            return true
        end
    end
    return false
end

-- whether a semicolon separates statements, and is not just the end
local function has_several(sql)
    local at = sql:find(";", 1, true)
    return at ~= nil and not sql:find("^[;%s]*$", at)
end

-- appends {name, text, word}; what is in /*! */ is code
local function collect(sql, list, depth)
    local tokens = lexer.tokenize(sql)
    for i = 1, #tokens do
        local token = tokens[i]
        local name, text = token.token_name, token.text
        local code = nil
        if name == "TK_COMMENT_MYSQL" then
            code = text
        elseif name == "TK_COMMENT" and text:sub(1, 2) == "M!" then
            code = text:sub(3)
        end
        if code and depth < 3 then
            list.conditional = true
            collect(code:gsub("^%d+", "", 1), list, depth + 1)
        elseif name ~= "TK_COMMENT" then
            list[#list + 1] = { name = name, text = text, word = name == "TK_STRING" and "" or text:upper() }
        end
    end
    return list
end

local function is_user_variable(token)
    return token.name == "TK_LITERAL" and token.text:byte() == 64 and token.text:byte(2) ~= 64
end

-- what SET does to the session
local function examine_set(list, first, last, about)
    local second = list[first + 1] and list[first + 1].word or ""
    local third = list[first + 2] and list[first + 2].word or ""
    if second == "PASSWORD" or second == "STATEMENT" or (second == "DEFAULT" and third == "ROLE") then
        return
    elseif second == "TRANSACTION" then
        about.keep = true
        return
    end
    local global, several, repeatable = false, false, true
    local autocommit = nil
    for i = first + 1, last do
        local token = list[i]
        local word = token.word
        if word == "GLOBAL" or word == "PERSIST" or word == "PERSIST_ONLY" or word:find("^@@GLOBAL")
            or word:find("^@@PERSIST") then
            global = true
        elseif token.name == "TK_COMMA" then
            several = true
        elseif is_user_variable(token) then
            about.pin = "user variables"
        elseif NOT_REPEATABLE[(word:gsub("^@@", ""))] then
            repeatable = false
        elseif word == "AUTOCOMMIT" or word == "@@AUTOCOMMIT" then
            autocommit = list[i + 2] and list[i + 2].word or ""
        end
    end
    local autocommit_off = autocommit == "0" or autocommit == "OFF" or autocommit == "FALSE"
    if about.pin then
        return
    elseif global then
        if several then
            about.pin = "session variables"
        end
    elseif not repeatable or (autocommit_off and several) then
        about.pin = "session variables"
    elseif not autocommit_off then
        -- while autocommit is off, the server says so and the session stays where it is
        about.set = true
    end
end

-- words in the order they come: "FOR UPDATE"
local function followed_by(list, i, words)
    return list[i + 1] ~= nil and words[list[i + 1].word] == true
end

local LOCKING = { UPDATE = true, SHARE = true }

-- one statement, tokens first..last
local function examine(list, first, last, about)
    while first <= last and list[first].name == "TK_OBRACE" do
        first = first + 1
    end
    if first > last then
        return
    end
    local word = list[first].word
    local reads = READING[word] or false
    local asks_back, assigns, variables, into = false, false, false, false

    for i = first, last do
        local token = list[i]
        local name, w = token.name, token.word
        local before = list[i - 1]
        if name == "TK_FUNCTION" then
            if before and before.name == "TK_DOT" then
                reads = false -- a stored function may do anything
            end
            if ASKS_BACK[w] then
                asks_back = true
            elseif ON_PRIMARY[w] then
                reads = false
                if w == "GET_LOCK" then
                    about.pin = "locks"
                end
            end
            if INSERT_ID[w] then
                about.insert_id = true
            end
        elseif name == "TK_LITERAL" then
            if is_user_variable(token) then
                variables = true
            elseif w:sub(1, 2) == "@@" or (before and before.name == "TK_DOT") or w == "LAST_INSERT_ID" then
                local variable = w:gsub("^@@", "")
                if ASKS_BACK_VARIABLE[variable] then
                    asks_back = true
                    about.insert_id = about.insert_id or INSERT_ID[variable]
                end
            elseif ASKS_BACK[w] and list[i + 1] and list[i + 1].name == "TK_OBRACE" then
                asks_back = true
            elseif ON_PRIMARY[w] then
                reads = false
                if w == "GET_LOCK" and list[i + 1] and list[i + 1].name == "TK_OBRACE" then
                    about.pin = "locks"
                end
            end
        elseif name == "TK_ASSIGN" then
            assigns = true
        elseif name == "TK_SQL_INTO" then
            into = true
        elseif CHANGES[name] then
            reads = false
        elseif name == "TK_SQL_FOR" then
            if followed_by(list, i, LOCKING) or (before and before.word == "VALUE") then
                reads = false
            end
        elseif name == "TK_SQL_SQL_CALC_FOUND_ROWS" then
            about.keep = true
        elseif name == "TK_UNKNOWN" and token.text == "#" then
            reads = false -- a comment to the server, but not to the tokenizer
        end
    end

    if word == "SHOW" then
        asks_back = asks_back or followed_by(list, first, SHOWS_BACK)
    elseif word == "GET" then
        asks_back = true -- GET DIAGNOSTICS
    end
    if into then
        reads = false
    end
    if variables then
        -- without a pin it was never set and is NULL everywhere
        if assigns or (into and READING[word]) or word == "CALL" or word == "LOAD" or word == "GET" then
            about.pin = "user variables"
        else
            asks_back = true
        end
    end
    about.read = about.read and reads
    about.stay = (asks_back and (reads or word == "SHOW" or word == "GET")) or nil

    if word == "SET" then
        examine_set(list, first, last, about)
    elseif word == "USE" then
        about.use = list[first + 1] and first + 1 == last and list[last].text or nil
        if about.use == nil then
            about.pin = "default database"
        end
    elseif word == "CREATE" then
        for i = first + 1, math.min(first + 3, last) do
            if list[i].word == "TEMPORARY" then
                about.pin = "temporary tables"
            end
        end
    elseif word == "LOCK" or word == "FLUSH" then
        for i = first, last do
            if list[i].word == "LOCK" or list[i].word == "EXPORT" then
                about.pin = "table locks"
            end
        end
    elseif word == "BACKUP" then
        about.pin = "table locks"
    elseif word == "UNLOCK" then
        about.unpin = "table locks"
    elseif word == "HANDLER" then
        about.pin = "handlers"
    elseif word == "PREPARE" then
        about.prepare = list[first + 1] and list[first + 1].text:lower() or ""
    elseif (word == "DEALLOCATE" or word == "DROP") and followed_by(list, first, { PREPARE = true }) then
        about.deallocate = list[first + 2] and list[first + 2].text:lower() or ""
    elseif word == "XA" then
        local what = list[first + 1] and list[first + 1].word
        if what == "START" or what == "BEGIN" then
            about.pin = "XA transaction"
        elseif what == "COMMIT" or what == "ROLLBACK" or what == "PREPARE" then
            about.unpin = "XA transaction"
        end
    end
end

local function makes_routine(list)
    if not list[1] or (list[1].word ~= "CREATE" and list[1].word ~= "ALTER") then
        return false
    end
    for i = 2, math.min(#list, 24) do
        if MAKES_ROUTINE[list[i].word] then
            return true
        elseif list[i].word == "TABLE" or list[i].word == "VIEW" then
            return false
        end
    end
    return false
end

local function analyse(sql)
    local list = collect(sql, {}, 0)
    if makes_routine(list) then
        return WRITE
    end
    local about = { read = true }
    local statements, first = 0, 1
    for i = 1, #list + 1 do
        if list[i] == nil or list[i].name == "TK_SEMICOLON" then
            if i > first then
                statements = statements + 1
                examine(list, first, i - 1, about)
            end
            first = i + 1
        end
    end
    if statements == 0 then
        about.read = nil
    elseif statements > 1 then
        about.read = nil
        about.stay = nil
        if about.pin or about.set or about.use or about.prepare or about.unpin or about.deallocate then
            return { pin = "several statements", insert_id = about.insert_id }
        end
    elseif list.conditional and not READING[first_word(sql) or ""] then
        about.read = nil -- whether /*! */ counts is for the server to say
    end
    about.read = (about.read and not about.pin) or nil
    return about
end

-- texts that had to be looked into, with what was found
local cache, cached = {}, 0
local CACHED_TEXTS, CACHED_LENGTH = 1000, 2048

-- What needs no look is the same for all texts that differ in their numbers only: no keyword here has a digit.
local shapes, shaped = {}, 0
local SHAPE_LENGTH = 512

local function remember_shape(shape, about)
    if shape then
        if shaped >= CACHED_TEXTS then
            shapes, shaped = {}, 0
        end
        shapes[shape] = about
        shaped = shaped + 1
    end
    return about
end

function M.classify(sql)
    if #sql > LONGEST then
        return WRITE
    end
    local shape = #sql <= SHAPE_LENGTH and sql:gsub("%d+", "0")
    if shapes[shape] then
        return shapes[shape]
    end
    local word = first_word(sql)
    if READING[word] or WRITING[word] then
        local known = cache[sql]
        if known then
            return known
        end
        local text = sql:upper()
        local reads = READING[word]
        if not contains_any(text, reads and SUSPECT_IN_READS or SUSPECT_IN_WRITES) and not has_several(sql) then
            if word == "WITH" then
                reads = not text:find("UPDATE", 1, true) and not text:find("DELETE", 1, true)
                    and not text:find("INSERT", 1, true)
            end
            if not reads then
                return remember_shape(shape, WRITE)
            elseif not sql:find("%.[%w_]+%(") then
                return remember_shape(shape, READ)
            end
        end
    end
    local about = cache[sql]
    if about == nil then
        about = analyse(sql)
        if #sql <= CACHED_LENGTH then
            if cached >= CACHED_TEXTS then
                cache, cached = {}, 0
            end
            cache[sql] = about
            cached = cached + 1
        end
    end
    return about
end

return M
