--[[
    Accounts that exist at the proxy only.

    A client logs in with a name and a password that the server does not know, and is sent on under another name. The
    proxy checks the password as a server would: from the challenge, the client's answer and the stored password.

    It works for accounts of mysql_native_password: with other methods there is more to an answer. What is printed is
    made of the password; do not keep such a log.
--]]

local password = require("mysql.password")
local proto = require("mysql.proto")

--- who may log in, and as whom
local map_auth = {
    ["replace"] = {
        password = "me",
        new_user = "root",
        new_password = "secret",
    },
}

-- the capabilities that both sides are to use, each with its bit
local CLIENT_CONNECT_WITH_DB = 8
local CLIENT_PROTOCOL_41 = 0x200
local CLIENT_TRANSACTIONS = 0x2000
local CLIENT_SECURE_CONNECTION = 0x8000

function read_auth()
    local client = proxy.connection.client
    local server = proxy.connection.server
    local challenge = server.scramble_buffer
    local response = client.scrambled_password or ""

    print(string.format("for challenge %q the client sent %q", challenge, response))

    local account = map_auth[client.username]
    if not account
        or not password.check(challenge, response, password.hash(password.hash(account.password))) then
        return -- not ours: the server shall decide
    end

    local capabilities = CLIENT_PROTOCOL_41 + CLIENT_SECURE_CONNECTION + CLIENT_TRANSACTIONS
    local database = client.default_db
    if database and database ~= "" then
        capabilities = capabilities + CLIENT_CONNECT_WITH_DB
    end

    proxy.queries:append(1, proto.to_response_packet({
        username = account.new_user,
        response = password.scramble(challenge, password.hash(account.new_password)),
        charset = 8, -- latin1
        database = database,
        max_packet_size = 1 * 1024 * 1024,
        capabilities = capabilities,
        server_capabilities = capabilities,
    }))
    return proxy.PROXY_SEND_QUERY
end
