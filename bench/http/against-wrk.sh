#!/usr/bin/env bash
# How many requests a second `datahall bench http` drives on one core, against wrk: the same server, in turn.
#   bench/http/against-wrk.sh [ROUNDS]     needs nginx and wrk (Debian: nginx-light, wrk) and two processors
# Prints each round, then the medians: requests a second, and processor time of the client for a request.
set -euo pipefail
rounds=${1:-9}
root=$(dirname "$(readlink -f "$0")")/../..
datahall=$root/artifacts/bin/Datahall.Cli/release/datahall
[ -x "$datahall" ] || { echo "build first: dotnet build src/Datahall.Cli -c Release" >&2; exit 1; }
url=http://127.0.0.1:18080/
work=$(mktemp -d)

cat >"$work/nginx.conf" <<END
worker_processes 1;
daemon off;
master_process off;
pid $work/pid;
error_log $work/error.log;
events { worker_connections 1024; }
http {
    access_log off;
    keepalive_requests 1000000000;
    server { listen 127.0.0.1:18080; location / { return 200 "hello, world\n"; } }
}
END
taskset -c 1 nginx -c "$work/nginx.conf" 2>/dev/null &
server=$!
trap 'kill "$server"; rm -r "$work"' EXIT
until (exec 3<>/dev/tcp/127.0.0.1/18080) 2>/dev/null; do kill -0 "$server"; done

# One line: requests a second, and microseconds of processor time for a request of the same run.
TIMEFORMAT='%U %S'
wrk_round() {
    { time taskset -c 0 wrk -t1 -c64 -d4s "$url" >"$work/out"; } 2>"$work/time"
    awk -v cpu="$(awk '{print $1 + $2}' "$work/time")" '/requests in/ {n = $1} /Requests\/sec/ {printf "%.0f %.1f\n", $2, cpu / n * 1e6}' "$work/out"
}
datahall_round() {
    taskset -c 0 "$datahall" bench http "$url" --connections 64 --warm-up 2s --duration 4s -o json >"$work/out"
    awk -F'[:,]' '/"responsesPerSecond"/ {r = $2} /"processorsUsed"/ {printf "%.0f %.1f\n", r, $2 / r * 1e6}' "$work/out"
}
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

for ((i = 1; i <= rounds; i++)); do
    w=$(wrk_round) d=$(datahall_round)
    echo "round $i: wrk ${w/ / a second, } µs; datahall ${d/ / a second, } µs"
    echo "$w $d" >>"$work/rounds"
done
column_median() { cut -d' ' -f"$1" "$work/rounds" | median; }
ratio=$(awk '{print $3 / $1}' "$work/rounds" | median)
echo "median: wrk $(column_median 1) a second, $(column_median 2) µs; datahall $(column_median 3) a second, $(column_median 4) µs; ratio of a round $ratio"
