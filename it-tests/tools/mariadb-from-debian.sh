#!/usr/bin/env bash
# mariadb-from-debian.sh [DEST]
#
# Puts the MariaDB server of this machine's own Debian release under DEST without installing it: the packages of the
# server and of the libraries it needs are fetched, unpacked into DEST/root and started through DEST/bin/mariadbd.
# Its plugins, such as ed25519, are in DEST/root/usr/lib/mysql/plugin.
#
#   DEST          default: ${XDG_CACHE_HOME:-~/.cache}/mysql-proxy/mariadb
#
# Nothing is fetched when DEST has a server. Needs about 120 MB, and package lists (apt-get update).
set -euo pipefail

die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
case ${1-} in -h|--help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;; -*) die "unknown option $1" ;; esac
dest=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/mysql-proxy/mariadb}
for tool in apt-get apt-cache dpkg-deb; do
  command -v "$tool" >/dev/null || die "$tool is missing: this script needs a Debian-like machine"
done
mkdir -p "$dest"
dest=$(cd "$dest" && pwd -P)

if ! "$dest/bin/mariadbd" --version >/dev/null 2>&1; then
  fetched=$(mktemp -d)
  trap 'rm -rf "$fetched"' EXIT
  # the C library and what is part of every system stay the machine's
  libraries=$(apt-cache depends mariadb-server-core | sed -n 's/^ *Depends: \(lib[a-z0-9.+-]*\)$/\1/p' |
    grep -Ev '^(libc6|libgcc-s1|libcrypt1|libstdc\+\+6)$')
  # shellcheck disable=SC2086
  (cd "$fetched" && apt-get -qq download mariadb-server-core mariadb-server $libraries 2>&1) ||
    die "apt-get cannot fetch the packages"
  mkdir -p "$dest/root" "$dest/bin"
  for package in "$fetched"/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar -C "$dest/root" -x --no-same-owner -f - || die "cannot unpack $package"
  done
  cat > "$dest/bin/mariadbd" <<'WRAP'
#!/usr/bin/env bash
# written by mariadb-from-debian.sh
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd -P)/root
export LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(printf '%s:' "$root"/usr/lib/*-linux-gnu "$root"/lib/*-linux-gnu)
exec "$root/usr/sbin/mariadbd" "$@"
WRAP
  chmod 755 "$dest/bin/mariadbd"
fi
version=$("$dest/bin/mariadbd" --no-defaults --version) || die "mariadbd does not start (run $dest/bin/mariadbd --version)"
printf '%s: ready: %s\n' "${0##*/}" "$version"
