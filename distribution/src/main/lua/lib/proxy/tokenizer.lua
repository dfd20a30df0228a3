-- proxy.tokenizer: works on the tokens of a statement.
--
--   local tokenizer = require("proxy.tokenizer")
--   local tokens    = tokenizer.tokenize(packet:sub(2))
--   local shape     = tokenizer.normalize(tokens)      -- "SELECT * FROM `t` WHERE `id` = ? "
--
-- "tokens" is what tokenize() returned, or any table 1..# whose elements have a token_name and a text.

local lexer = require("mysql.tokenizer")

local M = {}

local NUMBER_OR_STRING = { TK_STRING = true, TK_INTEGER = true, TK_FLOAT = true }

-- words that open a statement but are no keywords to the tokenizer
local FIRST_WORDS = { BEGIN = true, COMMIT = true, ROLLBACK = true, START = true }

function M.tokenize(sql)
    return lexer.tokenize(sql)
end

-- the statement without its values, keywords in upper case, identifiers in backticks, one blank after each piece
function M.normalize(tokens)
    if lexer.normalize and type(tokens) == "userdata" then
        return lexer.normalize(tokens)
    end

    local pieces, n = {}, 0
    for i = 1, #tokens do
        local token = tokens[i]
        local name = token and token.token_name
        local piece
        if name == nil or name == "TK_COMMENT" then
            piece = nil
        elseif NUMBER_OR_STRING[name] then
            piece = "? "
        elseif name == "TK_LITERAL" then
            local text = token.text
            local word = text:upper()
            if (n == 0 and FIRST_WORDS[word]) or (n == 1 and pieces[1] == "START " and word == "TRANSACTION") then
                piece = word .. " "
            elseif text:byte() == 64 then -- @
                piece = text .. " "
            else
                piece = "`" .. text .. "` "
            end
        elseif name == "TK_FUNCTION" then
            piece = token.text:upper()
        elseif name == "TK_COMMENT_MYSQL" then
            piece = "/*!" .. token.text .. "*/ "
        else
            piece = token.text:upper() .. " "
        end
        if piece then
            n = n + 1
            pieces[n] = piece
        end
    end
    return table.concat(pieces)
end

-- the first token that is no comment; a /*! */ is none
function M.first_stmt_token(tokens)
    for i = 1, #tokens do
        local token = tokens[i]
        if token and token.token_name ~= "TK_COMMENT" then
            return token
        end
    end
    return nil
end

-- the texts of all tokens but comments, strings in double quotes if asked for
function M.bare_tokens(tokens, quote_strings)
    local texts = {}
    for i = 1, #tokens do
        local token = tokens[i]
        if token and token.token_name ~= "TK_COMMENT" then
            if quote_strings and token.token_name == "TK_STRING" then
                texts[#texts + 1] = string.format("%q", token.text)
            else
                texts[#texts + 1] = token.text
            end
        end
    end
    return texts
end

function M.tokens_without_comments(tokens)
    return M.bare_tokens(tokens)
end

-- a name needs backticks when, bare, it would not be read as the name it is
local function quoted_name(text)
    local again = lexer.tokenize(text)
    if #again == 1 and again[1].token_name == "TK_LITERAL" and again[1].text == text then
        return text
    end
    return "`" .. text:gsub("`", "``") .. "`"
end

-- a TK_STRING keeps its escapes, only the doubling of its quote is gone
local function quoted_string(text)
    local out, at = {}, 1
    while at <= #text do
        local char = text:sub(at, at)
        if char == "\\" then
            out[#out + 1] = at < #text and text:sub(at, at + 1) or "\\\\"
            at = at + 2
        else
            out[#out + 1] = char == '"' and '""' or char
            at = at + 1
        end
    end
    return '"' .. table.concat(out) .. '"'
end

-- a statement that means the same as tokens first..last (comments count); strings come out in double quotes
function M.tokens_to_query(tokens, first, last)
    local pieces = {}
    for i = first or 1, last or #tokens do
        local token = tokens[i]
        local name = token and token.token_name
        local piece
        if name == nil or name == "TK_COMMENT" then
            piece = nil
        elseif name == "TK_FUNCTION" then
            piece = token.text
        elseif name == "TK_STRING" then
            piece = quoted_string(token.text) .. " "
        elseif name == "TK_LITERAL" then
            piece = quoted_name(token.text) .. " "
        elseif name == "TK_COMMENT_MYSQL" then
            piece = "/*!" .. token.text .. "*/ "
        else
            piece = token.text .. " "
        end
        pieces[#pieces + 1] = piece
    end
    return table.concat(pieces)
end

return M
