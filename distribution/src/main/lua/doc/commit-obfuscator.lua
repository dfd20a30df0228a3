-- commit-obfuscator: lets one of two COMMITs fail as if a lock had timed out, to see whether an application copes.
--
--   mysql-proxy --proxy-lua-script=share/doc/mysql-proxy/commit-obfuscator.lua

if not proxy.global.commit_obfuscator_seeded then
    proxy.global.commit_obfuscator_seeded = true
    math.randomseed(os.time())
end

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY then
        return
    end
    if packet:sub(2):upper():find("^%s*COMMIT[%s;]*$") == nil or math.random(10) <= 5 then
        return
    end
    proxy.queries:append(1, string.char(proxy.COM_QUERY) .. "ROLLBACK", { resultset_is_needed = true })
    return proxy.PROXY_SEND_QUERY
end

function read_query_result(inj)
    if inj.id ~= 1 then
        return
    end
    proxy.response = {
        type = proxy.MYSQLD_PACKET_ERR,
        errmsg = "Lock wait timeout exceeded; try restarting transaction",
        errcode = 1205,
        sqlstate = "HY000",
    }
    return proxy.PROXY_SEND_RESULT
end
