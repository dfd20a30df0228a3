--[[
    What clients say about themselves, and about single statements.

    Connection attributes come with the login: the program's name, its process id, the library's version. Query
    attributes come with a statement; the statement in the packet is without them. Both are tables from name to value;
    proxy.query_attributes has the names a second time, in the order in which they came: [1], [2] ...

        SHOW ATTRIBUTES     both, as a result
--]]

local function sorted_names(attributes)
    local names = {}
    for name in pairs(attributes) do
        names[#names + 1] = name
    end
    table.sort(names)
    return names
end

function read_auth()
    local attributes = proxy.connection.client.attributes or {}
    for _, name in ipairs(sorted_names(attributes)) do
        print("connection attribute: " .. name .. " = " .. tostring(attributes[name]))
    end
end

local function show_attributes()
    local rows = {}
    local of_connection = proxy.connection.client.attributes or {}
    local of_query = proxy.query_attributes or {}

    for _, name in ipairs(sorted_names(of_connection)) do
        rows[#rows + 1] = {"connection", name, of_connection[name]}
    end
    for _, name in ipairs(of_query) do
        rows[#rows + 1] = {"query", name, of_query[name]}
    end
    proxy.response = {
        type = proxy.MYSQLD_PACKET_OK,
        resultset = {
            fields = {
                {type = proxy.MYSQL_TYPE_STRING, name = "of"},
                {type = proxy.MYSQL_TYPE_STRING, name = "name"},
                {type = proxy.MYSQL_TYPE_STRING, name = "value"},
            },
            rows = rows,
        },
    }
    return proxy.PROXY_SEND_RESULT
end

function read_query(packet)
    if packet:byte() ~= proxy.COM_QUERY then
        return
    end
    if packet:sub(2):upper():match("^%s*SHOW%s+ATTRIBUTES%s*$") then
        return show_attributes()
    end
    for _, name in ipairs(proxy.query_attributes or {}) do
        print("query attribute: " .. name .. " = " .. tostring(proxy.query_attributes[name]))
    end
end
