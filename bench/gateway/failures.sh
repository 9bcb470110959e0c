#!/usr/bin/env bash
# What clients see when one of three replicas is killed (SIGKILL) or hangs (SIGSTOP): 64 connections, 20 ms of service, 8 s, the signal after 3.5 s.
#   bench/gateway/failures.sh [RUNS]     needs nginx-light, haproxy, hey (Debian) and the built programs, as against-proxies.sh
# For each proxy and signal: failed requests of POST and GET, requests answered, and the longest wait of one, for each run.
set -euo pipefail
runs=${1:-2}
root=$(readlink -f "$(dirname "$0")/../..")
datahall=$root/artifacts/bin/Datahall.Cli/release/datahall model=$root/artifacts/bin/model-program/release/model-program
work=$(mktemp -d)
ports=(18501 18502 18503)
backends=() proxy=
cleanup() { kill -CONT "${backends[@]}" 2>/dev/null || true; kill -KILL "${backends[@]}" $proxy 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"; }
trap cleanup EXIT
ready() { until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do sleep 0.1; done; }

nginx_conf() { # NAME SERVER-OPTIONS LOCATION-OPTIONS
    cat >"$work/$1.conf" <<END
worker_processes 2; daemon off; pid $work/nginx.pid; error_log $work/nginx.log;
events { worker_connections 8192; }
http { access_log off; keepalive_requests 1000000000; keepalive_timeout 3600;
  upstream backends { $(printf "server 127.0.0.1:%s; " "${ports[@]}") keepalive 256; }
  server { listen 127.0.0.1:18510 reuseport; location / { proxy_pass http://backends; proxy_http_version 1.1; proxy_set_header Connection ""; $2 } } }
END
}
haproxy_conf() { # NAME BACKEND-LINES SERVER-OPTIONS
    { printf 'global\n    nbthread 2\ndefaults\n    mode http\n    timeout connect 5s\n    timeout client 1h\n    timeout server 1h\n    http-reuse always\nfrontend f\n    bind 127.0.0.1:18510\n    default_backend b\nbackend b\n    balance roundrobin\n%b' "$2"
      for p in "${ports[@]}"; do echo "    server s$p 127.0.0.1:$p $3"; done; } >"$work/$1.cfg"
}
nginx_conf nginx ""
nginx_conf nginx-best "proxy_next_upstream error timeout non_idempotent; proxy_read_timeout 1s;"
haproxy_conf haproxy "" ""
haproxy_conf haproxy-best "    option redispatch 1\n    retries 3\n    retry-on all-retryable-errors\n    option httpchk GET /health\n" "check inter 1s fall 2 observe layer7 on-error mark-down on-marked-down shutdown-sessions"
start_proxy() {
    case $1 in
        nginx*) nginx -c "$work/$1.conf" 2>/dev/null & ;;
        haproxy*) haproxy -f "$work/$1.cfg" -db 2>/dev/null >&2 & ;;
        datahall-*)
            mkdir -p "$work/$1"
            local replicas=""
            for i in 0 1 2; do replicas+="{\"task\":\"w.v1.$i\",\"attempt\":1,\"version\":1,\"address\":\"127.0.0.1\",\"port\":${ports[i]}},"; done
            echo "{\"revision\":1,\"gateways\":1,\"routes\":[{\"name\":\"w\",\"spec\":{\"path\":\"/\"},\"healthPath\":\"/health\",\"awaited\":true,\"replicas\":[${replicas%,}]}]}" >"$work/$1/gateway-routes.json"
            "$datahall" gateway --server http://127.0.0.1:1 --token none --data "$work/$1" --listen http://127.0.0.1:18510 --lane "${1#datahall-}" >/dev/null 2>&1 & ;;
    esac
    proxy=$!
    ready 18510
}
run() { # PROXY SIGNAL METHOD
    backends=()
    for p in "${ports[@]}"; do PORT=$p "$model" --delay 20 >/dev/null 2>&1 & backends+=($!); done
    for p in "${ports[@]}"; do ready "$p"; done
    start_proxy "$1"
    hey -z 1s -c 64 -m "$3" -d x http://127.0.0.1:18510/work >/dev/null 2>&1
    (sleep 3.5; kill "-$2" "${backends[1]}") &
    hey -z 8s -c 64 -t 30 -m "$3" -d x http://127.0.0.1:18510/work >"$work/hey" 2>&1
    kill -CONT "${backends[@]}" 2>/dev/null || true
    kill -KILL "${backends[@]}" 2>/dev/null || true
    kill -TERM "$proxy" 2>/dev/null || true
    wait 2>/dev/null || true
    awk '/^  \[200\]/ {ok = $2} /^  \[[0-9]+\]\t[0-9]+ responses/ && !/\[200\]/ {bad += $2} /^  \[[0-9]+\]\t/ && !/responses/ {bad += substr($1, 2)} /Slowest/ {slow = $2}
        END {printf "%d failed, %d answered, longest %.2f s", bad, ok, slow}' "$work/hey"
}
for signal in KILL STOP; do
    for name in haproxy haproxy-best nginx nginx-best datahall-kestrel datahall-epoll; do
        for method in POST GET; do
            for ((i = 1; i <= runs; i++)); do echo "SIG$signal $name $method: $(run "$name" "$signal" "$method")"; done
        done
    done
done
