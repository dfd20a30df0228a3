-- No DELETE and no UPDATE without a WHERE.

local tokenizer = require("proxy.tokenizer")

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY and packet:byte() ~= proxy.COM_STMT_PREPARE then
        return
    end
    local tokens = tokenizer.tokenize(packet:sub(2))
    local first = tokenizer.first_stmt_token(tokens)
    if not first or (first.token_name ~= "TK_SQL_DELETE" and first.token_name ~= "TK_SQL_UPDATE") then
        return
    end
    for i = 1, #tokens do
        if tokens[i].token_name == "TK_SQL_WHERE" then
            return
        end
    end
    proxy.response = {
        type = proxy.MYSQLD_PACKET_ERR,
        errcode = 1175,
        sqlstate = "HY000",
        errmsg = first.text:upper() .. " without WHERE is not allowed here",
    }
    return proxy.PROXY_SEND_RESULT
end
