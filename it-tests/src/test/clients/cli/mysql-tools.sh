#!/usr/bin/env bash
# mysqldump, mysqladmin, mysqlimport, mysqlshow, mysqlslap, mysqlcheck and mysqlbinlog of a MySQL 9: mysql-tools.sh BIN
set -u
bin=$1
if [ "${2-}" = --version ]; then
    exec "$bin/mysqldump" --no-defaults --version
fi
. "$(dirname "$0")/common.sh"
ofMySql
database=$MATRIX_DATABASE
sed 's/^CREATE PROCEDURE.*//' <(filled) | labelled fill "$bin/mysql" "${options[@]}" --default-character-set=utf8mb4 "$database"
labelled mysqladmin "$bin/mysqladmin" "${options[@]}" ping
labelled mysqladmin-status "$bin/mysqladmin" "${options[@]}" status | sed 's/[0-9][0-9.]*/#/g'
labelled mysqlshow "$bin/mysqlshow" "${options[@]}" "$database" t_tools
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$MATRIX_ROWS" "$folder/t_import.tsv"
labelled mysqlimport "$bin/mysqlimport" "${options[@]}" --local "$database" "$folder/t_import.tsv"
labelled mysqldump "$bin/mysqldump" "${options[@]}" --no-tablespaces --set-gtid-purged=OFF --single-transaction \
    --skip-dump-date --hex-blob --skip-extended-insert "$database" t_tools v_tools
labelled mysqldump-rows bash -c '"$@" | md5sum' - "$bin/mysqldump" "${options[@]}" --no-tablespaces --set-gtid-purged=OFF \
    --skip-lock-tables --skip-dump-date --skip-comments "$database" t_import
labelled mysqlcheck "$bin/mysqlcheck" "${options[@]}" "$database"
labelled mysqlslap "$bin/mysqlslap" "${options[@]}" --concurrency=4 --iterations=2 --no-drop --create-schema="$database" \
    --query="SELECT COUNT(*) FROM t_tools; INSERT INTO t_import (id) VALUES (1000000) ON DUPLICATE KEY UPDATE t = 'x'" \
    --delimiter=';' --number-of-queries=80 | grep -v seconds
labelled after "$bin/mysql" "${options[@]}" -e "SELECT COUNT(*), MAX(id) FROM t_import" "$database"
MYSQL_PWD=wrong labelled "wrong password" "$bin/mysqladmin" "${options[@]}" ping
# no right to read the log: an error that comes in the midst of this command
labelled mysqlbinlog "$bin/mysqlbinlog" "${options[@]}" --read-from-remote-server binlog.000001
