-- A stand-in for the tokenizer of the proxy, so that the scripts can be tested with any Lua 5.1.

local KEYWORDS = [[
ACCESSIBLE ACTION ADD ALL ALTER ANALYZE AND AS ASC ASENSITIVE BEFORE BETWEEN BIGINT BINARY BIT BLOB BOTH BY CALL CASCADE
CASE CHANGE CHAR CHARACTER CHECK COLLATE COLUMN CONDITION CONSTRAINT CONTINUE CONVERT CREATE CROSS CURRENT_DATE
CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURSOR DATABASE DATABASES DATE DAY_HOUR DAY_MICROSECOND DAY_MINUTE DAY_SECOND
DEC DECIMAL DECLARE DEFAULT DELAYED DELETE DESC DESCRIBE DETERMINISTIC DISTINCT DISTINCTROW DIV DOUBLE DROP DUAL EACH
ELSE ELSEIF ENCLOSED ENUM ESCAPED EXISTS EXIT EXPLAIN FALSE FETCH FLOAT FLOAT4 FLOAT8 FOR FORCE FOREIGN FROM FULLTEXT
GRANT GROUP HAVING HIGH_PRIORITY HOUR_MICROSECOND HOUR_MINUTE HOUR_SECOND IF IGNORE IN INDEX INFILE INNER INOUT
INSENSITIVE INSERT INT INT1 INT2 INT3 INT4 INT8 INTEGER INTERVAL INTO IS ITERATE JOIN KEY KEYS KILL LEADING LEAVE LEFT
LIKE LIMIT LINEAR LINES LOAD LOCALTIME LOCALTIMESTAMP LOCK LONG LONGBLOB LONGTEXT LOOP LOW_PRIORITY
MASTER_SSL_VERIFY_SERVER_CERT MATCH MEDIUMBLOB MEDIUMINT MEDIUMTEXT MIDDLEINT MINUTE_MICROSECOND MINUTE_SECOND MOD
MODIFIES NATURAL NO NOT NO_WRITE_TO_BINLOG NULL NUMERIC ON OPTIMIZE OPTION OPTIONALLY OR ORDER OUT OUTER OUTFILE
PRECISION PRIMARY PROCEDURE PURGE RANGE READ READ_ONLY READS READ_WRITE REAL REFERENCES REGEXP RELEASE RENAME REPEAT
REPLACE REQUIRE RESTRICT RETURN REVOKE RIGHT RLIKE SCHEMA SCHEMAS SECOND_MICROSECOND SELECT SENSITIVE SEPARATOR SET SHOW
SMALLINT SPATIAL SPECIFIC SQL SQL_BIG_RESULT SQL_CALC_FOUND_ROWS SQLEXCEPTION SQL_SMALL_RESULT SQLSTATE SQLWARNING SSL
STARTING STRAIGHT_JOIN TABLE TERMINATED TEXT THEN TIME TIMESTAMP TINYBLOB TINYINT TINYTEXT TO TRAILING TRIGGER TRUE UNDO
UNION UNIQUE UNLOCK UNSIGNED UPDATE USAGE USE USING UTC_DATE UTC_TIME UTC_TIMESTAMP VALUES VARBINARY VARCHAR
VARCHARACTER VARYING WHEN WHERE WHILE WITH WRITE X509 XOR YEAR_MONTH ZEROFILL]]

local OPERATORS = {
    ["<="] = "LE", [">="] = "GE", ["<>"] = "NE", ["!="] = "NE", [":="] = "ASSIGN", ["&&"] = "LOGICAL_AND",
    ["||"] = "LOGICAL_OR", ["<"] = "LT", [">"] = "GT", ["="] = "EQ", [","] = "COMMA", ["."] = "DOT", ["("] = "OBRACE",
    [")"] = "CBRACE", [";"] = "SEMICOLON", ["*"] = "STAR", ["+"] = "PLUS", ["-"] = "MINUS", ["/"] = "DIV",
    ["&"] = "BITWISE_AND", ["|"] = "BITWISE_OR", ["^"] = "BITWISE_XOR",
}

local ids = {}
for id, name in ipairs({
    "LE", "GE", "LT", "GT", "EQ", "NE", "STRING", "COMMENT", "LITERAL", "FUNCTION", "INTEGER", "FLOAT", "DOT", "COMMA",
    "ASSIGN", "OBRACE", "CBRACE", "SEMICOLON", "STAR", "PLUS", "MINUS", "DIV", "BITWISE_AND", "BITWISE_OR",
    "BITWISE_XOR", "LOGICAL_AND", "LOGICAL_OR",
}) do
    ids["TK_" .. name] = id
end
ids.TK_UNKNOWN, ids.TK_COMMENT_MYSQL = 0, 261
local next_id = 28
for word in KEYWORDS:gmatch("%S+") do
    ids["TK_SQL_" .. word] = next_id
    next_id = next_id + 1
end

local function quoted(sql, at)
    local quote, text = sql:sub(at, at), {}
    at = at + 1
    while at <= #sql do
        local char = sql:sub(at, at)
        if char == quote and sql:sub(at + 1, at + 1) ~= quote then
            return table.concat(text), at + 1
        end
        text[#text + 1] = (char == "\\" and sql:sub(at + 1, at + 1) ~= "\n") and sql:sub(at, at + 1) or char
        at = at + ((char == quote or char == "\\") and 2 or 1)
    end
    return table.concat(text), at
end

local function tokenize(sql)
    sql = tostring(sql)
    local tokens, at = {}, 1
    local function add(name, text)
        tokens[#tokens + 1] = { token_name = "TK_" .. name, text = text, token_id = ids["TK_" .. name] }
    end
    local function word(text)
        add(ids["TK_SQL_" .. text:upper()] and "SQL_" .. text:upper() or "LITERAL", text)
    end
    local PART = "^%d*[%a_@][%w_@]*"
    while true do
        at = sql:find("[^ \t\n\v\f\r]", at)
        if at == nil then
            return tokens
        end
        local char, two = sql:sub(at, at), sql:sub(at, at + 1)
        local text
        if sql:find("^%-%-\r?\n", at) then
            add("COMMENT", "")
            at = sql:find("\n", at, true) + 1
        elseif sql:find("^%-%-[ \t]", at) then
            text = sql:match("^[^\n]*", at + 3)
            add("COMMENT", text == "\r" and "" or text)
            at = at + 3 + #text
        elseif two == "/*" then
            local kind, from = "COMMENT", at + 2
            if sql:sub(from, from) == "!" then
                kind, from = "COMMENT_MYSQL", from + 1
            end
            local first, last = sql:find("%*+/", from)
            add(kind, sql:sub(from, (first or 0) - 1))
            at = (last or #sql) + 1
        elseif char == "'" or char == '"' or char == "`" then
            text, at = quoted(sql, at)
            add(char == "`" and "LITERAL" or "STRING", text)
        else
            local parts, stop = {}, at
            local part = sql:match(PART, at)
            while part do
                parts[#parts + 1] = part
                stop = stop + #part
                part = #parts < 3 and sql:sub(stop, stop) == "." and sql:match(PART, stop + 1)
                stop = part and stop + 1 or stop
            end
            local calls = #parts > 0 and sql:sub(stop, stop) == "("
            local float = sql:match("^%d*%.%d+[eE][+-]?%d+", at) or sql:match("^%d+[eE][+-]?%d+", at) or ""
            local decimal = sql:match("^%d*%.%d+", at) or ""
            local integer = sql:match("^%d+", at) or ""
            local longest = math.max(#float, #decimal, #integer)
            if #parts > 0 and (calls or stop - at > longest) then
                for i, name in ipairs(parts) do
                    if i > 1 then
                        add("DOT", ".")
                    end
                    if i == #parts and calls then
                        add("FUNCTION", name)
                    else
                        word(name)
                    end
                end
                at = stop
            elseif longest > 0 then
                text = sql:sub(at, at + longest - 1)
                add(longest > #integer and "FLOAT" or "INTEGER", text)
                at = at + longest
            elseif OPERATORS[two] then
                add(OPERATORS[two], two)
                at = at + 2
            else
                add(OPERATORS[char] or "UNKNOWN", char)
                at = at + 1
            end
        end
    end
end

tokenizer = { tokenize = tokenize }
return tokenizer
