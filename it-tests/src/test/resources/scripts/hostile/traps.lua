-- Statements that do harm: "TRAP <name>" runs one of these.

local traps = {}

function traps.loop()
    while true do end
end

function traps.loop_in_pcall()
    while true do
        pcall(function() while true do end end)
    end
end

function traps.loop_in_coroutine()
    local forever = coroutine.wrap(function() while true do end end)
    forever()
end

function traps.loop_in_java()
    local text = ("a"):rep(100000)
    while true do
        text:find("b", 1, true)
    end
end

function traps.memory()
    local text = ("x"):rep(1024)
    for _ = 1, 20 do
        text = text .. text
    end
    proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = "built " .. #text}
    return proxy.PROXY_SEND_RESULT
end

function traps.memory_at_once()
    local text = ("x"):rep(1024 * 1024 * 1024)
    proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = "built " .. #text}
    return proxy.PROXY_SEND_RESULT
end

function traps.memory_in_table()
    local kept = {}
    for i = 1, 1024 do
        kept[i] = ("x"):rep(1024 * 1024) .. i
    end
    local text = table.concat(kept)
    proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = "built " .. #text}
    return proxy.PROXY_SEND_RESULT
end

function traps.recursion()
    local function deeper(n)
        return 1 + deeper(n + 1)
    end
    return deeper(1)
end

function traps.recursion_in_pcall()
    local function deeper()
        local _, message = pcall(deeper)
        return message
    end
    deeper()
end

function traps.recursion_by_metatable()
    local t = setmetatable({}, {})
    getmetatable(t).__index = function(self, key) return self[key .. "x"] end
    return t.a
end

function traps.pattern()
    return (("a"):rep(40)):match(("a-"):rep(40) .. "b")
end

function traps.sort()
    local numbers = {}
    for i = 1, 1000 do
        numbers[i] = i
    end
    table.sort(numbers, function() return true end)
end

function traps.error_value()
    error({"not a text"})
end

function traps.error_nil()
    error(nil)
end

function traps.escape()
    -- what a script that must stay inside would try
    local found = {}
    for _, name in ipairs({"luajava", "java", "Java"}) do
        if rawget(_G, name) ~= nil then
            found[#found + 1] = name
        end
    end
    proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = "found " .. #found}
    return proxy.PROXY_SEND_RESULT
end

function traps.string_metatable()
    -- strings have one metatable for all; a script may change its own world, not break the proxy
    getmetatable("").__index = nil
end

function traps.none()
    proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = "no trap"}
    return proxy.PROXY_SEND_RESULT
end

function read_query(packet)
    local name = packet:byte() == proxy.COM_QUERY and string.match(packet, "^TRAP (%S+)$", 2)
    if name and traps[name] then
        return traps[name]()
    end
end
