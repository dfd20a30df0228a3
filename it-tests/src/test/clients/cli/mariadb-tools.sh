#!/usr/bin/env bash
# mariadb-dump, mariadb-admin, mariadb-import, mariadb-show, mariadb-slap and mariadb-check
set -u
if [ "${1-}" = --version ]; then
    exec mariadb-dump --no-defaults --version
fi
. "$(dirname "$0")/common.sh"
ofMariaDb
database=$MATRIX_DATABASE
sed 's/^CREATE PROCEDURE.*//' <(filled) | labelled fill mariadb "${options[@]}" --default-character-set=utf8mb4 "$database"
labelled mariadb-admin mariadb-admin "${options[@]}" ping
labelled mariadb-admin-status mariadb-admin "${options[@]}" status | sed 's/[0-9][0-9.]*/#/g'
labelled mariadb-show mariadb-show "${options[@]}" "$database" t_tools
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$MATRIX_ROWS" "$folder/t_import.tsv"
labelled mariadb-import mariadb-import "${options[@]}" --local "$database" "$folder/t_import.tsv"
labelled mariadb-dump mariadb-dump "${options[@]}" --no-tablespaces --single-transaction \
    --skip-dump-date --hex-blob --skip-extended-insert "$database" t_tools v_tools
labelled mariadb-dump-rows bash -c '"$@" | md5sum' - mariadb-dump "${options[@]}" --no-tablespaces \
    --skip-lock-tables --skip-dump-date --skip-comments "$database" t_import
labelled mariadb-check mariadb-check "${options[@]}" "$database"
labelled mariadb-slap mariadb-slap "${options[@]}" --concurrency=4 --iterations=2 --no-drop --create-schema="$database" \
    --query="SELECT COUNT(*) FROM t_tools; INSERT INTO t_import (id) VALUES (1000000) ON DUPLICATE KEY UPDATE t = 'x'" \
    --delimiter=';' --number-of-queries=80 | grep -v seconds
labelled after mariadb "${options[@]}" -e "SELECT COUNT(*), MAX(id) FROM t_import" "$database"
MYSQL_PWD=wrong labelled "wrong password" mariadb-admin "${options[@]}" ping
