#!/bin/sh
# jmh.sh [JMH options]: runs the benchmarks of it-tests/benchmarks, for example
#   jmh.sh -f 1 -wi 3 -i 5 Tracker
# Build first: mvn -Dquick -DskipTests package. Compare figures of one run only: machines differ, and so do their days.
set -eu
module=$(cd "$(dirname "$0")/../benchmarks" && pwd -P)
[ -r "$module/target/class-path" ] || { echo "jmh.sh: build first: mvn -Dquick -DskipTests package" >&2; exit 1; }
exec java -cp "$module/target/classes:$(cat "$module/target/class-path")" org.openjdk.jmh.Main "$@"
