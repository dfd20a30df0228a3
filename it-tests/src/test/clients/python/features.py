"""The matrix's features with PyMySQL: one line "feature<TAB>result" for each thing seen."""
import hashlib
import os
import sys
import threading

import pymysql
from pymysql.constants import CLIENT

ENV = {key[7:].lower(): value for key, value in os.environ.items() if key.startswith("MATRIX_")}
BIG = int(ENV.get("big", "0"))


def shown(value):
    if value is None:
        return "NULL"
    raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")
    if len(raw) > 200:
        return "%d bytes %s" % (len(raw), hashlib.md5(raw).hexdigest())
    text = raw.decode("latin-1") if isinstance(value, bytes) else str(value)
    return type(value).__name__ + ":" + "".join(c if c.isprintable() else "\\x%02x" % ord(c) for c in text)


def say(feature, text):
    sys.stdout.buffer.write((feature + "\t" + text + "\n").encode("utf-8"))
    sys.stdout.flush()


def connect(**more):
    settings = dict(
        host=ENV["host"], port=int(ENV["port"]), user=ENV["user"], password=ENV["password"],
        database=ENV["database"], charset="utf8mb4", autocommit=True, local_infile=True,
        client_flag=CLIENT.MULTI_STATEMENTS, connect_timeout=20, read_timeout=60,
        max_allowed_packet=1 << 30)
    if ENV["tls"] == "1":
        settings["ssl"] = {"ca": ENV["ca"], "check_hostname": True}
    else:
        settings["ssl_disabled"] = True
    settings.update(more)
    return pymysql.connect(**settings)


def error(failure):
    return "error " + " ".join(shown(arg) for arg in failure.args)


def results(feature, cursor):
    for _ in range(100):
        if cursor.description is None:
            result = cursor._result
            say(feature, "ok affected %d insert id %s warnings %s info %s status %s" % (
                cursor.rowcount, cursor.lastrowid, getattr(result, "warning_count", None),
                shown(getattr(result, "message", None)), getattr(result, "server_status", None)))
        else:
            say(feature, "columns " + " ".join("%s:%s:%s" % (d[0], d[1], d[6]) for d in cursor.description))
            rows = cursor.fetchall()
            if len(rows) > 20:
                say(feature, "%d rows %s" % (len(rows), hashlib.md5(repr(rows).encode()).hexdigest()))
            for row in rows if len(rows) <= 20 else ():
                say(feature, "row " + " | ".join(shown(value) for value in row))
        if not cursor.nextset():
            return


def attempt(feature, work):
    try:
        work()
    except pymysql.MySQLError as failure:
        say(feature, error(failure))


def execute(connection, feature, sql, values=None):
    def work():
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            results(feature, cursor)
    attempt(feature, work)


def parameter(word):
    kind, text = word[0], word[2:]
    if kind == "n":
        return None
    return {"i": int, "d": float, "s": str, "x": bytes.fromhex}[kind](text)


def common(connection):
    feature, sql, wanted = "", "", False
    with open(ENV["features"], encoding="utf-8") as lines:
        for line in lines:
            words = line.rstrip("\n").split("\t")
            if not words[0] or words[0].startswith("#"):
                continue
            if words[0].startswith("["):
                feature, _, only = words[0][1:-1].partition(" @")
                wanted = only in ("", ENV["server"])
                connection.select_db(ENV["database"])
            elif wanted and words[0] in ("query", "multi"):
                execute(connection, feature, words[1])
            elif wanted:
                # no binary protocol here: values are written into the statement
                if words[0] == "prepared":
                    sql = words[1].replace("%", "%%").replace("?", "%s")
                values = words[2 if words[0] == "prepared" else 1:]
                execute(connection, feature, sql, [parameter(word) for word in values])


def kill_query(connection):
    with connect() as other:
        def sleep():
            execute(other, "kill query", "SELECT SLEEP(30)")
        thread = threading.Thread(target=sleep)
        thread.start()
        with connection.cursor() as cursor:
            for _ in range(2000):
                cursor.execute("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = %s"
                               " AND STATE = 'User sleep'", (other.thread_id(),))
                if cursor.fetchone()[0]:
                    break
            cursor.execute("KILL QUERY %d" % other.thread_id())
        thread.join()
        execute(other, "kill query", "SELECT 'usable'")


def kill(connection):
    other = connect()
    # COM_PROCESS_KILL, which MySQL 9 knows no more
    attempt("kill", lambda: say("kill", "command " + type(connection.kill(other.thread_id())).__name__))
    try:
        connection.query("KILL %d" % other.thread_id())
    except pymysql.MySQLError:
        pass  # the command above did it
    try:
        for _ in range(1000):
            other.query("SELECT 1")
        say("kill", "survived")
    except pymysql.MySQLError as failure:
        say("kill", "gone " + str(failure.args[0] in (1927, 2006, 2013, 1053, 1158, 1317)))
    execute(connection, "kill", "KILL 4294967290")


def own(connection):
    say("server version", connection.get_server_info())
    with connection.cursor() as cursor:
        cursor.execute("SELECT CONNECTION_ID()")
        say("connection id", str(cursor.fetchone()[0] == connection.thread_id()))
    connection.ping(reconnect=False)
    say("ping", "ok")
    attempt("init db", lambda: connection.select_db("there_is_no_such_database"))
    connection.select_db("information_schema")
    execute(connection, "init db", "SELECT DATABASE()")
    connection.select_db(ENV["database"])
    kill(connection)
    kill_query(connection)
    execute(connection, "local infile", "CREATE TABLE t_file (id INT PRIMARY KEY, t VARCHAR(100))")
    load = "LOAD DATA LOCAL INFILE '%s' INTO TABLE t_file"
    execute(connection, "local infile", load % ENV["rows"])
    execute(connection, "local infile", "SELECT COUNT(*), SUM(id), SUM(CRC32(t)) FROM t_file")
    execute(connection, "local infile missing", load % "/there/is/no/such/file")
    with connect(local_infile=False) as other:
        execute(other, "local infile refused", load % ENV["rows"])
        execute(other, "local infile refused", "SELECT 'usable'")
    big = bytes(range(256)) * (BIG // 256)
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(%s AS BINARY), LENGTH(%s)", (big, big))
        row = cursor.fetchone()
        say("big parameter", "%d %s %s" % (len(row[0]), row[1], hashlib.md5(big).hexdigest()))
        cursor.execute("SELECT REPEAT('abcd', %d), 'behind'" % (BIG // 4))
        say("big row", " ".join(shown(value) for value in cursor.fetchone()))
        cursor.execute("CREATE TABLE t_bulk (id INT, s VARCHAR(100))")
        say("bulk", str(cursor.executemany(
            "INSERT INTO t_bulk VALUES (%s, %s)", [(i, "s%d" % i) for i in range(5000)])))
    execute(connection, "bulk", "SELECT COUNT(*), SUM(id), MIN(s), MAX(s) FROM t_bulk")
    with connection.cursor(pymysql.cursors.SSCursor) as cursor:
        cursor.execute("SELECT * FROM t_bulk ORDER BY id")
        say("streaming", shown(cursor.fetchone()) + " " + str(sum(1 for _ in cursor)))
    with connect(charset="latin1") as other:
        execute(other, "latin1", "SELECT 'äöü', HEX('äöü'), @@character_set_client, @@character_set_results")
    with connect(client_flag=CLIENT.FOUND_ROWS) as other:
        execute(other, "found rows", "CREATE TABLE t_found (v INT)")
        execute(other, "found rows", "INSERT INTO t_found VALUES (1), (1)")
        execute(other, "found rows", "UPDATE t_found SET v = 1")
        execute(other, "no multi statements", "SELECT 1; SELECT 2")
    with connect(program_name="matrix") as other:
        execute(other, "attributes", "SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_connect_attrs"
                " WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME IN ('program_name', '_client_name')"
                " ORDER BY ATTR_NAME")
    with connect(init_command="SET @begun = 7") as other:
        execute(other, "init command", "SELECT @begun")


def logins():
    for feature, more in (("wrong password", {"password": "wrong"}), ("unknown user", {"user": "nobody_here"}),
                          ("unknown database", {"database": "there_is_no_such_database"})):
        attempt(feature, lambda: connect(**more).close())
    try:
        with connect(user=ENV["user"] + "x", database=None, client_flag=1 << 22) as sandbox:
            execute(sandbox, "expired password", "SELECT 1")
            execute(sandbox, "expired password", "SET PASSWORD = " + ("'%s'" if ENV["server"] == "mysql" else
                    "PASSWORD('%s')") % "Renewed-1")
            execute(sandbox, "expired password", "SELECT 1")
    except pymysql.MySQLError as failure:
        say("expired password", error(failure))
    with connect(user=ENV["user"] + "b") as other:
        execute(other, "other user", "SELECT CURRENT_USER()")


def main():
    if sys.argv[1:] == ["--version"]:
        print("PyMySQL " + ".".join(str(part) for part in pymysql.VERSION if part is not None))
        return
    with connect() as connection:
        with connection.cursor() as cursor:
            cursor.execute("SHOW STATUS WHERE Variable_name IN ('Ssl_cipher', 'Compression')")
            for name, value in cursor.fetchall():
                say("hop." + name, value)
        common(connection)
        own(connection)
    logins()


main()
