-- Results of "SELECT /* cache */ ..." are kept for a minute, for all clients.

proxy.global.cache = proxy.global.cache or {}
local cache = proxy.global.cache
local seconds = 60

local function key_of(packet)
    return (proxy.connection.client.default_db or "") .. "\0" .. packet:sub(2)
end

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY then
        return
    end
    local text = packet:sub(2)
    if text:upper() == "FLUSH CACHE" then
        for key in pairs(cache) do
            cache[key] = nil
        end
        proxy.response = {type = proxy.MYSQLD_PACKET_OK}
        return proxy.PROXY_SEND_RESULT
    end
    if not text:match("^SELECT /%* cache %*/") then
        return
    end
    local kept = cache[key_of(packet)]
    if kept and kept.until_when > os.time() then
        print("from the cache: " .. text)
        proxy.response = {type = proxy.MYSQLD_PACKET_OK, resultset = kept.resultset}
        return proxy.PROXY_SEND_RESULT
    end
    proxy.queries:append(1, packet, {resultset_is_needed = true})
    return proxy.PROXY_SEND_QUERY
end

function read_query_result(inj)
    local res = inj.resultset
    if not res.rows or (res.warning_count or 0) > 0 then
        return
    end
    local fields, rows = {}, {}
    for i = 1, #res.fields do
        fields[i] = {name = res.fields[i].name, type = res.fields[i].type}
    end
    for row in res.rows do
        rows[#rows + 1] = row
    end
    cache[key_of(inj.query)] = {
        until_when = os.time() + seconds,
        resultset = {fields = fields, rows = rows},
    }
    print("kept: " .. inj.query:sub(2))
end
