#!/usr/bin/env bash
# A PostgreSQL server for development, on 127.0.0.1:5432 (or DB_PORT): in Docker where that runs, else a cluster under
# .dev/postgres from installed programs.
#
#     scripts/db.sh start | stop | restart | logs | status | destroy
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'db: %s\n' "$*" >&2; }

# shellcheck source=scripts/postgres-programs.sh
source scripts/postgres-programs.sh

name=skeleton-postgres
image=postgres:18
database=app
cluster=$PWD/.dev/postgres
# The one of its last start: .env names it.
port=${DB_PORT:-$(cat "$cluster/port" 2>/dev/null || echo 5432)}

in_docker() { [[ ! -d $cluster/data ]] && docker info >/dev/null 2>&1; }

exists() { docker container inspect "$name" >/dev/null 2>&1; }

not_there() {
    say "there is none; make it with: make db-start"
    exit 1
}

# What `start` prints for .env, alone on standard output.
tell_url() {
    say "it runs; for .env:"
    echo "DATABASE_URL=postgres://postgres:$1@127.0.0.1:$2/$database"
}

with_docker() {
    local password
    case $1 in
        start)
            if exists; then
                docker start "$name" >/dev/null
            else
                password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
                POSTGRES_PASSWORD=$password docker run --detach --name "$name" --env POSTGRES_PASSWORD \
                    --env POSTGRES_DB="$database" --publish "127.0.0.1:$port:5432" \
                    --volume "$name:/var/lib/postgresql" "$image" >/dev/null
            fi
            until docker exec "$name" pg_isready --quiet --host=127.0.0.1; do sleep 0.2; done
            password=$(docker exec "$name" printenv POSTGRES_PASSWORD)
            tell_url "$password" "$(docker port "$name" 5432/tcp | sed -n '1s/.*://p')"
            ;;
        stop) if exists; then docker stop "$name" >/dev/null; fi ;;
        logs)
            if ! exists; then not_there; fi
            docker logs --tail 100 "$name"
            ;;
        status)
            if exists; then
                docker ps --all --filter "name=^$name\$" --format '{{.Names}}: {{.Status}} ({{.Ports}})'
            else
                echo "does not run; start it with: make db-start"
            fi
            ;;
        destroy)
            docker rm --force --volumes "$name" >/dev/null 2>&1 || true
            docker volume rm --force "$name" >/dev/null
            ;;
    esac
}

runs() { [[ -d $cluster/data ]] && (as_server "$programs/pg_ctl" status --pgdata="$cluster/data") >/dev/null 2>&1; }

start_local() {
    mkdir -p "$cluster"
    if [[ -n $account ]] && ! (as_server true) 2>/dev/null; then
        say "needs a checkout that the account \`$account\` can enter, since PostgreSQL does not run as root: $cluster"
        exit 69
    fi
    if [[ ! -d $cluster/data ]]; then
        init_cluster --no-instructions
        printf "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\n" >>"$cluster/data/postgresql.conf"
    fi
    if ! runs; then
        (as_server "$programs/pg_ctl" start --wait --silent --pgdata="$cluster/data" --log="$cluster/server.log" \
            --options="-p $port") >/dev/null || {
            say "it did not start; set DB_PORT where $port is taken:"
            tail -n 5 "$cluster/server.log" >&2
            exit 1
        }
    fi
    port=$(sed -n 4p "$cluster/data/postmaster.pid")
    echo "$port" >"$cluster/port"
    PGPASSWORD=$(<"$cluster/password")
    export PGPASSWORD
    local at=(--host=127.0.0.1 --port="$port" --username=postgres)
    if ! "$programs/psql" "${at[@]}" --dbname="$database" --command='' >/dev/null 2>&1; then
        "$programs/createdb" "${at[@]}" "$database"
    fi
    tell_url "$PGPASSWORD" "$port"
}

stop_local() {
    if runs; then (as_server "$programs/pg_ctl" stop --mode=fast --silent --pgdata="$cluster/data"); fi
}

locally() {
    case $1 in
        start) start_local ;;
        stop) stop_local ;;
        logs)
            if [[ ! -e $cluster/server.log ]]; then not_there; fi
            tail -n 100 "$cluster/server.log"
            ;;
        status) if runs; then echo "runs on 127.0.0.1:$(sed -n 4p "$cluster/data/postmaster.pid"), in $cluster"; else echo "does not run; start it with: make db-start"; fi ;;
        destroy)
            stop_local
            rm -rf "$cluster"
            ;;
    esac
}

case ${1:-} in
    start | stop | logs | status | destroy) ;;
    restart)
        "$0" stop
        exec "$0" start
        ;;
    *)
        say "usage: scripts/db.sh start|stop|restart|logs|status|destroy"
        exit 64
        ;;
esac
if in_docker; then
    with_docker "$1"
    exit
fi
programs=$(find_programs)
if [[ -z $programs ]]; then
    say "needs Docker, or PostgreSQL's server programs (Debian: apt-get install postgresql)"
    exit 69
fi
account=$(server_account)
locally "$1"
