-- A server that consists of this script only.

local proto = require("mysql.proto")

function connect_server()
    proxy.response = {
        type = proxy.MYSQLD_PACKET_RAW,
        packets = {
            proto.to_challenge_packet({server_version = 50099, thread_id = 4711}),
        },
    }
    return proxy.PROXY_SEND_RESULT
end

function read_auth()
    local who = proxy.connection.client.username
    if who == "nobody" then
        proxy.response = {
            type = proxy.MYSQLD_PACKET_ERR,
            errcode = 1045,
            sqlstate = "28000",
            errmsg = "nobody is not welcome",
        }
    else
        proxy.response = {type = proxy.MYSQLD_PACKET_RAW, packets = {proto.to_ok_packet({})}}
    end
    return proxy.PROXY_SEND_RESULT
end

function read_query(packet)
    local command = packet:byte()
    if command == proxy.COM_QUERY then
        local text = packet:sub(2)
        if text:upper():match("^SELECT") then
            proxy.response = {
                type = proxy.MYSQLD_PACKET_OK,
                resultset = {
                    fields = {
                        {name = "you said", type = proxy.MYSQL_TYPE_STRING},
                        {name = "length", type = proxy.MYSQL_TYPE_LONG},
                        {name = "nothing", type = proxy.MYSQL_TYPE_NULL},
                    },
                    rows = {
                        {text, #text, nil},
                        {proxy.connection.client.username, 1.5},
                    },
                },
            }
        elseif text:upper():match("^INSERT") then
            proxy.response = {type = proxy.MYSQLD_PACKET_OK, affected_rows = 3, insert_id = 17}
        else
            proxy.response = {
                type = proxy.MYSQLD_PACKET_ERR,
                errcode = 1064,
                sqlstate = "42000",
                errmsg = "I only know SELECT and INSERT",
            }
        end
        return proxy.PROXY_SEND_RESULT
    end
    proxy.response = {type = proxy.MYSQLD_PACKET_OK}
    return proxy.PROXY_SEND_RESULT
end
