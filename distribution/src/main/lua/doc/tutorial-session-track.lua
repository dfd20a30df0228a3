--[[
    What today's servers tell beside the result: the default database that a statement has left behind, whether
    anything of the session has changed, how many warnings there are. And what is known of the login: the method by
    which it is done, whether the two connections are encrypted.

    The server tells of changes only to clients that asked for it (CLIENT_SESSION_TRACK); then session_track is a
    table, else nil.
--]]

local function tls(side)
    return side.tls or "no"
end

function read_auth()
    local connection = proxy.connection
    print("auth method: " .. tostring(connection.client.auth_plugin_name))
    print("tls: client = " .. tls(connection.client) .. ", server = " .. tls(connection.server))
end

function read_query(packet)
    if packet:byte() == proxy.COM_QUERY or packet:byte() == proxy.COM_INIT_DB then
        proxy.queries:append(1, packet, {resultset_is_needed = true})
        return proxy.PROXY_SEND_QUERY
    end
end

function read_query_result(inj)
    local result = inj.resultset

    if result.error_code then
        print("error: " .. result.error_code .. " (" .. tostring(result.sqlstate) .. ") " .. result.error_message)
        return
    end
    print("server status: " .. tostring(result.server_status) .. ", warnings: " .. tostring(result.warning_count))
    local track = result.session_track
    if track then
        if track.schema then
            print("session track: schema = " .. track.schema)
        end
        if track.state_changed ~= nil then
            print("session track: state changed = " .. tostring(track.state_changed))
        end
    end
end
