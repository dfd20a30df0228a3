#!/usr/bin/env bash
# bench.sh: a MySQL proxy against a baseline (the server reached directly, or another proxy), in alternation
#
#   bench.sh --port P --pid PROXYPID --baseline-port P0 [options]
#
#   --host H              the proxy's address (127.0.0.1)       --baseline-host H  the baseline's (127.0.0.1)
#   --label NAME          the proxy's name (proxy)              --baseline-label NAME  the baseline's (direct)
#   --baseline-pid PID    the baseline is a proxy, too: its CPU and memory are measured and compared
#   --user U --password W --db D   sign-in (sb, sb, sbtest), the same for both
#   --workloads LIST      of idle,point,rw,point-ps,rw-ps,rows,bulk,connect (all of them)
#   --threads LIST        client threads for point and rw (1,8,64,256)
#   --ps-threads LIST     for point-ps and rw-ps (8,64)         --bulk-threads LIST  for rows and bulk (1,8)
#   --connect-threads L   for connect (1,16)                    --idle-conns N       for idle (1000)
#   --seconds N           measured per sample (10)              --rounds N           samples a side per cell (2)
#   --warmup N            before the first sample of each cell, through the proxy (3; a JVM wants 15)
#   --server-pid PID      the server's: adds its CPU per query to the file, and lets bench.sh see what CPU time
#                         went to neither of client, proxy and server: other work on the machine
#   --max-foreign PCT     take a sample again when such work used more than PCT % of the machine (10)
#   --retries N           ... at most N times for each sample (2).  The last one counts, but the ratios leave out
#                         such rounds when there are others; a * in the table tells
#   --out FILE            append raw samples, tab-separated     --summary FILE       append one line a cell, likewise
#   --baseline-only       no proxy: measures the baseline alone (--port and --pid are not needed)
#
# A cell is one workload at one thread count.  A round takes a sample of either side, the baseline first in the odd
# rounds and last in the even ones.  The table has the median of each side, and the median, least and greatest of the
# rounds' ratios proxy/baseline.  "cpu" is the proxy process's user+system time in microseconds per query (per
# connection in "connect", per row in "rows" and "bulk"); "mach" is what the whole machine spent per query: clients,
# server, proxy and kernel.  MB is the largest resident set seen while measuring.
# Tables are made on the server when they are missing: sbtest1 (10,000 rows), wide (10,000 x 1 KB), narrow
# (100,000 x 40 bytes).  Needs sysbench 1.0.
set -euo pipefail
die() { printf 'bench.sh: %s\n' "$*" >&2; exit 1; }

host=127.0.0.1 port= pid= bhost=127.0.0.1 bport= bpid= user=sb password=sb db=sbtest
workloads=idle,point,rw,point-ps,rw-ps,rows,bulk,connect
threads=1,8,64,256 ps_threads=8,64 bulk_threads=1,8 connect_threads=1,16 idle_conns=1000
seconds=10 warmup=3 rounds=2 server_pid= label=proxy blabel=direct out= summary= only_base=no max_foreign=10 retries=2
while [ $# -gt 0 ]; do
  o=$1
  case $o in
    -h|--help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    --baseline-only) only_base=yes; shift; continue ;;
  esac
  [ $# -ge 2 ] || die "$o needs a value"
  case $o in
    --host) host=$2 ;; --port) port=$2 ;; --pid) pid=$2 ;;
    --baseline-host) bhost=$2 ;; --baseline-port) bport=$2 ;; --baseline-pid) bpid=$2 ;; --baseline-label) blabel=$2 ;;
    --user) user=$2 ;; --password) password=$2 ;; --db) db=$2 ;; --workloads) workloads=$2 ;; --threads) threads=$2 ;;
    --ps-threads) ps_threads=$2 ;; --bulk-threads) bulk_threads=$2 ;; --connect-threads) connect_threads=$2 ;;
    --idle-conns) idle_conns=$2 ;; --seconds) seconds=$2 ;; --warmup) warmup=$2 ;; --rounds) rounds=$2 ;;
    --server-pid) server_pid=$2 ;; --max-foreign) max_foreign=$2 ;; --retries) retries=$2 ;;
    --label) label=$2 ;; --out) out=$2 ;; --summary) summary=$2 ;;
    *) die "unknown option $o (see --help)" ;;
  esac
  shift 2
done
command -v sysbench >/dev/null || die "no sysbench"
[ -n "$bport" ] || die "--baseline-port is needed"
if [ $only_base = no ]; then
  [ -n "$port" ] && [ -n "$pid" ] || die "--port and --pid are needed"
fi
for p in $pid $bpid $server_pid; do [ -r "/proc/$p/stat" ] || die "no process $p"; done
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX"); sbpid=
trap '[ -z "$sbpid" ] || kill -KILL "$sbpid" 2>/dev/null || true; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
[ -n "$out" ] || out=$tmp/samples.tsv
[ -n "$summary" ] || summary=$tmp/summary.tsv
hz=$(getconf CLK_TCK) cores=$(nproc)

# --- sysbench scripts -----------------------------------------------------------------------------
cat >"$tmp/fetch.lua" <<'LUA'
sysbench.cmdline.options = { table = {"table to read whole", "wide"} }
function thread_init() drv = sysbench.sql.driver(); con = drv:connect() end
function event() con:query("SELECT * FROM " .. sysbench.opt.table) end
function thread_done() con:disconnect() end
function prepare()
  local d = sysbench.sql.driver(); local c = d:connect()
  local function fill(name, rows, width)
    c:query("CREATE TABLE IF NOT EXISTS " .. name ..
      " (id INT PRIMARY KEY, pad VARCHAR(1100) NOT NULL) CHARACTER SET latin1")
    local r = c:query("SELECT COUNT(*) FROM " .. name):fetch_row()
    if tonumber(r[1]) == rows then return end
    c:query("DELETE FROM " .. name)
    c:bulk_insert_init("INSERT INTO " .. name .. " VALUES")
    for i = 1, rows do c:bulk_insert_next("(" .. i .. ",'" .. string.rep(string.char(97 + i % 26), width) .. "')") end
    c:bulk_insert_done()
  end
  fill("wide", 10000, 1000); fill("narrow", 100000, 40)
end
LUA
cat >"$tmp/storm.lua" <<'LUA'
function thread_init() drv = sysbench.sql.driver() end
function event() local c = drv:connect(); c:query("SELECT 1"); c:disconnect() end
LUA
cat >"$tmp/hold.lua" <<'LUA'
local ffi = require("ffi"); ffi.cdef("int usleep(unsigned int);")
function thread_init() drv = sysbench.sql.driver(); con = drv:connect(); con:query("SELECT 1") end
function event() ffi.C.usleep(200000) end
function thread_done() con:disconnect() end
LUA

sb() { # HOST PORT SCRIPT ARGS...
  local h=$1 p=$2 s=$3 tables=(); shift 3
  case $s in oltp_*) tables=(--tables=1 --table-size=10000) ;; esac    # the scripts above know no such option
  ${sb_exec:-} sysbench "$s" --db-driver=mysql --mysql-host="$h" --mysql-port="$p" --mysql-user="$user" \
    --mysql-password="$password" --mysql-db="$db" "${tables[@]}" "$@"
}
# --- tables ---------------------------------------------------------------------------------------
if ! sb "$bhost" "$bport" oltp_point_select --db-ps-mode=disable --time=0 --events=1 run >"$tmp/probe" 2>&1; then
  sb "$bhost" "$bport" oltp_read_write cleanup >/dev/null 2>&1 || true
  sb "$bhost" "$bport" oltp_read_write prepare >"$tmp/prepare" 2>&1 ||
    { cat "$tmp/probe" "$tmp/prepare" >&2; die "cannot make sbtest1 on $bhost:$bport"; }
fi
case ,$workloads, in *,rows,*|*,bulk,*)
  sb "$bhost" "$bport" "$tmp/fetch.lua" prepare >"$tmp/prepare" 2>&1 ||
    { cat "$tmp/prepare" >&2; die "cannot make the bulk tables"; } ;;
esac

# --- measuring ------------------------------------------------------------------------------------
ticks() { # PID: user+system clock ticks; the name in the second field may hold anything
  local s; [ -n "$1" ] && s=$(cat "/proc/$1/stat" 2>/dev/null) || { echo 0; return; }
  s=${s##*) }; set -- $s; echo $(( ${12} + ${13} ))
}
# All but idle, waiting and stolen.  Interrupts are in it, because a kernel without CONFIG_IRQ_TIME_ACCOUNTING counts
# them as time of the process they came upon, and on the loopback device they are a quarter of the work.
machine() { awk '/^cpu /{print $2+$3+$4+$7+$8; exit}' /proc/stat; }
rss() { # PID: sets rss, in KiB
  local k v _; rss=0
  [ -r "/proc/$1/status" ] || return 0
  while read -r k v _; do [ "$k" != VmRSS: ] || { rss=$v; return 0; }; done 2>/dev/null <"/proc/$1/status" || true
}
children() { # sets ch: hundredths of a second; "times" in a subshell would know nothing of this shell's children
  times >"$tmp/times"
  ch=$(awk 'NR==2{for(i=1;i<=2;i++){split($i,a,/[ms]/); t+=a[1]*60+a[2]} printf "%d\n", t*100}' "$tmp/times")
}
now_ms() { now=${EPOCHREALTIME/[.,]/}; now=${now%???}; }

side_of() { # SIDE: sets h, p, sidepid, name
  case $1 in base) h=$bhost p=$bport sidepid=$bpid name=$blabel ;; *) h=$host p=$port sidepid=$pid name=$label ;; esac
}
# sample SIDE WORKLOAD THREADS SECONDS ROUND; ROUND 0 is a warm-up and not recorded
sample() {
  local try
  for ((try = 0; ; try++)); do sample_once "$@" "$try" && return 0; done
}
sample_once() { # ... TRY; fails when the sample should be taken again
  local side=$1 w=$2 t=$3 secs=$4 round=$5 try=$6 h p s sidepid name
  local args=(--threads="$3" --time="$4" --events=0 --report-interval=0)
  side_of "$side"
  case $w in
    point) s=oltp_point_select; args+=(--db-ps-mode=disable) ;;
    rw) s=oltp_read_write; args+=(--db-ps-mode=disable --skip_trx=off) ;;
    point-ps) s=oltp_point_select; args+=(--db-ps-mode=auto) ;;
    rw-ps) s=oltp_read_write; args+=(--db-ps-mode=auto --skip_trx=off) ;;
    rows) s=$tmp/fetch.lua; args+=(--db-ps-mode=disable --table=narrow) ;;
    bulk) s=$tmp/fetch.lua; args+=(--db-ps-mode=disable --table=wide) ;;
    connect) s=$tmp/storm.lua ;;
    *) die "unknown workload $w" ;;
  esac
  local cpu0 cpu1 mach0 mach1 srv0 srv1 ch ch0 peak=0 rc=0 t0 pct=0 mark=
  cpu0=$(ticks "$sidepid"); srv0=$(ticks "$server_pid")
  children; ch0=$ch; mach0=$(machine); now_ms; t0=$now
  (sb_exec=exec; sb "$h" "$p" "$s" "${args[@]}" run) >"$tmp/o" 2>&1 &   # exec: so that the pid is sysbench's
  sbpid=$!
  while kill -0 $sbpid 2>/dev/null; do
    if [ -n "$sidepid" ]; then rss "$sidepid"; [ "$rss" -le "$peak" ] || peak=$rss; fi
    now_ms
    # a hung proxy must not hang the benchmark
    if [ $((now - t0)) -gt $((secs * 1000 + 60000)) ]; then
      kill -KILL $sbpid 2>/dev/null || true; wait $sbpid 2>/dev/null || rc=$?
      echo "FATAL: no end after $((secs + 60)) s" >>"$tmp/o"; break
    fi
    sleep 0.3
  done
  [ $rc -ne 0 ] || wait $sbpid || rc=$?
  sbpid=
  now_ms; mach1=$(machine); cpu1=$(ticks "$sidepid"); srv1=$(ticks "$server_pid")
  children
  [ "$round" != 0 ] || return 0
  if [ -n "$server_pid" ]; then
    pct=$(awk -v f=$((mach1 - mach0 - cpu1 + cpu0 - srv1 + srv0)) -v ch=$((ch - ch0)) -v hz="$hz" -v ms=$((now - t0)) \
      -v n="$cores" 'BEGIN{x=(f/hz-ch/100)*1000/(ms*n)*100; if(x<0)x=0; printf "%.1f",x}')
    if awk -v a="$pct" -v b="$max_foreign" 'BEGIN{exit !(a>b)}'; then
      if [ "$try" -lt "$retries" ] && [ $rc -eq 0 ]; then return 1; fi
      mark='*'
    fi
  fi
  awk -v OFS='\t' -v l="$name" -v side="$side" -v w="$w" -v t="$t" -v cpu=$((cpu1 - cpu0)) -v mach=$((mach1 - mach0)) \
      -v srv=$((srv1 - srv0)) -v peak="$peak" -v hz="$hz" -v rc="$rc" -v pct="$pct" -v mark="$mark" -v round="$round" '
    /total number of events:/ {ev=$NF}
    /^ *total: / && !q {q=$2}
    /ignored errors:/ {ie=$3}
    /reconnects:/ {rec=$2}
    /total time:/ {tm=$NF; sub(/s$/,"",tm)}
    /95th percentile:/ {p95=$NF}
    /FATAL|error/ && !/ignored errors/ {if(!msg) msg=$0}
    END {
      unit=q; if(w=="connect") unit=ev; if(w=="rows") unit=ev*100000; if(w=="bulk") unit=ev*10000
      if(rc!=0 || tm+0==0 || unit+0==0) {print l,side,w,t,"fail",0,0,0,0,0,peak,"rc=" rc " " msg,round; exit}
      us=1e6/hz
      print l,side,w,t,"ok",unit/tm,ev/tm,p95,cpu*us/unit,mach*us/unit,peak, \
        "srv=" srv*us/unit " ign=" ie+0 " rec=" rec+0 " foreign=" pct mark,round
    }' "$tmp/o" >>"$tmp/cell"
  if [ $rc -ne 0 ]; then grep -m3 -iE 'fatal|error' "$tmp/o" >&2 || tail -3 "$tmp/o" >&2; fi
  return 0
}

# idle SIDE CONNECTIONS: memory before and with so many sessions, and the CPU they cost while nothing happens
idle() {
  local side=$1 n=$2 h p sidepid name before with rc=0 i cpu
  side_of "$side"
  [ -n "$sidepid" ] || return 0
  rss "$sidepid"; before=$rss
  (sb_exec=exec; sb "$h" "$p" "$tmp/hold.lua" --threads="$n" --time=5 --events=0 --thread-init-timeout=60 run) \
    >"$tmp/o" 2>&1 &
  sbpid=$!
  for ((i = 0; i < 600; i++)); do
    grep -q 'Threads started' "$tmp/o" && break
    kill -0 $sbpid 2>/dev/null || break
    sleep 0.1
  done
  sleep 1; cpu=$(ticks "$sidepid"); sleep 3; cpu=$(( $(ticks "$sidepid") - cpu ))
  rss "$sidepid"; with=$rss
  wait $sbpid || rc=$?
  sbpid=
  [ $rc -eq 0 ] || { grep -m3 -iE 'fatal|error' "$tmp/o" >&2 || tail -3 "$tmp/o" >&2; }
  awk -v OFS='\t' -v l="$name" -v n="$n" -v b="$before" -v w="$with" -v c="$cpu" -v hz="$hz" -v rc="$rc" \
      -v out="$summary" 'BEGIN {
    printf "%-9s %4d  %s: RSS %.1f MB before, %.1f MB with them; %.1f MB more, %.1f KB a session; %.2f%% CPU%s\n",
      "idle",n,l,b/1024,w/1024,(w-b)/1024,(w-b)/n,c/hz/3*100,(rc ? "  (failed)" : "")
    print "idle",n,l,b,w,rc >>out}'
}

# The cell's line, for the table and for the summary file.
line() {
  awk -F'\t' -v w="$1" -v t="$2" -v summary="$summary" '
    function order(a, n,   i, j, x) {
      for (i=2;i<=n;i++) { x=a[i]; for (j=i-1;j>0 && a[j]>x;j--) a[j+1]=a[j]; a[j+1]=x }
    }
    function med(s, c,   a, n, r) {
      n=0; for (r=1;r<=rounds;r++) if ((s,r,c) in v) a[++n]=v[s,r,c]
      if (!n) return 0
      order(a,n); return n%2 ? a[(n+1)/2] : (a[n/2]+a[n/2+1])/2
    }
    function ratio(c,   a, n, r) {      # sets lo and hi
      n=0; for (r=1;r<=rounds;r++) if (quiet==0 || !(r in busy))
        if (("base",r,c) in v && ("proxy",r,c) in v && v["base",r,c]>0) a[++n]=v["proxy",r,c]/v["base",r,c]
      if (!n) return 0
      order(a,n); lo=a[1]; hi=a[n]; return n%2 ? a[(n+1)/2] : (a[n/2]+a[n/2+1])/2
    }
    function num(x) { return x==0 ? "-" : sprintf(x<10 ? "%.2f" : "%.1f", x) }
    $13>rounds {rounds=$13}
    $5!="ok" {bad++; next}
    { for (c=6;c<=11;c++) v[$2,$13,c]=$c; if ($11>peak[$2]) peak[$2]=$11 }
    { seen[$13]; if ($12 ~ /foreign=[0-9.]*\*/) busy[$13] }
    END {
      for (r in seen) { all++; if (!(r in busy)) quiet++ }
      star=quiet<all ? sprintf("  * %d of %d rounds quiet",quiet,all) : ""
      r=ratio(6); range=r ? sprintf("%.2f-%.2f",lo,hi) : "-"; c=ratio(9)
      printf "%-9s %4d %10.0f %10.0f %6s %9s %7s %7s %7s %7s %6s %7s %7s %7d %7d%s%s\n",
        w,t,med("base",6),med("proxy",6),(r ? sprintf("%.3f",r) : "-"),range,num(med("base",8)),num(med("proxy",8)),
        num(med("base",9)),num(med("proxy",9)),(c ? sprintf("%.3f",c) : "-"),num(med("base",10)),num(med("proxy",10)),
        peak["base"]/1024,peak["proxy"]/1024,star,(bad ? sprintf("  (%d samples failed)",bad) : "")
      OFS="\t"; print w,t,med("base",6),med("proxy",6),r,med("base",9),med("proxy",9),c,bad+0,quiet+0 >>summary
    }' "$tmp/cell"
}

b=${blabel:0:7} l=${label:0:7}
heading='%-9s %4s %10s %10s %6s %9s %7s %7s %7s %7s %6s %7s %7s %7s %7s\n'
printf "$heading" '' '' "$b" "$l" '' '' "$b" "$l" "$b" "$l" '' "$b" "$l" "$b" "$l"
printf "$heading" workload thr /s /s ratio range 'p95 ms' 'p95 ms' 'cpu us' 'cpu us' ratio 'mach us' 'mach us' MB MB
IFS=, read -ra ws <<<"$workloads"
for w in "${ws[@]}"; do
  case $w in
    point|rw) list=$threads ;; point-ps|rw-ps) list=$ps_threads ;; rows|bulk) list=$bulk_threads ;;
    connect) list=$connect_threads ;; idle) list=$idle_conns ;; *) die "unknown workload $w" ;;
  esac
  IFS=, read -ra ts <<<"$list"
  for t in "${ts[@]}"; do
    if [ "$w" = idle ]; then
      idle base "$t"; [ $only_base = yes ] || idle proxy "$t"
      continue
    fi
    : >"$tmp/cell"
    [ "$warmup" = 0 ] || { sample base "$w" "$t" 1 0; [ $only_base = yes ] || sample proxy "$w" "$t" "$warmup" 0; }
    for ((r = 1; r <= rounds; r++)); do
      order=(base proxy); [ $((r % 2)) = 1 ] || order=(proxy base)
      [ $only_base = no ] || order=(base)
      for side in "${order[@]}"; do sample "$side" "$w" "$t" "$seconds" "$r"; done
    done
    cat "$tmp/cell" >>"$out"
    line "$w" "$t"
  done
done
