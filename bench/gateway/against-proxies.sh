#!/usr/bin/env bash
# The gateway's lanes beside nginx, HAProxy and plain YARP, in turn and in random order on the same machine: requests a second, latency, and the
# proxy's own processor time for a request.
#   bench/gateway/against-proxies.sh [kestrel|cheap|stream] [ROUNDS] [PROXY…]
#       kestrel: three model servers on Kestrel, a kilobyte each (the default); cheap: three nginx that answer from memory;
#       stream: 200 streams of 100 events of 200 bytes, 5 ms apart, counted by event
#       PROXY: epoll, kestrel-lane, nginx, haproxy, yarp; default all that are there
# needs nginx-light, haproxy, wrk (Debian), and the built programs: dotnet build src/Datahall.Cli examples/model-program bench/Datahall.Yarp -c Release
set -euo pipefail
kind=${1:-kestrel} rounds=${2:-12}
shift $(($# < 2 ? $# : 2))
root=$(readlink -f "$(dirname "$0")/../..")
bin=$root/artifacts/bin
datahall=$bin/Datahall.Cli/release/datahall model=$bin/model-program/release/model-program yarp=$bin/Datahall.Yarp/release/yarp
for program in "$datahall" "$model"; do
    [ -x "$program" ] || { echo "build first: dotnet build src/Datahall.Cli -c Release; dotnet build examples/model-program -c Release" >&2; exit 1; }
done
wanted=("$@")
[ ${#wanted[@]} -gt 0 ] || { wanted=(epoll kestrel-lane nginx haproxy); [ -x "$yarp" ] && wanted+=(yarp); }
work=$(mktemp -d)
pids=()
declare -A pid port
cleanup() {
    for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
ready() { until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do kill -0 "$2" || { echo "what should listen on $1 has ended" >&2; exit 1; }; sleep 0.1; done; }

backends=(18301 18302 18303) path=/work
[ "$kind" != stream ] || path=/stream
if [ "$kind" = cheap ]; then
    kilobyte=$(head -c 1024 /dev/zero | tr '\0' a)
    { echo "worker_processes 1; daemon off; pid $work/cheap.pid; error_log $work/cheap.log; events { worker_connections 4096; } http { access_log off; keepalive_requests 1000000000; keepalive_timeout 3600;"
      for b in "${backends[@]}"; do echo "server { listen 127.0.0.1:$b; location / { return 200 \"$kilobyte\"; } }"; done; echo "}"; } >"$work/cheap.conf"
    setsid nginx -c "$work/cheap.conf" 2>/dev/null & pids+=($!)
else
    for b in "${backends[@]}"; do PORT=$b setsid "$model" & pids+=($!); done
fi
for b in "${backends[@]}"; do ready "$b" "${pids[0]}"; done

# Each server has a session of its own, as under any service manager: Linux shares processor time between sessions first (sched_autogroup).
start() { # NAME PORT COMMAND…
    local name=$1 at=$2; shift 2
    setsid "$@" >"$work/$name.out" 2>&1 & pids+=($!); pid[$name]=$! port[$name]=$at
    ready "$at" "$!"
}
start_nginx() {
    cat >"$work/nginx.conf" <<END
worker_processes 2; daemon off; pid $work/nginx.pid; error_log $work/nginx.log;
events { worker_connections 8192; }
http { access_log off; keepalive_requests 1000000000; keepalive_timeout 3600;
  upstream backends { $(printf 'server 127.0.0.1:%s; ' "${backends[@]}") keepalive 256; keepalive_requests 1000000000; }
  server { listen 127.0.0.1:18401 reuseport; location / { proxy_pass http://backends; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } } }
END
    start nginx 18401 nginx -c "$work/nginx.conf"
}
start_haproxy() { # Without http-no-delay it holds pieces of a stream back (MSG_MORE), so that events come late.
    cat >"$work/haproxy.cfg" <<END
global
    nbthread 2
    maxconn 4000
defaults
    mode http
    timeout connect 5s
    timeout client 1h
    timeout server 1h
    http-reuse always
    option http-no-delay
frontend f
    bind 127.0.0.1:18402
    default_backend b
backend b
    balance roundrobin
$(for b in "${backends[@]}"; do echo "    server s$b 127.0.0.1:$b"; done)
END
    start haproxy 18402 haproxy -f "$work/haproxy.cfg" -db
}
start_datahall() { # NAME LANE PORT
    mkdir "$work/$1"
    local replicas=""
    for i in 0 1 2; do replicas+="{\"task\":\"bench.v1.$i\",\"attempt\":1,\"version\":1,\"address\":\"127.0.0.1\",\"port\":${backends[i]}},"; done
    # The control plane is away: the gateway goes on with the routes it knew last. Limits, metrics and least-ewma are on.
    echo "{\"revision\":1,\"gateways\":1,\"routes\":[{\"name\":\"bench\",\"spec\":{\"path\":\"/\",\"limits\":{\"perReplica\":1000}},\"awaited\":true,\"replicas\":[${replicas%,}]}]}" >"$work/$1/gateway-routes.json"
    start "$1" "$3" "$datahall" gateway --server http://127.0.0.1:1 --token none --data "$work/$1" --listen "http://127.0.0.1:$3" --lane "$2"
}
for name in "${wanted[@]}"; do
    case $name in
        nginx) start_nginx ;;
        haproxy) start_haproxy ;;
        epoll) start_datahall epoll epoll 18403 ;;
        kestrel-lane) start_datahall kestrel-lane kestrel 18404 ;;
        yarp) start yarp 18405 "$yarp" http://127.0.0.1:18405 "${backends[@]/#/http://127.0.0.1:}" ;;
        *) echo "there is no proxy '$name'" >&2; exit 2 ;;
    esac
done

# Clock ticks of a process and its children.
ticks() {
    local sum=0 p
    for p in "$1" $(pgrep -P "$1" || true); do sum=$((sum + $(awk '{print $14 + $15}' "/proc/$p/stat"))); done
    echo "$sum"
}
hertz=$(getconf CLK_TCK)
round() { # NAME: requests (events) a second, p50 and p99 of whole answers in ms, µs of the proxy for each
    local before after
    before=$(ticks "${pid[$1]}")
    if [ "$kind" = stream ]; then
        hey -c 200 -n 1000 "http://127.0.0.1:${port[$1]}$path" >"$work/hey"
        after=$(ticks "${pid[$1]}")
        awk -v cpu="$((after - before))" -v hz="$hertz" '
            /Total:/ && !t {t = $2} /50% in/ {a = $3} /99% in/ {b = $3} /\[200\]/ {n = $2 * 100} /Error/ {bad = 1}
            END {printf "%.0f %.2f %.2f %.2f\n", n / t, a * 1000, b * 1000, cpu / hz / n * 1e6; if (bad) print "failed requests" > "/dev/stderr"}' "$work/hey"
        return
    fi
    wrk -t2 -c64 -d2s --latency "http://127.0.0.1:${port[$1]}$path" >"$work/wrk"
    after=$(ticks "${pid[$1]}")
    awk -v cpu="$((after - before))" -v hz="$hertz" '
        function ms(text) { return text ~ /us$/ ? text / 1000 : text ~ /ms$/ ? text + 0 : text * 1000 }
        /50%/ {a = ms($2)} /99%/ {b = ms($2)} /requests in/ {n = $1} /Non-2xx|Socket errors/ {bad = bad $0} /Requests\/sec/ {r = $2}
        END {printf "%.0f %.2f %.2f %.2f\n", r, a, b, cpu / hz / n * 1e6; if (bad) print "failed requests:" bad > "/dev/stderr"}' "$work/wrk"
}
for i in {1..12}; do for name in "${wanted[@]}"; do round "$name" >/dev/null; done; done # Caches; .NET compiles what is hot for some 25 s of load.
for ((i = 1; i <= rounds; i++)); do
    for name in $(printf '%s\n' "${wanted[@]}" | shuf); do
        line=$(round "$name")
        echo "round $i: $name $line"
        echo "$line" >>"$work/rounds.$name"
    done
done
column() { awk -v c="$2" '{print $c}' "$work/rounds.$1" | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
ratio() { paste "$work/rounds.$1" "$work/rounds.$2" | awk -v c="$3" '{print $c / $(c + 4)}' | sort -n | awk '{v[NR] = $1} END {printf "%.2f", v[int((NR + 1) / 2)]}'; }
printf '\n%-14s %10s %8s %8s %8s' proxy req/s p50-ms p99-ms us/req
for other in nginx haproxy yarp; do [ -f "$work/rounds.$other" ] && printf ' %14s' "x-$other" "cpu-x-$other"; done
echo
for name in "${wanted[@]}"; do
    printf '%-14s %10s %8s %8s %8s' "$name" "$(column "$name" 1)" "$(column "$name" 2)" "$(column "$name" 3)" "$(column "$name" 4)"
    for other in nginx haproxy yarp; do [ -f "$work/rounds.$other" ] && printf ' %14s' "$(ratio "$name" "$other" 1)" "$(ratio "$name" "$other" 4)"; done
    echo
done
