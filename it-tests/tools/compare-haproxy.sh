#!/usr/bin/env bash
# compare-haproxy.sh: mysql-proxy side by side with HAProxy in TCP mode, before the same server, in one run
#
#   compare-haproxy.sh --server-port P DISTRIBUTION [options] [-- ARGS...]
#   compare-haproxy.sh --server-port P --port PORT --pid PID [options]
#
#   DISTRIBUTION          directory of the built distribution: its bin/mysql-proxy is started with the proxy plugin
#                         alone, before the server, and stopped at the end; ARGS are further arguments for it
#   --port P --pid PID    measure what already runs there instead
#   --server-port P       the server's port on 127.0.0.1
#   --out FILE            append the raw samples, tab-separated
#   --strict              exit 1 when a goal is missed or a sample failed
#   --label NAME, --user, --password, --db, --workloads, --threads, --ps-threads, --bulk-threads, --connect-threads,
#   --idle-conns, --seconds, --warmup, --rounds, --server-pid, --max-foreign, --retries: as in bench.sh
#
# Defaults: point at 8 and 64 threads, point-ps at 8, rows and bulk at 1 and 8, connect at 16, 1000 idle sessions;
# 6 seconds a sample, 5 rounds, 15 seconds of warm-up a cell.  Each cell alternates HAProxy and ours; the ratios are
# ours/HAProxy, so throughput should be high and CPU low.  The list at the end holds them against the project's goals.
# Not much work of others may be on the machine: samples where there was are retaken once, and the table
# has a * (see --max-foreign in bench.sh).
# Needs haproxy and sysbench.
set -euo pipefail
die() { printf 'compare-haproxy.sh: %s\n' "$*" >&2; exit 1; }
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd -P)

server_port= dist= port= pid= server_pid= out= strict=no label=ours extra=() pass=()
while [ $# -gt 0 ]; do
  case $1 in
    -h|--help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    --) shift; extra=("$@"); break ;;
    --strict) strict=yes; shift; continue ;;
    --*) [ $# -ge 2 ] || die "$1 needs a value" ;;
    *) [ -z "$dist" ] || die "one DISTRIBUTION only"; dist=$1; shift; continue ;;
  esac
  case $1 in
    --server-port) server_port=$2 ;; --port) port=$2 ;; --pid) pid=$2 ;; --server-pid) server_pid=$2 ;;
    --out) out=$2 ;; --label) label=$2 ;;
    --user|--password|--db|--workloads|--threads|--ps-threads|--bulk-threads|--connect-threads|--idle-conns|--seconds|\
    --warmup|--rounds|--max-foreign|--retries) pass+=("$1" "$2") ;;
    *) die "unknown option $1 (see --help)" ;;
  esac
  shift 2
done
[ -n "$server_port" ] || die "--server-port is needed"
if [ -n "$dist" ]; then
  [ -z "$port$pid" ] || die "either DISTRIBUTION or --port and --pid"
  [ -x "$dist/bin/mysql-proxy" ] || die "no $dist/bin/mysql-proxy"
else
  [ -n "$port" ] && [ -n "$pid" ] || die "DISTRIBUTION is needed, or --port and --pid"
fi
haproxy=$(PATH=$PATH:/usr/sbin:/sbin command -v haproxy) || die "no haproxy"
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"

tmp=$(mktemp -d "${TMPDIR:-/tmp}/compare.XXXXXX"); hapid= ours= bench=
[ -n "$out" ] || out=$tmp/samples.tsv
end() { # PID SECONDS: ends a process we started
  local i
  kill -TERM "$1" 2>/dev/null || return 0
  for ((i = 0; i < $2 * 10; i++)); do
    # a child that ended stays a zombie until this shell waits for it
    case $(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) in ''|Z) return 0 ;; esac
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
}
cleanup() {
  [ -z "$bench" ] || end "$bench" 5
  [ -z "$ours" ] || end "$ours" 10
  [ -z "$hapid" ] || end "$hapid" 5
  rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# PORT: the inode of the socket that listens there; looking in /proc disturbs no one, a connection would
inode_of() {
  awk -v p="$(printf ':%04X' "$1")" '$4=="0A" && substr($2,length($2)-4)==p {print $10; exit}' /proc/net/tcp{,6}
}
free_port() { # FROM
  local p; for ((p = $1; p < $1 + 200; p++)); do [ -n "$(inode_of "$p")" ] || { echo "$p"; return; }; done
  die "no free port from $1 on"
}
await_listener() { # PORT PID NAME LOG
  local i; for ((i = 0; i < 300; i++)); do
    [ -z "$(inode_of "$1")" ] || return 0
    kill -0 "$2" 2>/dev/null || { tail -15 "$4" >&2; die "$3 ended while starting"; }
    sleep 0.1
  done
  tail -15 "$4" >&2; die "$3 does not listen on port $1"
}

inode=$(inode_of "$server_port"); [ -n "$inode" ] || die "nothing listens on port $server_port"
if [ -z "$server_pid" ]; then   # not found is no harm: work of others on the machine then goes unseen
  server_pid=$(find /proc/[0-9]*/fd -maxdepth 1 -lname "socket:\[$inode\]" 2>/dev/null | head -1 | cut -d/ -f3) || true
fi

haport=$(free_port 24040)
cat >"$tmp/haproxy.cfg" <<CFG
global
    nbthread 2
    maxconn 5000
defaults
    mode tcp
    no option tcp-smart-connect
    no option tcp-smart-accept
    timeout connect 5s
    timeout client 10m
    timeout server 10m
listen mysql
    bind 127.0.0.1:$haport
    maxconn 5000
    server primary 127.0.0.1:$server_port maxconn 5000
CFG
"$haproxy" -db -f "$tmp/haproxy.cfg" >"$tmp/haproxy.log" 2>&1 & hapid=$!
await_listener "$haport" "$hapid" haproxy "$tmp/haproxy.log"

if [ -n "$dist" ]; then
  port=$(free_port $((haport + 1)))
  "$dist/bin/mysql-proxy" --plugins=proxy --proxy-address=127.0.0.1:"$port" --pid-file="$tmp/ours.pid" \
    --proxy-backend-addresses=127.0.0.1:"$server_port" "${extra[@]}" >"$tmp/ours.log" 2>&1 & ours=$!
  await_listener "$port" "$ours" mysql-proxy "$tmp/ours.log"
  for ((i = 0; i < 50; i++)); do [ ! -s "$tmp/ours.pid" ] || break; sleep 0.1; done
  [ -s "$tmp/ours.pid" ] || die "mysql-proxy wrote no pid file"
  pid=$(tr -dc 0-9 <"$tmp/ours.pid")
fi
echo "server on port $server_port${server_pid:+ (pid $server_pid)}, haproxy on $haport (pid $hapid)," \
  "$label on $port (pid $pid)"

"$here/bench.sh" --baseline-label haproxy --baseline-port "$haport" --baseline-pid "$hapid" \
  --label "$label" --port "$port" --pid "$pid" ${server_pid:+--server-pid "$server_pid"} \
  --out "$out" --summary "$tmp/summary.tsv" \
  --workloads idle,point,point-ps,rows,bulk,connect --threads 8,64 --ps-threads 8 --bulk-threads 1,8 \
  --connect-threads 16 --idle-conns 1000 --seconds 6 --rounds 5 --warmup 15 --retries 1 "${pass[@]}" & bench=$!
wait "$bench" || { bench=; die "bench.sh failed"; }
bench=
if [ -n "$dist" ] && grep -iE 'warn|error|critical|exception' "$tmp/ours.log" >"$tmp/complaints"; then
  echo "mysql-proxy logged $(wc -l <"$tmp/complaints") complaints, the first: $(head -1 "$tmp/complaints")"
fi

echo
awk -F'\t' -v ours="$label" -v strict="$strict" '
  function check(what, value, low, goal,   good) {
    good = low ? value >= goal : value <= goal
    printf "%-36s %8.3f   goal %s %-6s %s%s\n", what, value, low ? "at least" : "at most ", goal,
      good ? "met" : "MISSED", noisy ? "  (no quiet round: not to be relied on)" : ""
    if (!good) missed++
  }
  $1=="idle" && $6 { print "idle at " $2 " sessions: " $3 " failed"; missed++; next }
  $1=="idle" { if ($3==ours) check("idle " $2 ": MiB over none", ($5-$4)/1024, 0, 100*$2/1000); next }
  { noisy = !$10; cell=$1 " at " $2 " threads"; if ($9) { print cell ": " $9 " samples failed"; missed++ } }
  $5==0 { next }    # nothing to compare: counted as failed above
  $1 ~ /^(point|rw)/ { check(cell ": throughput", $5, 1, 0.9); check(cell ": CPU per query", $8, 0, 1.25) }
  $1=="rows" || $1=="bulk" { check(cell ": throughput", $5, 1, 0.95) }
  $1=="connect" { check(cell ": throughput", $5, 1, 0.8) }
  END { exit strict=="yes" && missed>0 }' "$tmp/summary.tsv"
