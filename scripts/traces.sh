#!/usr/bin/env bash
# Where traces can be looked at: Jaeger in Docker where that runs (http://localhost:16686), else a viewer of our own,
# which prints each trace as a tree. Both take spans at http://localhost:4318/v1/traces.
#
#     scripts/traces.sh start | stop | logs
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'traces: %s\n' "$*" >&2; }

name=skeleton-jaeger
image=jaegertracing/jaeger:2.11.0
folder=.dev/traces
log=$folder/viewer.log

in_docker() { [[ ! -e $folder/pid ]] && docker info >/dev/null 2>&1; }

# The viewer's process, while it is one.
viewer() {
    local pid
    pid=$(cat "$folder/pid" 2>/dev/null) && grep -q otlp-viewer "/proc/$pid/cmdline" 2>/dev/null && echo "$pid"
}

tell_setting() {
    say "$1; set this for the service:"
    echo "OTLP_ENDPOINT=http://localhost:4318/v1/traces"
}

start_viewer() {
    if viewer >/dev/null; then
        tell_setting "the viewer runs: make jaeger-logs"
        return
    fi
    cargo build --locked --quiet -p skeleton-tests --bin otlp-viewer
    mkdir -p "$folder"
    setsid "${CARGO_TARGET_DIR:-target}/debug/otlp-viewer" 127.0.0.1:4318 >"$log" 2>&1 </dev/null &
    echo $! >"$folder/pid"
    sleep 0.5
    if ! viewer >/dev/null; then
        rm -f "$folder/pid"
        say "the viewer did not start: $(tail -n 1 "$log")"
        exit 1
    fi
    tell_setting "there is no Docker, so a viewer prints the traces: make jaeger-logs"
}

stop_viewer() {
    local pid
    if pid=$(viewer); then kill "$pid"; fi
    rm -f "$folder/pid"
}

not_there() {
    say "there is nothing yet; start it with: make jaeger-start"
    exit 1
}

case "${1:-} $(in_docker && echo docker)" in
    "start docker")
        docker start "$name" >/dev/null 2>&1 || docker run --detach --name "$name" \
            --publish 127.0.0.1:16686:16686 --publish 127.0.0.1:4318:4318 "$image" >/dev/null
        tell_setting "Jaeger is on http://localhost:16686"
        ;;
    "stop docker") docker rm --force "$name" >/dev/null ;;
    "logs docker")
        if ! docker container inspect "$name" >/dev/null 2>&1; then not_there; fi
        docker logs --tail 100 "$name"
        ;;
    "start ") start_viewer ;;
    "stop ") stop_viewer ;;
    "logs ")
        if [[ ! -e $log ]]; then not_there; fi
        cat "$log"
        ;;
    *)
        say "usage: scripts/traces.sh start|stop|logs"
        exit 64
        ;;
esac
