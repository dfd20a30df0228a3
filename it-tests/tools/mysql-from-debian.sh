#!/usr/bin/env bash
# mysql-from-debian.sh [--suite SUITE] [DEST]
#
# Puts a runnable MySQL server and its clients, from Debian's SUITE (default sid), under DEST
# without installing anything: the packages and all the libraries they need (libc included) are
# fetched with an apt state of their own, unpacked into DEST/root, and started through DEST/bin/*,
# wrappers that use DEST/root's own dynamic loader and libraries.  The machine's apt sources,
# package lists and installed packages are left as they are.
#
#   --suite S     take the packages from suite S instead of sid
#   DEST          default: ${XDG_CACHE_HOME:-~/.cache}/mysql-proxy/mysql-9
#
# Safe to run again: nothing is fetched or unpacked twice.  Needs about 450 MB.
set -euo pipefail

die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
say() { printf '%s: %s\n' "${0##*/}" "$*"; }

suite=sid; dest=
while [ $# -gt 0 ]; do
  case $1 in
    --suite) shift; [ $# -gt 0 ] || die "--suite needs a name"; suite=$1 ;;
    -h|--help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    -*) die "unknown option $1 (see --help)" ;;
    *) [ -z "$dest" ] || die "one DEST only"; dest=$1 ;;
  esac
  shift
done
[ -n "$dest" ] || dest=${XDG_CACHE_HOME:-$HOME/.cache}/mysql-proxy/mysql-9
for tool in apt-get apt-cache dpkg dpkg-deb; do
  command -v "$tool" >/dev/null || die "$tool is missing: this script needs a Debian-like machine"
done
mkdir -p "$dest" || die "cannot create $dest"
dest=$(cd "$dest" && pwd -P)
[ "$dest" != / ] || die "DEST may not be /"
arch=$(dpkg --print-architecture)

# --- where Debian is mirrored, from the machine's own apt configuration ----------------------------
mirror=; keyring=
while read -r kind a b c d _; do
  [ "$kind" = deb ] || continue
  uri=$a; comp=$c; key=
  # "apt-get indextargets" lines below are: deb URI SUITE COMPONENT KEYRING
  [ "$comp" = main ] || continue
  case $b in *security*|*updates*|*backports*) continue ;; esac
  mirror=${uri%/}; key=${d:-}; keyring=$key
  break
done < <(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT) $(SIGNED_BY)' \
           'Created-By: Packages' 'Origin: Debian' 2>/dev/null || true)
if [ -z "$mirror" ]; then          # no package lists on this machine yet: read the source files
  for f in /etc/apt/sources.list.d/*.sources; do
    [ -e "$f" ] || continue
    mirror=$(awk 'tolower($1)=="uris:" && $2 ~ /\/debian\/?$/ {print $2; exit}' "$f")
    keyring=$(awk 'tolower($1)=="signed-by:" {print $2; exit}' "$f")
    [ -z "$mirror" ] || break
  done
fi
if [ -z "$mirror" ]; then
  for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -e "$f" ] || continue
    mirror=$(awk '$1=="deb" {for(i=2;i<=NF;i++) if($i ~ /:\/\/.*\/debian\/?$/){print $i; exit}}' "$f")
    [ -z "$mirror" ] || break
  done
fi
[ -n "$mirror" ] || die "no Debian mirror found in this machine's apt configuration"
[ -n "$keyring" ] && [ -e "$keyring" ] || keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$keyring" ] || die "no Debian archive keyring ($keyring); install debian-archive-keyring"
mirror=${mirror%/}

# --- an apt state of its own ----------------------------------------------------------------------
state=$dest/.apt
mkdir -p "$state"/{lists/partial,cache/archives/partial,etc,log} "$dest"/{root,bin,.done}
printf 'deb [arch=%s signed-by=%s] %s %s main\n' "$arch" "$keyring" "$mirror" "$suite" > "$state/sources.list"
: > "$state/status"; : > "$state/extended_states"
apt_opts=(
  -oDir::Etc::sourcelist="$state/sources.list" -oDir::Etc::sourceparts=/dev/null
  -oDir::Etc::preferences=/dev/null -oDir::Etc::preferencesparts=/dev/null
  -oDir::State="$state" -oDir::State::status="$state/status" -oDir::State::extended_states="$state/extended_states"
  -oDir::State::Lists="$state/lists" -oDir::Cache="$state/cache" -oDir::Cache::archives="$state/cache/archives"
  -oDir::Log="$state/log" -oAPT::Architecture="$arch" -oAPT::Architectures="$arch"
  -oAPT::Install-Recommends=false -oAPT::Install-Suggests=false -oAPT::Default-Release= -oAPT::Sandbox::User=root
  -oAcquire::Languages=none -oAcquire::Retries=3 -oAcquire::PDiffs=false
  -oBinary::apt-get::APT::Keep-Downloaded-Packages=true -oAPT::Keep-Downloaded-Packages=true
)
lock=$state/lock.script
exec 9>"$lock"; command -v flock >/dev/null && { flock -w 900 9 || die "another run for $dest is still busy"; }

if ! find "$state/lists" -maxdepth 1 -name '*_Packages*' -mmin -720 | grep -q .; then
  say "reading the package list of $suite from $mirror"
  apt-get "${apt_opts[@]}" -qq update >"$state/log/update.log" 2>&1 ||
    { cat "$state/log/update.log" >&2; die "apt-get update failed for $mirror $suite"; }
fi

pkgs=(mysql-server-core mysql-client-core mysql-client)
for p in "${pkgs[@]}"; do
  apt-cache "${apt_opts[@]}" show "$p" >/dev/null 2>&1 || die "$suite on $mirror has no package $p"
done

# With an empty dpkg status file a simulated install names every package that is needed, libc too.
plan=$(apt-get "${apt_opts[@]}" -y --no-install-recommends -s install "${pkgs[@]}" 2>"$state/log/plan.err") ||
  { cat "$state/log/plan.err" >&2; die "apt could not resolve ${pkgs[*]} in $suite"; }
mapfile -t needed < <(awk '$1=="Inst"{v=$3; sub(/^\(/,"",v); print $2 "=" v}' <<<"$plan" | sort -u)
[ "${#needed[@]}" -gt 0 ] || die "apt resolved ${pkgs[*]} to nothing (see $state/log/plan.err)"

todo=()
for nv in "${needed[@]}"; do
  [ -e "$dest/.done/${nv//[:\/]/_}" ] || todo+=("$nv")
done
if [ "${#todo[@]}" -gt 0 ]; then
  say "fetching ${#todo[@]} of ${#needed[@]} packages"
  # "download" checks each file against the signed list, and takes names where "install" would
  # want to configure things.
  (cd "$state/cache/archives" && apt-get "${apt_opts[@]}" -q=2 download "${todo[@]}" >"$state/log/download.log" 2>&1) ||
    { tail -20 "$state/log/download.log" >&2; die "download failed"; }
  # Debian's libraries are in /usr; make sure the old top-level names lead there before unpacking.
  for d in bin sbin lib lib64; do
    mkdir -p "$dest/root/usr/$d"; [ -e "$dest/root/$d" ] || ln -s "usr/$d" "$dest/root/$d"
  done
  for nv in "${todo[@]}"; do
    n=${nv%%=*}; v=${nv#*=}; deb=
    for deb in "$state/cache/archives/${n%%:*}_${v//:/%3a}"_*.deb; do [ -e "$deb" ] && break; deb=; done
    [ -n "$deb" ] || die "apt fetched no file for $n $v"
    dpkg-deb --fsys-tarfile "$deb" | tar -C "$dest/root" -x --keep-directory-symlink --no-same-owner -f - ||
      die "cannot unpack $deb"
    : > "$dest/.done/${nv//[:\/]/_}"
    rm -f "$deb"
  done
fi

# --- wrappers -------------------------------------------------------------------------------------
root=$dest/root
loader=
for l in "$root"/lib64/ld-linux-*.so.* "$root"/lib/ld-linux-*.so.* "$root"/usr/lib/*/ld-linux-*.so.*; do
  [ -x "$l" ] && { loader=$l; break; }
done
[ -n "$loader" ] || die "no dynamic loader in $root (libc6 was not unpacked?)"
[ -x "$root/usr/sbin/mysqld" ] || die "no mysqld in $root"
triplet=$(basename "$(dirname "$(find "$root/usr/lib" -name 'libc.so.6' | head -1)")")
loader_rel=${loader#"$dest"/}

# NAME PROGRAM KIND; KIND: server | client | slap (a client that knows no character-sets-dir) | plain
wrap() {
  local name=$1 prog=$2 kind=$3
  [ -x "$root/$prog" ] || return 0
  case $(head -c 4 "$root/$prog" | od -An -c | tr -d ' \n') in 177ELF) ;; *) return 0 ;; esac
  cat > "$dest/bin/.$name.new" <<WRAP
#!/usr/bin/env bash
# written by mysql-from-debian.sh: runs $prog with the loader and libraries beside it
here=\$(cd "\$(dirname "\$(readlink -f "\$0")")/.." && pwd -P)
r=\$here/root
run=("\$here/$loader_rel" --inhibit-cache --library-path
     "\$r/usr/lib/$triplet:\$r/usr/lib/mysql:\$r/usr/lib/mysql/private:\$r/usr/lib"
     --argv0 "\$r/$prog" "\$r/$prog")
unset LD_LIBRARY_PATH LD_PRELOAD
export OPENSSL_MODULES="\$r/usr/lib/$triplet/ossl-modules"
WRAP
  case $kind in
    server) cat >> "$dest/bin/.$name.new" <<'WRAP'
# --defaults-* options must come first; without one, no option file of this machine is read
first=(--no-defaults)
case ${1-} in --defaults-*|--no-defaults|--print-defaults) first=("$1"); shift ;; esac
where=(--basedir="$r/usr" --plugin-dir="$r/usr/lib/mysql/plugin"
       --lc-messages-dir="$r/usr/share/mysql" --character-sets-dir="$r/usr/share/mysql/charsets")
if [ "$(id -u)" = 0 ]; then
  case " $* " in *" --user="*|*" --user "*|*" -u "*) ;; *) where+=(--user=root) ;; esac
fi
exec "${run[@]}" "${first[@]}" "${where[@]}" "$@"
WRAP
    ;;
    client) cat >> "$dest/bin/.$name.new" <<'WRAP'
first=(--no-defaults)
case ${1-} in --defaults-*|--no-defaults|--print-defaults|--login-path*|--no-login-paths) first=("$1"); shift ;; esac
exec "${run[@]}" "${first[@]}" --character-sets-dir="$r/usr/share/mysql/charsets" --plugin-dir="$r/usr/lib/mysql/plugin" "$@"
WRAP
    ;;
    slap) cat >> "$dest/bin/.$name.new" <<'WRAP'
first=(--no-defaults)
case ${1-} in --defaults-*|--no-defaults|--print-defaults|--login-path*) first=("$1"); shift ;; esac
exec "${run[@]}" "${first[@]}" --plugin-dir="$r/usr/lib/mysql/plugin" "$@"
WRAP
    ;;
    plain) cat >> "$dest/bin/.$name.new" <<'WRAP'
exec "${run[@]}" "$@"
WRAP
    ;;
  esac
  chmod 755 "$dest/bin/.$name.new"; mv -f "$dest/bin/.$name.new" "$dest/bin/$name"
}
wrap mysqld usr/sbin/mysqld server
for c in mysql mysqladmin mysqldump mysqlcheck mysqlimport mysqlshow mysqlbinlog; do
  wrap "$c" "usr/bin/$c" client
done
wrap mysqlslap usr/bin/mysqlslap slap
for c in my_print_defaults mysql_config_editor perror; do wrap "$c" "usr/bin/$c" plain; done

"$dest/bin/mysqld" --version >/dev/null || die "mysqld does not start (run $dest/bin/mysqld --version)"
say "ready: $("$dest/bin/mysqld" --version)"
say "programs: $(ls "$dest/bin" | tr '\n' ' ')"
