-- admin: the statements of the admin interface.
--
--   mysql-proxy --plugins=proxy,admin --admin-username=root --admin-password=secret \
--               --admin-lua-script=lib/mysql-proxy/lua/admin.lua
--   mysql --host=127.0.0.1 --port=4041 --user=root --password
--   mysql> SELECT * FROM help;

local STATES = { [0] = "unknown", "up", "down" }
local TYPES = { [0] = "unknown", "rw", "ro" }

function set_error(errmsg)
    proxy.response = {
        type = proxy.MYSQLD_PACKET_ERR,
        errmsg = errmsg or "error",
    }
end

local function help()
    return {
        { name = "command", type = proxy.MYSQL_TYPE_STRING },
        { name = "description", type = proxy.MYSQL_TYPE_STRING },
    }, {
        { "SELECT * FROM help", "shows this help" },
        { "SELECT * FROM backends", "lists the backends and their state" },
    }
end

local function backends()
    local rows = {}
    for i = 1, #proxy.global.backends do
        local backend = proxy.global.backends[i]
        rows[i] = {
            i,
            backend.dst.name,
            STATES[backend.state] or STATES[0],
            TYPES[backend.type] or TYPES[0],
            backend.uuid,
            backend.connected_clients,
        }
    end
    return {
        { name = "backend_ndx", type = proxy.MYSQL_TYPE_LONG },
        { name = "address", type = proxy.MYSQL_TYPE_STRING },
        { name = "state", type = proxy.MYSQL_TYPE_STRING },
        { name = "type", type = proxy.MYSQL_TYPE_STRING },
        { name = "uuid", type = proxy.MYSQL_TYPE_STRING },
        { name = "connected_clients", type = proxy.MYSQL_TYPE_LONG },
    }, rows
end

local STATEMENTS = {
    ["select * from help"] = help,
    ["select * from backends"] = backends,
}

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY then
        set_error("[admin] we only handle text-based queries (COM_QUERY)")
        return proxy.PROXY_SEND_RESULT
    end
    local text = packet:sub(2):lower():gsub("[%s;]+$", "")
    local statement = STATEMENTS[text]
    if not statement then
        set_error("use 'SELECT * FROM help' to see the supported commands")
        return proxy.PROXY_SEND_RESULT
    end
    local fields, rows = statement()
    proxy.response = {
        type = proxy.MYSQLD_PACKET_OK,
        resultset = { fields = fields, rows = rows },
    }
    return proxy.PROXY_SEND_RESULT
end
