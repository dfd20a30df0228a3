#!/usr/bin/env bash
# sysbench: a table, a few hundred transactions on it with statements the server prepares and without, and their counts
set -u
if [ "${1-}" = --version ]; then
    exec sysbench --version
fi
settings=(--db-driver=mysql --mysql-host="$MATRIX_HOST" --mysql-port="$MATRIX_PORT" --mysql-user="$MATRIX_USER"
    --mysql-password="$MATRIX_PASSWORD" --mysql-db="$MATRIX_DATABASE" --tables=1 --table-size=500 --threads=1
    --rand-seed=7 --time=0 --events=50)
if [ "$MATRIX_TLS" = 1 ]; then
    # it knows fixed names in the current folder, and wants a certificate of its own: the server's will do
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    cp "$MATRIX_CA" "$folder/cacert.pem"
    cp "$MATRIX_CA" "$folder/client-cert.pem"
    cp "$(dirname "$MATRIX_CA")/key.pem" "$folder/client-key.pem"
    cd "$folder" || exit 1
    settings+=(--mysql-ssl=on)
fi
labelled() {
    local feature=$1
    shift
    "$@" 2>&1 | grep -E "read:|write:|other:|total:|transactions:|queries:|ignored errors:|FATAL|error|Creating|Inserting|Dropping" |
        sed -E 's/\(.*//; s/[[:space:]]+/ /g' | awk -v feature="$feature" '{ print feature "\t" $0 }'
}
labelled prepare sysbench oltp_read_write "${settings[@]}" prepare
for mode in disable auto; do
    labelled "read and write, ps-mode $mode" sysbench oltp_read_write "${settings[@]}" --db-ps-mode=$mode run
    labelled "points, ps-mode $mode" sysbench oltp_point_select "${settings[@]}" --db-ps-mode=$mode run
done
labelled bulk sysbench bulk_insert "${settings[@]}" --events=500 --threads=1 prepare
labelled cleanup sysbench oltp_read_write "${settings[@]}" cleanup
