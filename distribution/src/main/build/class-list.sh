#!/bin/sh
# class-list.sh DISTRIBUTION DEST
#
# Runs the built distribution once, with the proxy before its own admin port, and writes the classes that it used to
# DEST/mysql-proxy.classlist and into the distribution, which then makes its class-data archive (see bin/mysql-proxy).
# A start without that archive only takes longer, so whatever goes wrong here is said and does not fail the build.
set -u

dist=$1
dest=$2
list=$dist/lib/mysql-proxy.classlist
work=$(mktemp -d) || exit 0
trap 'rm -rf "$work"' EXIT

give_up() {
    echo "class-list.sh: $1; the distribution starts without a class-data archive" >&2
    rm -f "$list"
    exit 0
}

mkdir -p "$dest"
printf 'not a password' >"$work/password"
chmod 600 "$work/password"
: >"$work/log"
MYSQL_PROXY_CDS=off MYSQL_PROXY_JAVA_OPTS="-XX:DumpLoadedClassList=$list" "$dist/bin/mysql-proxy" \
    --plugins=proxy,admin --proxy-address=127.0.0.1:0 --proxy-backend-addresses="$work/admin" \
    --tls-dir="$work/tls" --admin-address="$work/admin" --admin-username=admin --admin-password-file="$work/password" \
    --log-level=debug --event-threads=1 2>"$work/log" &
pid=$!
port=
tries=0
while [ -z "$port" ] && [ $tries -lt 300 ]; do
    kill -0 $pid 2>/dev/null || break
    port=$(sed -n 's/.*proxy listening on port 127.0.0.1:\([0-9]*\).*/\1/p' "$work/log")
    tries=$((tries + 1))
    sleep 0.1
done
if [ -z "$port" ]; then
    kill $pid 2>/dev/null
    cat "$work/log" >&2
    give_up "the distribution did not start"
fi
if command -v bash >/dev/null; then
    # a client that reads the greeting and leaves
    bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; head -c 60 <&3 >/dev/null' - "$port" 2>/dev/null
fi
kill $pid
wait $pid
[ -s "$list" ] || give_up "no classes were listed"
cp "$list" "$dest/" || give_up "cannot write to $dest"
MYSQL_PROXY_CDS=make "$dist/bin/mysql-proxy" || echo "class-list.sh: no class-data archive was made" >&2
