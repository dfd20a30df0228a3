#!/usr/bin/env bash
# compare-tls.sh: mysql-proxy side by side with MySQL Router, TLS on both hops, before the same server, in one run
#
#   compare-tls.sh --server-port P --router FILE DISTRIBUTION [options] [-- ARGS...]
#
#   DISTRIBUTION     directory of the built distribution: its bin/mysql-proxy is started with the proxy plugin alone,
#                    and stopped at the end; ARGS are further arguments for it
#   --server-port P  the server's port on 127.0.0.1; the server must have TLS
#   --router FILE    the mysqlrouter program, see mysql-router-from-debian.sh
#   --storm-only, --no-storm      leave out one half
#   --storm-threads N             threads of the connect storm (default 8)
#   --storm-seconds N             seconds of each of its samples (default 6)
#   --storm-rounds N              how often each is taken (default 3)
#   --storm-warmup N              seconds before each, for the client's own sake (default 8)
#   --out FILE       append bench.sh's raw samples, tab-separated
#   --strict         exit 1 when a goal is missed
#   --user, --password, --db, --threads, --seconds, --warmup, --rounds, --server-pid, --max-foreign, --retries: as in
#                    bench.sh, for point select
#
# HAProxy is not what is compared with: MySQL's protocol begins TLS after the server's greeting, which HAProxy cannot end.
# MySQL Router speaks TLS on both hops as we do (client_ssl_mode and server_ssl_mode REQUIRED); each gets the same
# certificate and two threads.  Both hops use the suite that OpenSSL and BoringSSL agree on first: the table names it.
#
# Point select is bench.sh with sysbench's --mysql-ssl.  The connect storm is connect-storm.c: each connection logs in,
# runs SELECT 1 and leaves; plain, over TLS, and over TLS with sessions that are resumed, which with TLS 1.2 spares the key
# exchange.  Client, server and proxy share the machine: what they need for a login is told apart, as CPU of each process.
# The goals: point select at least 0.8 of Router, the storm with resumption at least 0.7 of the plain one.
# Needs sysbench, openssl, a JDK 17, and for the storm a C compiler with OpenSSL's headers.
set -euo pipefail
die() { printf 'compare-tls.sh: %s\n' "$*" >&2; exit 1; }
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd -P)

server_port= server_pid=
dist= router= out= strict=no storm=yes point=yes storm_threads=8 storm_seconds=6 storm_rounds=3 storm_warmup=8
user=sb password=sb extra=() pass=()
while [ $# -gt 0 ]; do
  case $1 in
    -h|--help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    --) shift; extra=("$@"); break ;;
    --strict) strict=yes; shift; continue ;;
    --no-storm) storm=no; shift; continue ;;
    --storm-only) point=no; shift; continue ;;
    --*) [ $# -ge 2 ] || die "$1 needs a value" ;;
    *) [ -z "$dist" ] || die "one DISTRIBUTION only"; dist=$1; shift; continue ;;
  esac
  case $1 in
    --server-port) server_port=$2 ;; --router) router=$2 ;; --out) out=$2 ;;
    --storm-threads) storm_threads=$2 ;; --storm-seconds) storm_seconds=$2 ;; --storm-rounds) storm_rounds=$2 ;;
    --storm-warmup) storm_warmup=$2 ;;
    --user) user=$2; pass+=("$1" "$2") ;; --password) password=$2; pass+=("$1" "$2") ;;
    --server-pid) server_pid=$2; pass+=("$1" "$2") ;;
    --db|--threads|--seconds|--warmup|--rounds|--max-foreign|--retries) pass+=("$1" "$2") ;;
    *) die "unknown option $1 (see --help)" ;;
  esac
  shift 2
done
[ -n "$server_port" ] || die "--server-port is needed"
[ -x "$router" ] || die "--router has to name the mysqlrouter program"
[ -x "$dist/bin/mysql-proxy" ] || die "no $dist/bin/mysql-proxy"
for tool in openssl sysbench java; do command -v "$tool" >/dev/null || die "no $tool"; done
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"

tmp=$(mktemp -d "${TMPDIR:-/tmp}/compare-tls.XXXXXX"); children=()
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
cleanup() { local p; for p in "${children[@]}"; do end "$p" 10; done; rm -rf "$tmp"; }
trap cleanup EXIT
trap 'exit 130' INT TERM
listens() { # PORT; looking in /proc disturbs no one, a connection would
  awk -v p="$(printf ':%04X' "$1")" '$4=="0A" && substr($2,length($2)-4)==p {f=1} END {exit !f}' /proc/net/tcp{,6}
}
free_port() { # FROM
  local p; for ((p = $1; p < $1 + 200; p++)); do listens "$p" || { echo "$p"; return; }; done
  die "no free port from $1 on"
}
await_listener() { # PORT PID NAME LOG
  local i; for ((i = 0; i < 300; i++)); do
    ! listens "$1" || return 0
    kill -0 "$2" 2>/dev/null || { tail -15 "$4" >&2; die "$3 ended while starting"; }
    sleep 0.1
  done
  tail -15 "$4" >&2; die "$3 does not listen on port $1"
}
listens "$server_port" || die "nothing listens on port $server_port"

# one certificate for both proxies; sysbench reads files of these names where it runs
mkdir "$tmp/tls" "$tmp/bin"
(cd "$tmp/tls"
 openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=compare-tls-ca -keyout ca-key.pem -out cacert.pem
 for who in server client; do
   openssl req -newkey rsa:2048 -nodes -subj "/CN=$who" -keyout $who-key.pem -out $who.csr
   openssl x509 -req -in $who.csr -CA cacert.pem -CAkey ca-key.pem -CAcreateserial -days 2 -out $who-cert.pem \
     -extfile <(echo "subjectAltName=IP:127.0.0.1,DNS:localhost")
 done) >"$tmp/openssl.log" 2>&1 || { cat "$tmp/openssl.log" >&2; die "openssl failed"; }
cat >"$tmp/bin/sysbench" <<WRAP
#!/usr/bin/env bash
# sysbench with TLS: bench.sh calls it with a script and options
cd "$tmp/tls"
exec "$(command -v sysbench)" "\$1" --mysql-ssl=on "\${@:2}"
WRAP
chmod +x "$tmp/bin/sysbench"

rport=$(free_port 24240)
mkdir -p "$tmp/router"/{run,data,log}
cat >"$tmp/router.conf" <<CFG
[DEFAULT]
runtime_folder = $tmp/router/run
data_folder = $tmp/router/data
logging_folder = $tmp/router/log
max_total_connections = 5000
[logger]
level = WARNING
[io]
threads = 2
[routing:primary]
bind_address = 127.0.0.1
bind_port = $rport
destinations = 127.0.0.1:$server_port
routing_strategy = first-available
protocol = classic
max_connections = 5000
max_connect_errors = 100000
client_ssl_mode = PREFERRED
client_ssl_cert = $tmp/tls/server-cert.pem
client_ssl_key = $tmp/tls/server-key.pem
server_ssl_mode = AS_CLIENT
server_ssl_verify = DISABLED
CFG
"$router" -c "$tmp/router.conf" >"$tmp/router.log" 2>&1 & rpid=$!; children+=("$rpid")
await_listener "$rport" "$rpid" mysqlrouter "$tmp/router.log"

port=$(free_port $((rport + 1)))
"$dist/bin/mysql-proxy" --plugins=proxy --proxy-address=127.0.0.1:"$port" --pid-file="$tmp/ours.pid" \
  --proxy-backend-addresses=127.0.0.1:"$server_port" --event-threads=2 --tls-dir="$tmp/tls" \
  --proxy-ssl-cert="$tmp/tls/server-cert.pem" --proxy-ssl-key="$tmp/tls/server-key.pem" \
  --proxy-backend-ssl-mode=as-client "${extra[@]}" >"$tmp/ours.log" 2>&1 & launcher=$!; children+=("$launcher")
await_listener "$port" "$launcher" mysql-proxy "$tmp/ours.log"
for ((i = 0; i < 50; i++)); do [ ! -s "$tmp/ours.pid" ] || break; sleep 0.1; done
[ -s "$tmp/ours.pid" ] || die "mysql-proxy wrote no pid file"
pid=$(tr -dc 0-9 <"$tmp/ours.pid")
suite() { # PORT: the suite that a client like sysbench's gets
  openssl s_client -starttls mysql -connect 127.0.0.1:"$1" </dev/null 2>/dev/null |
    sed -n 's/^.*Cipher is \(.*\)$/\1/p' | head -1
}
echo "server on port $server_port, router on $rport ($(suite "$rport")), ours on $port ($(suite "$port"))"

missed=0
if [ "$point" = yes ]; then
  PATH=$tmp/bin:$PATH "$here/bench.sh" --baseline-label router --baseline-port "$rport" --baseline-pid "$rpid" \
    --label ours --port "$port" --pid "$pid" --out "$out" --summary "$tmp/summary.tsv" \
    --workloads point --threads 8,64 --seconds 6 --rounds 5 --warmup 15 --retries 1 "${pass[@]}" & bench=$!
  children+=("$bench")
  wait "$bench" || die "bench.sh failed"
  awk -F'\t' '$1=="point" && $5 > 0 {
    printf "point select at %s threads, TLS on both hops: %.3f of router   goal at least 0.8 %s\n", $2, $5,
      ($5 >= 0.8 ? "met" : "MISSED")
    if ($5 < 0.8) missed = 1 } END { exit missed }' "$tmp/summary.tsv" || missed=1
fi

storm() { # PORT MODE PID: what connect-storm.c prints
  "$tmp/connect-storm" 127.0.0.1 "$1" "$user" "$password" "$2" "$storm_threads" "$storm_seconds" "$storm_warmup" $3
}
if [ "$storm" = yes ]; then
  cc -O2 -pthread -o "$tmp/connect-storm" "$here/connect-storm.c" -lssl -lcrypto || die "connect-storm.c needs a C compiler
  and OpenSSL's headers (build-essential, libssl-dev)"
  # lets the server learn the password, which a plain login needs
  sysbench --mysql-host=127.0.0.1 --mysql-port="$server_port" --mysql-user="$user" --mysql-password="$password" \
    --mysql-db="${db:-sbtest}" --mysql-ssl=on --threads=1 --events=1 select_random_points run >"$tmp/first" 2>&1 || true
  for ((round = 1; round <= storm_rounds; round++)); do
    for mode in plain tls resume resume12; do
      printf 'server\t%s\n' "$(storm "$server_port" $mode "$server_pid")"
      printf 'router\t%s\n' "$(storm "$rport" $mode "$rpid")"
      printf 'ours\t%s\n' "$(storm "$port" $mode "$pid")"
    done
  done >"$tmp/storm.tsv"
  awk -F'\t' '
    function median(list,   n, v, i, j, t) {
      n = split(list, v, " ")
      for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j] + 0 < v[j-1] + 0; j--) { t = v[j]; v[j] = v[j-1]; v[j-1] = t }
      return n % 2 ? v[(n+1)/2] : (v[n/2] + v[n/2+1]) / 2
    }
    { rate[$1, $2] = rate[$1, $2] " " $4; failed[$1] += $5; part[$1, $2] = $6; threads = $3
      cpu[$1, $2] = cpu[$1, $2] " " $7; client[$1, $2] = client[$1, $2] " " $8 }
    function table(title, list,   i, m) {
      printf "\n%s\n%-8s", title, ""
      for (m = 1; m <= 4; m++) printf " %10s", modes[m]
      printf "\n"
      for (i = 1; i <= 3; i++) {
        printf "%-8s", who[i]
        for (m = 1; m <= 4; m++) printf " %10.0f", median(list[who[i], modes[m]])
        printf "\n"
      }
    }
    END {
      split("server router ours", who, " ")
      split("plain tls resume resume12", modes, " ")
      table("logins a second at " threads " threads (median)", rate)
      table("CPU of that process per login, microseconds (the server: only with --server-pid)", cpu)
      table("CPU of the client per login there, microseconds", client)
      for (i = 1; i <= 3; i++) {
        w = who[i]
        if (part[w, "resume"] < 1 || part[w, "resume12"] < 1)
          printf "%s resumed %.0f%%, with TLS 1.2 %.0f%%\n", w, 100 * part[w, "resume"], 100 * part[w, "resume12"]
        if (failed[w]) print w ": " failed[w] " failed"
      }
      plain = median(rate["ours", "plain"])
      r = plain > 0 ? median(rate["ours", "resume"]) / plain : 0
      r12 = plain > 0 ? median(rate["ours", "resume12"]) / plain : 0
      c = median(cpu["ours", "resume"]); c12 = median(cpu["ours", "resume12"]); plain = median(cpu["ours", "plain"])
      printf "\nstorm with resumption: %.3f of plain, with TLS 1.2 %.3f   goal at least 0.7 %s\n", r, r12,
        (r >= 0.7 ? "met" : "MISSED")
      if (c > 0 && c12 > 0)
        printf "by the CPU of the proxy alone: %.3f of plain, with TLS 1.2 %.3f\n", plain / c, plain / c12
      exit (r < 0.7)
    }' "$tmp/storm.tsv" || missed=1
fi
[ "$strict" = no ] || [ "$missed" = 0 ]
