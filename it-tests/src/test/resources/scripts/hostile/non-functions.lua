-- Names of hooks that are not functions are passed over.

connect_server = 42
read_handshake = "text"
read_auth = {}
read_auth_result = true
read_query = 42
read_query_result = "text"
disconnect_client = false
