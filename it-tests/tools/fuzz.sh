#!/bin/sh
# fuzz.sh [-m MINUTES] [-s SEED] [-n ROUNDS]: fuzzes everything that reads bytes of strangers, round after round, each
# with the next seed, until it is stopped (Ctrl-C) or something is found.
#   -m  minutes of a round, 10 unless given; they are shared out among the targets
#   -s  seed of the first round; the time of day unless given
#   -n  rounds; without end unless given
# Prints each target's inputs, and how many that was a second. A finding is an input that did what none may do: it is
# printed as a line of hexadecimal with its reason, and kept under */target/fuzz-findings. What to do then: put that
# line into src/test/resources/corpus/TARGET.txt of the module, see the test fail, fix the bug, see it pass.
set -eu
minutes=10
seed=$(date +%s)
rounds=0
while getopts m:s:n: option; do
    case $option in
        m) minutes=$OPTARG ;;
        s) seed=$OPTARG ;;
        n) rounds=$OPTARG ;;
        *) sed -n '2,10s/^# //p' "$0" >&2; exit 2 ;;
    esac
done
cd "$(dirname "$0")/../.."

# the targets of protocol, and a session that gets eight times their time
shares=30
millis=$((minutes * 60000 / shares))
round=0
mkdir -p target
log=target/fuzz.log
while [ "$rounds" -eq 0 ] || [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    echo "round $round, seed $seed, $minutes minutes"
    status=0
    mvn -q -Dquick -pl protocol,plugin-api,proxy-core test -Dtest='ProtocolFuzzTest,SessionFuzzTest' \
        -Dsurefire.failIfNoSpecifiedTests=false -Dfuzz.seed="$seed" -Dfuzz.millis="$millis" \
        >"$log" 2>&1 || status=$?
    grep -h '^fuzz ' protocol/target/surefire-reports/*ProtocolFuzzTest-output.txt \
        proxy-core/target/surefire-reports/*SessionFuzzTest-output.txt || true
    if [ "$status" -ne 0 ]; then
        echo "something was found, or could not be run:"
        cat ./*/target/fuzz-findings/*.txt 2>/dev/null || tail -40 "$log"
        exit 1
    fi
    seed=$((seed + 1))
done
