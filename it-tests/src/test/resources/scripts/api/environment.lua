-- What belongs to one connection, and what to all.

mine = (mine or 0) + 1
local top_level = 0
proxy.mine = (proxy.mine or 0) + 1
proxy.global.loads = (proxy.global.loads or 0) + 1
proxy.global.runs = proxy.global.runs or 0

function read_query(packet)
    if packet:sub(2) ~= "SHOW SCOPES" then
        return
    end
    top_level = top_level + 1
    mine = mine + 1
    proxy.mine = proxy.mine + 1
    proxy.global.runs = proxy.global.runs + 1
    local text = proxy.MYSQL_TYPE_STRING
    proxy.response = {
        type = proxy.MYSQLD_PACKET_OK,
        resultset = {
            fields = {
                {name = "top_level", type = text}, {name = "mine", type = text}, {name = "proxy_mine", type = text},
                {name = "loads", type = text}, {name = "runs", type = text}, {name = "in_g", type = text},
            },
            rows = {{
                top_level, mine, proxy.mine, proxy.global.loads, proxy.global.runs, tostring(rawget(_G, "mine")),
            }},
        },
    }
    return proxy.PROXY_SEND_RESULT
end
