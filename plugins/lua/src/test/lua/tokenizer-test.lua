local test = require("proxy.test")
local harness = require("harness")
local tokenizer = require("proxy.tokenizer")

TestTokenizer = test.BaseTest:new()

function TestTokenizer:setUp()
    harness.start()
end

local function plain(...)
    local tokens = {}
    for i, pair in ipairs({ ... }) do
        tokens[i] = { token_name = "TK_" .. pair[1], text = pair[2] }
    end
    return tokens
end

function TestTokenizer:testNormalize()
    local pairs_of = {
        ["SELECT qty, price*1.2 FROM shop.items WHERE sku='A-1'"] =
            "SELECT `qty` , `price` * ? FROM `shop` . `items` WHERE `sku` = ? ",
        ["INSERT INTO log(msg,n) VALUES('it''s \"ok\"', -17)"] = "INSERT INTO LOG( `msg` , `n` ) VALUES( ? , - ? ) ",
        ["SET @@session.wait_timeout=30, @@x=@y"] = "SET @@session . `wait_timeout` = ? , @@x = @y ",
        ["/* a */ START /* b */ Transaction"] = "START TRANSACTION ",
        ["/*!50001 SQL_NO_CACHE */ /*+ hint */ SELECT"] = "/*!50001 SQL_NO_CACHE */ SELECT ",
        ["BEGIN; commit; rollback"] = "BEGIN ; `commit` ; `rollback` ",
        ["Rollback To Savepoint sp1"] = "ROLLBACK TO `Savepoint` `sp1` ",
        ["if(a,b) if (a,b)"] = "IF( `a` , `b` ) IF ( `a` , `b` ) ",
        [""] = "",
    }
    for sql, norm in pairs(pairs_of) do
        assertEquals(tokenizer.normalize(tokenizer.tokenize(sql)), norm)
    end
end

function TestTokenizer:testNormalizeOfTables()
    assertEquals(tokenizer.normalize(plain({ "COMMENT", "x" }, { "LITERAL", "start" }, { "LITERAL", "transaction" })),
        "START TRANSACTION ")
    assertEquals(tokenizer.normalize(plain({ "COMMENT_MYSQL", "x" }, { "LITERAL", "begin" })), "/*!x*/ `begin` ")
    assertEquals(tokenizer.normalize(plain({ "FUNCTION", "count" })), "COUNT")
end

function TestTokenizer:testFirstStmtToken()
    assertEquals(tokenizer.first_stmt_token(tokenizer.tokenize("/* a */ (SELECT 1)")).text, "(")
    assertEquals(tokenizer.first_stmt_token(tokenizer.tokenize("/*! a */ SELECT 1")).token_name, "TK_COMMENT_MYSQL")
    assertEquals(tokenizer.first_stmt_token(tokenizer.tokenize("-- a")), nil)
end

function TestTokenizer:testBareTokens()
    local tokens = tokenizer.tokenize([[/* a */ SELECT 'x"y', `b` /*! c */]])
    assertEquals(table.concat(tokenizer.bare_tokens(tokens), "|"), 'SELECT|x"y|,|b| c ')
    assertEquals(table.concat(tokenizer.bare_tokens(tokens, true), "|"), [[SELECT|"x\"y"|,|b| c ]])
    assertEquals(table.concat(tokenizer.tokens_without_comments(tokens), "|"), 'SELECT|x"y|,|b| c ')
end

function TestTokenizer:testTokensToQuery()
    local function again(sql, ...)
        return tokenizer.tokens_to_query(tokenizer.tokenize(sql), ...)
    end
    assertEquals(again("select count(*), 'it''s' from t"), 'select count( * ) , "it\'s" from t ')
    assertEquals(again("select `a b`, `select`, `c``d`, e, BEGIN"), "select `a b` , `select` , `c``d` , e , BEGIN ")
    assertEquals(again("/*! a */ select /* b */ 1"), "/*! a */ select 1 ")
    assertEquals(again([[select 'a\'b' , '"' ]]), [[select "a\'b" , """" ]])
    assertEquals(again("select a, b", 2, 3), "a , ")
    assertEquals(again("select /* c */ a", 2), "a ")
end
