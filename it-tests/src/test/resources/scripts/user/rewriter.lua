-- A table was renamed; old programs still use its old name. And SELECTs without a LIMIT get one.

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY then
        return
    end
    local text = packet:sub(2)
    local changed = text:gsub("%f[%w_]old_items%f[^%w_]", "items")
    if changed:upper():match("^%s*SELECT%s") and not changed:upper():find("%sLIMIT%s") then
        changed = changed:gsub("%s*;?%s*$", "", 1) .. " LIMIT 2"
    end
    if changed ~= text then
        print(("rewritten: %s"):format(changed))
        proxy.queries:append(1, string.char(proxy.COM_QUERY) .. changed)
        return proxy.PROXY_SEND_QUERY
    end
end
