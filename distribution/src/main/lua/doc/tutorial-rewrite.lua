--[[
    A few words of the shell for the mysql client:

        ls          SHOW TABLES
        ls <db>     SHOW TABLES FROM `db`
        who         SHOW PROCESSLIST
        cd <db>     a change of the default database

    The statement that is sent need not be what came, and not even the same command: cd becomes a COM_INIT_DB.
--]]

--- the name without quotes, if it came in some
local function bare(name)
    return (name:match("^`(.*)`$") or name):gsub("``", "`")
end

local function quoted(name)
    return "`" .. bare(name):gsub("`", "``") .. "`"
end

local function query(text)
    return string.char(proxy.COM_QUERY) .. text
end

local function rewritten(text)
    local word, option = text:match("^%s*(%w+)%s*(%S*)%s*$")
    if word == "ls" and option == "" then
        return query("SHOW TABLES")
    elseif word == "ls" then
        return query("SHOW TABLES FROM " .. quoted(option))
    elseif word == "who" and option == "" then
        return query("SHOW PROCESSLIST")
    elseif word == "cd" and option ~= "" then
        return string.char(proxy.COM_INIT_DB) .. bare(option)
    end
end

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY then
        return
    end
    print("we got a normal query: " .. packet:sub(2))

    local instead = rewritten(packet:sub(2))
    if instead then
        proxy.queries:append(1, instead)
        return proxy.PROXY_SEND_QUERY
    end
end

--- nothing to do: the result of what we sent goes to the client as it is
function read_query_result(inj)
end
