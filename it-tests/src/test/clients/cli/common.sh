# What the programs beside it share: the connection's options in MySQL's and MariaDB's spelling.
# usage: ofMySql / ofMariaDb fill the array "options"
target=(-h "${MATRIX_HOST-}" -P "${MATRIX_PORT-}" --protocol=TCP -u "${MATRIX_USER-}")
export MYSQL_PWD=${MATRIX_PASSWORD-}

ofMySql() {
    options=(--no-defaults "${target[@]}")
    if [ "$MATRIX_TLS" = 1 ]; then
        options+=(--ssl-mode=VERIFY_IDENTITY --ssl-ca="$MATRIX_CA")
    else
        options+=(--ssl-mode=DISABLED --get-server-public-key)
    fi
    if [ "$MATRIX_COMPRESS" != none ]; then options+=(--compression-algorithms="$MATRIX_COMPRESS"); fi
}

ofMariaDb() {
    options=(--no-defaults "${target[@]}")
    if [ "$MATRIX_TLS" = 1 ]; then options+=(--ssl --ssl-verify-server-cert --ssl-ca="$MATRIX_CA"); else options+=(--skip-ssl); fi
    if [ "$MATRIX_COMPRESS" = zlib ]; then options+=(--compress); fi
}

# FEATURE COMMAND...: its output without times and comments of dumps
labelled() {
    local feature=$1
    shift
    "$@" 2>&1 | sed -E '/^-- (Dump completed|Host:|Server version|MySQL dump|MariaDB dump)/d; s/[0-9]+\.[0-9]+ seconds/# seconds/; s/[[:space:]]+$//' |
        awk -v feature="$feature" '{ print feature "\t" substr($0, 1, 500) }'
}

filled() {
    cat <<'SQL'
CREATE TABLE t_tools (id INT PRIMARY KEY, s VARCHAR(100), b BLOB);
INSERT INTO t_tools VALUES (1, 'one', x'00ff'), (2, NULL, NULL), (3, 'thr''ee ä€😀', '');
CREATE TABLE t_import (id INT PRIMARY KEY, t VARCHAR(100));
CREATE VIEW v_tools AS SELECT id FROM t_tools;
CREATE PROCEDURE p_tools () BEGIN SELECT 1; END;
SQL
}
