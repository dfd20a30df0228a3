-- Only statements that read, whatever the account may do.

local tokenizer = require("proxy.tokenizer")

local allowed = {
    TK_SQL_SELECT = true,
    TK_SQL_SHOW = true,
    TK_SQL_DESCRIBE = true,
    TK_SQL_DESC = true,
    TK_SQL_EXPLAIN = true,
    TK_SQL_USE = true,
    TK_SQL_SET = true,
}

local function reads(text)
    local tokens = tokenizer.tokenize(text)
    local first = tokenizer.first_stmt_token(tokens)
    if not first or not allowed[first.token_name] then
        return false
    end
    for i = 1, #tokens do
        local name = tokens[i].token_name
        if name == "TK_SEMICOLON" and i < #tokens or name == "TK_SQL_INTO" or name == "TK_COMMENT_MYSQL" then
            return false
        end
        if name == "TK_SQL_FOR" and tokens[i + 1] and tokens[i + 1].token_name == "TK_SQL_UPDATE" then
            return false
        end
    end
    return true
end

function read_query(packet)
    local command = packet:byte()
    if command == proxy.COM_QUIT or command == proxy.COM_PING or command == proxy.COM_INIT_DB then
        return
    end
    if command == proxy.COM_QUERY and reads(packet:sub(2)) then
        return
    end
    proxy.response.type = proxy.MYSQLD_PACKET_ERR
    proxy.response.errcode = 1290
    proxy.response.sqlstate = "HY000"
    proxy.response.errmsg = "this connection is read-only"
    return proxy.PROXY_SEND_RESULT
end
