-- Counts statements by user; "SHOW COUNTS" lists them.

proxy.global.counts = proxy.global.counts or {}

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY then
        return
    end
    local counts = proxy.global.counts
    local user = proxy.connection.client.username

    if packet:sub(2):upper() == "SHOW COUNTS" then
        local rows = {}
        for name, count in pairs(counts) do
            table.insert(rows, {name, count})
        end
        table.sort(rows, function(a, b) return a[1] < b[1] end)
        proxy.response.type = proxy.MYSQLD_PACKET_OK
        proxy.response.resultset = {
            fields = {
                {type = proxy.MYSQL_TYPE_STRING, name = "user"},
                {type = proxy.MYSQL_TYPE_LONG, name = "count"},
            },
            rows = rows,
        }
        return proxy.PROXY_SEND_RESULT
    end
    counts[user] = (counts[user] or 0) + 1
end
