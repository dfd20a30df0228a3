--[[
    A statement in pieces: what it consists of, and what remains when the values are taken out.

    Statements that differ in their values only have the same normalised text, so that they can be counted together.
--]]

local tokenizer = require("proxy.tokenizer")

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY then
        return
    end
    local tokens = tokenizer.tokenize(packet:sub(2))

    for i = 1, #tokens do
        local token = tokens[i]
        local text = token.text
        if token.token_name == "TK_STRING" then
            text = string.format("%q", text)
        end
        print(i .. ":  { " .. token.token_name .. ", " .. text .. " }")
    end
    print("normalized query: " .. tokenizer.normalize(tokens))
    print("")
end
