#!/usr/bin/env bash
# mysql-instance.sh: MySQL instances on 127.0.0.1 from the programs that mysql-from-debian.sh unpacked
#
#   init DIR PORT               make a new instance in DIR (data, TLS certificates, option file)
#   start DIR PORT [ARGS...]    start it; ARGS go to mysqld; returns once it answers
#   stop DIR                    stop it cleanly
#   status DIR                  say whether it runs
#   replicate PRIMARY REPLICA   make REPLICA (both started) a read-only GTID replica of PRIMARY
#
# Environment: MYSQL_DIST (where the programs are; default: where mysql-from-debian.sh puts them),
#   MYSQL_PASSWORD (root's, default "root"), MYSQL_BUFFER_POOL (default 128M),
#   MYSQL_WAIT (seconds to wait for a start or a stop, default 60).
# root signs in through the socket DIR/mysqld.sock and from 127.0.0.1, with caching_sha2_password.
set -euo pipefail

die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
dist=${MYSQL_DIST:-${XDG_CACHE_HOME:-$HOME/.cache}/mysql-proxy/mysql-9}
password=${MYSQL_PASSWORD:-root}
pool=${MYSQL_BUFFER_POOL:-128M}
limit=${MYSQL_WAIT:-60}
[ -x "$dist/bin/mysqld" ] || die "no $dist/bin/mysqld; run mysql-from-debian.sh $dist first"

usage() { sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit "${1:-2}"; }
absdir() { mkdir -p "$1" && (cd "$1" && pwd -P); }
port_ok() { case $1 in ''|*[!0-9]*) die "PORT must be a number, not '$1'" ;; esac; [ "$1" -gt 1023 ] && [ "$1" -lt 65536 ] || die "PORT $1 is out of range"; }
pid_of() { # prints the pid of a running instance, else nothing
  local p; p=$(cat "$1/mysqld.pid" 2>/dev/null) || return 0
  case $p in ''|*[!0-9]*) return 0 ;; esac
  # a pid file outlives a crash: the process must be one that was given this data directory
  if [ -r "/proc/$p/cmdline" ] && tr '\0' '\n' <"/proc/$p/cmdline" | grep -qxF -- "--defaults-file=$1/my.cnf"; then echo "$p"; fi
}
client() { # DIR ARGS... : root through the socket
  local d=$1; shift
  MYSQL_PWD=$password "$dist/bin/mysql" --no-defaults -uroot -S "$d/mysqld.sock" "$@"
}
port_of() { sed -n 's/^port *= *//p' "$1/my.cnf" | head -1; }

do_init() {
  [ $# -eq 2 ] || usage; local d port=$2; port_ok "$port"; d=$(absdir "$1")
  [ ! -e "$d/data/mysql.ibd" ] || die "$d already holds an instance"
  [ "${#d}" -lt 90 ] || die "$d is too long a path for a socket in it"
  mkdir -p "$d/tmp" "$d/files"
  [ -z "$(ls -A "$d/data" 2>/dev/null)" ] || die "$d/data is not empty (a failed init? remove it)"
  cat > "$d/my.cnf" <<CNF
[mysqld]
port = $port
bind-address = 127.0.0.1
mysqlx = OFF
socket = $d/mysqld.sock
pid-file = $d/mysqld.pid
log-error = $d/error.log
datadir = $d/data
tmpdir = $d/tmp
secure-file-priv = $d/files
server-id = $port
report-host = 127.0.0.1
report-port = $port
log-bin = binlog
gtid-mode = ON
enforce-gtid-consistency = ON
relay-log = relay
innodb-buffer-pool-size = $pool
max-connections = 5000
back-log = 4096
max-allowed-packet = 1G
local-infile = ON
# throw-away instances: no wait for the disk
innodb-flush-log-at-trx-commit = 0
sync-binlog = 0
innodb-flush-method = nosync
CNF
  local q=${password//\\/\\\\}; q=${q//\'/\\\'}
  cat > "$d/init.sql" <<SQL
ALTER USER 'root'@'localhost' IDENTIFIED BY '$q';
CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY '$q';
GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
GRANT PROXY ON ''@'' TO 'root'@'127.0.0.1' WITH GRANT OPTION;
SQL
  chmod 600 "$d/init.sql"
  "$dist/bin/mysqld" --defaults-file="$d/my.cnf" --skip-log-bin --initialize-insecure --init-file="$d/init.sql" >"$d/init.log" 2>&1 ||
    { tail -20 "$d/error.log" "$d/init.log" >&2; die "initialisation failed"; }
  rm -f "$d/init.sql"
  [ -e "$d/data/server-cert.pem" ] || printf '%s: note: mysqld makes its TLS certificates at the first start\n' "${0##*/}"
  echo "initialised $d for port $port"
}

do_start() {
  [ $# -ge 2 ] || usage; local d port=$2 p i; port_ok "$port"; d=$(absdir "$1"); shift 2
  [ -e "$d/data/mysql.ibd" ] || die "$d holds no instance (init it first)"
  p=$(pid_of "$d"); [ -z "$p" ] || die "$d already runs (pid $p)"
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then die "something listens on 127.0.0.1:$port already"; fi
  sed -i "s/^port *=.*/port = $port/; s/^report-port *=.*/report-port = $port/" "$d/my.cnf"
  rm -f "$d/mysqld.pid"
  setsid "$dist/bin/mysqld" --defaults-file="$d/my.cnf" "$@" </dev/null >>"$d/stdout.log" 2>&1 &
  p=$!
  for ((i = 0; i < limit * 10; i++)); do
    kill -0 "$p" 2>/dev/null || { tail -15 "$d/error.log" "$d/stdout.log" >&2; die "mysqld ended while starting"; }
    if client "$d" -e 'SELECT 1' >/dev/null 2>&1; then echo "started $d on 127.0.0.1:$port (pid $p)"; return; fi
    sleep 0.1
  done
  tail -15 "$d/error.log" >&2
  die "no answer from $d within $limit s (pid $p is left running)"
}

do_stop() {
  [ $# -eq 1 ] || usage; local d p i; d=$(absdir "$1"); p=$(pid_of "$d")
  [ -n "$p" ] || { echo "$d is not running"; return; }
  kill -TERM "$p"
  for ((i = 0; i < limit * 10; i++)); do
    # a zombie whose parent does not reap is gone, too
    if ! kill -0 "$p" 2>/dev/null || grep -q '^State:[[:space:]]*Z' "/proc/$p/status" 2>/dev/null; then
      echo "stopped $d"; return
    fi
    sleep 0.1
  done
  die "$d (pid $p) did not stop within $limit s"
}

do_status() {
  [ $# -eq 1 ] || usage; local d p; d=$(absdir "$1"); p=$(pid_of "$d")
  if [ -n "$p" ]; then echo "$d runs on 127.0.0.1:$(port_of "$d") (pid $p)"; else echo "$d is not running"; return 1; fi
}

do_replicate() {
  [ $# -eq 2 ] || usage; local a b i pport want have q; a=$(absdir "$1"); b=$(absdir "$2")
  [ "$a" != "$b" ] || die "primary and replica are the same"
  [ -n "$(pid_of "$a")" ] || die "the primary $a is not running"
  [ -n "$(pid_of "$b")" ] || die "the replica $b is not running"
  pport=$(port_of "$a"); q=${password//\\/\\\\}; q=${q//\'/\\\'}
  client "$a" -e "CREATE USER IF NOT EXISTS 'repl'@'127.0.0.1' IDENTIFIED BY '$q'; GRANT REPLICATION SLAVE ON *.* TO 'repl'@'127.0.0.1';"
  client "$b" -e "STOP REPLICA; SET GLOBAL super_read_only=OFF;
    CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=$pport, SOURCE_USER='repl', SOURCE_PASSWORD='$q',
      SOURCE_AUTO_POSITION=1, SOURCE_SSL=1, SOURCE_CONNECT_RETRY=1, GET_SOURCE_PUBLIC_KEY=1;
    START REPLICA; SET PERSIST read_only=ON; SET PERSIST super_read_only=ON;"
  want=$(client "$a" -NBe 'SELECT @@global.gtid_executed' | tr -d '\n\\n')
  have=$(client "$b" -NBe "SELECT WAIT_FOR_EXECUTED_GTID_SET('$want', $limit)") || true
  if [ "$have" != 0 ]; then
    client "$b" -e 'SHOW REPLICA STATUS\G' | grep -E 'Running|Error:' >&2 || true
    die "the replica did not catch up within $limit s"
  fi
  echo "replica $b follows 127.0.0.1:$pport (read_only, super_read_only)"
}

verb=${1-}; [ $# -eq 0 ] || shift
case $verb in
  init) do_init "$@" ;; start) do_start "$@" ;; stop) do_stop "$@" ;; status) do_status "$@" ;;
  replicate) do_replicate "$@" ;; -h|--help) usage 0 ;; *) usage ;;
esac
