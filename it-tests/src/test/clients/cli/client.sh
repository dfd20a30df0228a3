#!/usr/bin/env bash
# The matrix's features with a command line client: client.sh PROGRAM [--version]; PROGRAM is a mysql or a mariadb.
# Prints lines "feature<TAB>result", each of them a line of the client's own output.
set -u
# bytes are all that counts here
export LC_ALL=C
program=$1
if [ "${2-}" = --version ]; then
    exec "$program" --no-defaults --version 2>&1
fi
case $("$program" --no-defaults --version) in *MariaDB*) ofMariaDb=1 ;; *) ofMariaDb= ;; esac

options=(--no-defaults -h "$MATRIX_HOST" -P "$MATRIX_PORT" --protocol=TCP --default-character-set=utf8mb4
    --max-allowed-packet=1G --connect-timeout=20)
if [ -n "$ofMariaDb" ]; then
    if [ "$MATRIX_TLS" = 1 ]; then options+=(--ssl --ssl-verify-server-cert --ssl-ca="$MATRIX_CA"); else options+=(--skip-ssl); fi
    if [ "$MATRIX_COMPRESS" = zlib ]; then options+=(--compress); fi
else
    if [ "$MATRIX_TLS" = 1 ]; then
        options+=(--ssl-mode=VERIFY_IDENTITY --ssl-ca="$MATRIX_CA")
    else
        options+=(--ssl-mode=DISABLED --get-server-public-key)
    fi
    case $MATRIX_COMPRESS in
        none) options+=(--compression-algorithms=uncompressed) ;;
        *) options+=(--compression-algorithms="$MATRIX_COMPRESS") ;;
    esac
fi
# words that the client takes for itself; the older one must be told, and cannot reset
if [ -n "$ofMariaDb" ]; then commands=(); reset=(notee); else commands=(--commands); reset=(resetconnection); fi
export MYSQL_PWD=$MATRIX_PASSWORD

# times, and what names the connection
plain() { sed -E 's/\(?[0-9]+(\.[0-9]+)? sec\)?/#/g; s/[[:space:]]+$//' | awk '{ print substr($0, 1, 1000) }'; }
labelled() { plain | awk -v feature="$1" '{ print feature "\t" $0 }'; }
# FEATURE OPTIONS...: statements from standard input
run() {
    local feature=$1
    shift
    "$program" "${options[@]}" -u "$MATRIX_USER" "$@" "$MATRIX_DATABASE" 2>&1 | labelled "$feature"
}

"$program" "${options[@]}" -u "$MATRIX_USER" -N -B -e "SHOW STATUS WHERE Variable_name IN ('Ssl_cipher', 'Compression')" |
    sed 's/^/hop./'

# one client for all features: each begins with a line that names it, which the client answers with a row
awk -F'\t' -v server="$MATRIX_SERVER" -v database="$MATRIX_DATABASE" '
    /^(#|$)/ { next }
    /^\[/ {
        name = substr($0, 2, length($0) - 2)
        only = name; sub(/^.* @/, "", only)
        # tables of 16 MiB rows are drawn for seconds; "big row" has them
        wanted = (only == name || only == server) && name != "length borders"
        print "DELIMITER //"
        print "USE " database "//"
        next
    }
    !wanted { next }
    $1 == "query" { print $2 "//" }
    $1 == "multi" { print $2 "//" }
    $1 == "prepared" || $1 == "again" {
        from = 2
        if ($1 == "prepared") { from = 3; sql = $2; quoted = sql; gsub(/\x27/, "\x27\x27", quoted); print "PREPARE s FROM \x27" quoted "\x27//" }
        names = ""
        for (i = from; i <= NF; i++) {
            kind = substr($i, 1, 1); value = substr($i, 3)
            if (kind == "n") value = "NULL"
            if (kind == "s") value = "\x27" value "\x27"
            if (kind == "x") value = "x\x27" value "\x27"
            print "SET @p" i " = " value "//"
            names = names (i > from ? ", " : "") "@p" i
        }
        print "EXECUTE s" (names == "" ? "" : " USING " names) "//"
    }' "$MATRIX_FEATURES" |
    "$program" "${options[@]}" -u "$MATRIX_USER" --force --table --show-warnings --binary-as-hex -v -v "$MATRIX_DATABASE" 2>&1 |
    awk '{ if (length($0) > 4000) { print substr($0, 1, 200) " ... " length($0) } else print }' | labelled features

run formats --vertical -e "SELECT * FROM t_types ORDER BY id"
run formats --xml -e "SELECT id, a, t FROM t_types ORDER BY id"
run formats --html -e "SELECT id, a, v FROM t_types ORDER BY id"
run quick --quick --batch -e "SELECT COUNT(*), SUM(LENGTH(s)) FROM t_rows; SELECT * FROM t_rows WHERE id > 870"
run metadata --column-type-info -e "SELECT * FROM t_types LIMIT 1; SELECT 1.5 AS a, 'x' AS b" 
run status -N -e "status" | grep -E "Current (user|database)|Server version|characterset|Protocol version"
run "local infile" --local-infile=1 -vv -e "CREATE TABLE t_file (id INT PRIMARY KEY, t VARCHAR(100));
    LOAD DATA LOCAL INFILE '$MATRIX_ROWS' INTO TABLE t_file; SELECT COUNT(*), SUM(id), SUM(CRC32(t)) FROM t_file"
run "local infile missing" --local-infile=1 -e "LOAD DATA LOCAL INFILE '/there/is/no/such/file' INTO TABLE t_file"
run "local infile refused" --local-infile=0 -e "LOAD DATA LOCAL INFILE '$MATRIX_ROWS' INTO TABLE t_file"
"$program" "${options[@]}" -u "$MATRIX_USER" -N -B -e "SELECT REPEAT('abcd', $MATRIX_BIG / 4), 'behind'" 2>&1 |
    md5sum | labelled "big row"
{
    printf "SELECT LENGTH('"
    head -c "$MATRIX_BIG" /dev/zero | tr '\0' x
    printf "') AS n;\n"
} | run "big statement" -N -B
printf 'SET @mine = 5;\n%s\nSELECT @mine, DATABASE();\n' "${reset[@]}" | run resets "${commands[@]}"
printf 'SET @mine = 5;\nconnect %s\nSELECT @mine, DATABASE();\n' "$MATRIX_DATABASE" | run reconnect "${commands[@]}" |
    sed -E 's/Connection id:.*/Connection id: #/'
run safe --safe-updates -e "UPDATE t_rows SET s = 'x'"
run "init command" --init-command="SET @begun = 7" -e "SELECT @begun"
run "wrong password" --password=wrong -e "SELECT 1"
if [ -z "$ofMariaDb" ]; then
    printf "query_attributes size 5 color red\nSELECT mysql_query_attribute_string('size');\n" |
        run "query attributes" "${commands[@]}"
    run "connect attributes" -e "SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_connect_attrs
        WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME IN ('program_name', '_client_name') ORDER BY ATTR_NAME"
fi
"$program" "${options[@]}" -u "$MATRIX_USER" -e "SELECT 1" there_is_no_such_database 2>&1 | labelled "unknown database"
"$program" "${options[@]}" -u nobody_here -e "SELECT 1" 2>&1 | labelled "unknown user"
"$program" "${options[@]}" -u "${MATRIX_USER}b" -e "SELECT CURRENT_USER()" 2>&1 | labelled "other user"
renewal="'Renewed-1'"
if [ "$MATRIX_SERVER" = mariadb ]; then renewal="PASSWORD($renewal)"; fi
if [ -z "$ofMariaDb" ]; then options+=(--connect-expired-password); fi
"$program" "${options[@]}" -u "${MATRIX_USER}x" --force -e "SELECT 1; SET PASSWORD = $renewal; SELECT 1" 2>&1 |
    labelled "expired password"

# KILL QUERY from a second connection, and KILL
for how in "KILL QUERY" "KILL"; do
    "$program" "${options[@]}" -u "$MATRIX_USER" -N -B -e "SELECT SLEEP(30) AS s; SELECT 'usable'" 2>&1 |
        sed -E 's/ERROR (2006|2013|1927|1317|1053|1158|2026) .*/ended/' | labelled "$how" &
    sleeping=$!
    for _ in $(seq 100); do
        id=$("$program" "${options[@]}" -u "$MATRIX_USER" -N -B -e "SELECT ID FROM information_schema.PROCESSLIST
            WHERE USER = '$MATRIX_USER' AND STATE = 'User sleep' LIMIT 1")
        if [ -n "$id" ]; then break; fi
    done
    run "$how, killer" -e "$how $id"
    wait "$sleeping"
done
