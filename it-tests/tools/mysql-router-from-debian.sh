#!/usr/bin/env bash
# mysql-router-from-debian.sh [DEST]
#
# Puts a runnable MySQL Router, from the suite that mysql-from-debian.sh took its server from, under DEST without
# installing anything: DEST/bin/mysqlrouter runs it with the libraries beside it.  Needs mysql-from-debian.sh to have
# run before: its package list is used.
#
#   DEST          default: ${XDG_CACHE_HOME:-~/.cache}/mysql-proxy/mysql-router
#   MYSQL_DIST    where mysql-from-debian.sh has put the server (default: its own default)
#
# Safe to run again: nothing is fetched or unpacked twice.  Needs about 250 MB.
set -euo pipefail
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

case ${1-} in
  -h|--help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
  -*) die "unknown option $1 (see --help)" ;;
esac
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mysql-proxy
dest=${1:-$cache/mysql-router}; state=${MYSQL_DIST:-$cache/mysql-9}/.apt
[ -s "$state/sources.list" ] || die "no package list in $state: run mysql-from-debian.sh first"
mkdir -p "$dest"/{bin,deb/partial,cache,root}; dest=$(cd "$dest" && pwd -P)
[ ! -x "$dest/bin/mysqlrouter" ] || { echo "${0##*/}: ready: $("$dest/bin/mysqlrouter" --version)"; exit 0; }

apt_opts=(
  -oDir::Etc::sourcelist="$state/sources.list" -oDir::Etc::sourceparts=/dev/null
  -oDir::Etc::preferences=/dev/null -oDir::Etc::preferencesparts=/dev/null
  -oDir::State="$state" -oDir::State::status="$state/status" -oDir::State::Lists="$state/lists"
  -oDir::Cache="$dest/cache" -oAPT::Install-Recommends=false -oAPT::Default-Release= -oAPT::Sandbox::User=root
)
plan=$(apt-get "${apt_opts[@]}" -y --no-install-recommends -s install mysql-router 2>&1) ||
  { printf '%s\n' "$plan" >&2; die "apt could not resolve mysql-router"; }
mapfile -t needed < <(awk '$1=="Inst"{v=$3; sub(/^\(/,"",v); print $2 "=" v}' <<<"$plan" | sort -u)
[ "${#needed[@]}" -gt 0 ] || die "apt resolved mysql-router to nothing"
echo "${0##*/}: fetching ${#needed[@]} packages"
(cd "$dest/deb" && apt-get "${apt_opts[@]}" -q=2 download "${needed[@]}") || die "download failed"
for d in bin sbin lib lib64; do
  mkdir -p "$dest/root/usr/$d"; [ -e "$dest/root/$d" ] || ln -s "usr/$d" "$dest/root/$d"
done
for deb in "$dest"/deb/*.deb; do
  dpkg-deb --fsys-tarfile "$deb" | tar -C "$dest/root" -x --keep-directory-symlink --no-same-owner -f - ||
    die "cannot unpack $deb"
done
rm -rf "$dest/deb" "$dest/cache"

root=$dest/root
loader=
for l in "$root"/lib64/ld-linux-*.so.* "$root"/usr/lib/*/ld-linux-*.so.*; do [ -x "$l" ] && { loader=$l; break; }; done
[ -n "$loader" ] || die "no dynamic loader in $root"
triplet=$(basename "$(dirname "$(find "$root/usr/lib" -name libc.so.6 | head -1)")")
cat >"$dest/bin/.mysqlrouter.new" <<WRAP
#!/usr/bin/env bash
# written by mysql-router-from-debian.sh: runs mysqlrouter with the loader and libraries beside it
here=\$(cd "\$(dirname "\$(readlink -f "\$0")")/.." && pwd -P)
r=\$here/root
unset LD_LIBRARY_PATH LD_PRELOAD
export OPENSSL_MODULES="\$r/usr/lib/$triplet/ossl-modules"
exec "\$here/${loader#"$dest"/}" --inhibit-cache \
  --library-path "\$r/usr/lib/$triplet:\$r/usr/lib/mysql-router:\$r/usr/lib" \
  --argv0 "\$r/usr/bin/mysqlrouter" "\$r/usr/bin/mysqlrouter" \
  --DEFAULT.plugin_folder="\$r/usr/lib/mysqlrouter/plugin" "\$@"
WRAP
chmod 755 "$dest/bin/.mysqlrouter.new"; mv -f "$dest/bin/.mysqlrouter.new" "$dest/bin/mysqlrouter"
"$dest/bin/mysqlrouter" --version >/dev/null || { rm -f "$dest/bin/mysqlrouter"; die "mysqlrouter does not start"; }
echo "${0##*/}: ready: $("$dest/bin/mysqlrouter" --version)"
