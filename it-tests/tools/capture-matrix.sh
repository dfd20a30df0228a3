#!/usr/bin/env bash
# capture-matrix.sh [CLIENTS]
#
# Runs the client/server matrix while dumpcap records what goes over the loopback interface, and then asks Wireshark's
# dissector whether it finds a malformed MySQL packet. Only connections in plain text can be read, so the runs are those
# without TLS and compression (-Dit.matrix=plain), before the proxy and behind it.
#
#   CLIENTS       a regular expression for the names of the clients, such as "mysql|php" (default: all on this machine)
#
# Environment: MYSQL_DIST, MARIADB_DIST (folders of servers; default: where the scripts beside this one put them),
#   CAPTURE (a file to keep the capture in; default: a temporary one that is removed),
#   MATRIX_COMMAND (instead of Maven: a command that takes -D options).
# Exit code 0: nothing malformed. Needs tshark and dumpcap, and the right to capture.
set -euo pipefail

die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
case ${1-} in -h|--help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;; esac
clients=${1:-.*}
for tool in dumpcap tshark; do command -v "$tool" >/dev/null || die "$tool is missing (Debian: tshark)"; done
cd "$(dirname "$0")/../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mysql-proxy
mysql=${MYSQL_DIST:-$cache/mysql-9}
mariadb=${MARIADB_DIST:-$cache/mariadb}
[ -x "$mysql/bin/mysqld" ] || mysql=
[ -x "$mariadb/bin/mariadbd" ] || mariadb=

work=$(mktemp -d)
capture=${CAPTURE:-$work/matrix.pcapng}
ports=$work/ports
dumper=
cleanup() {
  [ -z "$dumper" ] || kill "$dumper" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

# whole packets of all of TCP: the ports are known only once the servers and proxies run
dumpcap -q -i lo -s 0 -B 512 -f tcp -w "$capture" 2>"$work/dumpcap.log" &
dumper=$!
for _ in $(seq 100); do [ -s "$capture" ] && break; kill -0 "$dumper" 2>/dev/null || die "$(cat "$work/dumpcap.log")"; sleep 0.1; done
[ -s "$capture" ] || die "dumpcap records nothing: $(cat "$work/dumpcap.log")"

run=(mvn -B -ntp -q verify -pl it-tests -am -Dquick -DskipTests=false -Dit.test=MatrixIT -Dtest=none
  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false)
# shellcheck disable=SC2206 # the command's words
[ -z "${MATRIX_COMMAND-}" ] || run=($MATRIX_COMMAND)
result=0
"${run[@]}" -Dit.matrix=plain "-Dit.matrix.clients=$clients" "-Dit.matrix.ports=$ports" \
  "-Dit.mysql.dist=$mysql" "-Dit.mariadb.dist=$mariadb" || result=$?

kill -INT "$dumper"
wait "$dumper" || true
dumper=
grep -E 'dropped' "$work/dumpcap.log" || true
[ -s "$ports" ] || die "the matrix named no ports (exit code $result)"

decode=()
filter=
for port in $(sort -nu "$ports"); do
  decode+=(-d "tcp.port==$port,mysql")
  filter+="${filter:+ or }tcp.port==$port"
done
echo "ports: $(sort -nu "$ports" | tr '\n' ' ')"
tshark -r "$capture" "${decode[@]}" -Y "mysql and ($filter)" -T fields -e frame.number -e tcp.stream \
  -e tcp.srcport -e tcp.dstport -e frame.protocols -e _ws.col.Info >"$work/frames" 2>"$work/tshark.log" ||
  die "$(tail -5 "$work/tshark.log")"
grep -F '_ws.malformed' "$work/frames" >"$work/malformed" || true
malformed=$(wc -l <"$work/malformed")
echo "frames of the MySQL protocol: $(wc -l <"$work/frames"), malformed: $malformed"
cut -c1-200 "$work/malformed" | head -50
[ "$malformed" = 0 ] || exit 2
exit "$result"
