-- Statements that take longer than 0.2 s, in the form of a slow query log.

local threshold = 200 * 1000

function read_query(packet)
    if packet:byte() == proxy.COM_QUERY then
        proxy.queries:append(1, packet, {resultset_is_needed = true})
        return proxy.PROXY_SEND_QUERY
    end
end

function read_query_result(inj)
    if inj.response_time >= threshold then
        print(os.date("# Time: %Y-%m-%dT%H:%M:%S"))
        print(string.format("# User@Host: %s [%s] Id: %d",
            proxy.connection.client.username,
            proxy.connection.client.src.address,
            proxy.connection.server.thread_id))
        print(string.format("# Query_time: %.3f Rows_sent: %d Bytes_sent: %d",
            inj.response_time / 1000000, inj.resultset.row_count or 0, inj.resultset.bytes or 0))
        print(inj.query:sub(2) .. ";")
    end
end
