#!/usr/bin/env bash
# Runs a command with TEST_DATABASE_URL set to a PostgreSQL server:
#
#     scripts/with-postgres.sh cargo test
#
# A TEST_DATABASE_URL that is set already is used as it is. Else a private, throw-away cluster is made from installed
# server programs (installed with apt where that is possible), and is gone when the command ends. Several runs at once
# do not disturb each other. The command runs in a process group of its own, without a terminal to read from.
set -euo pipefail

say() { printf 'with-postgres: %s\n' "$*" >&2; }

# shellcheck source=scripts/postgres-programs.sh
source "$(dirname "$0")/postgres-programs.sh"

as_administrator() {
    if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}

# Installs PostgreSQL with apt, without the cluster that Debian would start with it.
install_programs() {
    command -v apt-get >/dev/null || return 1
    ((EUID == 0)) || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; } || return 1
    say "no PostgreSQL server programs found: installing Debian's package"
    local no_cluster=/etc/postgresql-common/createcluster.d/90-skeleton-no-cluster.conf
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq)
    as_administrator "${apt[@]}" update >&2 || return 1
    as_administrator mkdir -p "${no_cluster%/*}" || return 1
    as_administrator sh -c "echo 'create_main_cluster = false' >'$no_cluster'" || return 1
    local done=0
    as_administrator "${apt[@]}" install -y --no-install-recommends postgresql >&2 || done=1
    as_administrator rm -f "$no_cluster"
    return "$done"
}

make_cluster() {
    init_cluster --no-sync
    cat >>"$cluster/data/postgresql.conf" <<'CONF'
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
# The data need not outlive the run.
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
CONF
}

# Starts the server on a free port. Another process may take a port between the choice and the start, so it is the
# start that decides.
start_cluster() {
    local try
    for try in {1..20}; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        # An answer means that somebody listens there.
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then continue; fi
        if (as_server "$programs/pg_ctl" start --wait --silent --timeout=60 --pgdata="$cluster/data" \
            --log="$cluster/server.log" --options="-p $port") >/dev/null 2>&1; then
            return
        fi
        grep -q 'could not bind' "$cluster/server.log" || break
    done
    say "the server did not start (try $try):"
    tail -n 20 "$cluster/server.log" >&2
    return 1
}

# shellcheck disable=SC2317 # called by the trap
remove_cluster() {
    trap '' INT TERM HUP
    if [[ -n ${child:-} ]]; then kill -TERM -- "-$child" 2>/dev/null || true; fi
    if [[ -f $cluster/data/postmaster.pid ]]; then
        (as_server "$programs/pg_ctl" stop --mode=immediate --silent --pgdata="$cluster/data") >/dev/null 2>&1 || true
    fi
    rm -rf "$cluster"
}

if (($# == 0)); then
    say "usage: scripts/with-postgres.sh COMMAND [ARGUMENT]..."
    exit 64
fi
if [[ -n ${TEST_DATABASE_URL:-} ]]; then
    exec "$@"
fi

programs=$(find_programs)
if [[ -z $programs ]]; then
    install_programs || true
    programs=$(find_programs)
fi
if [[ -z $programs ]]; then
    say "the tests need a PostgreSQL server. Install one (Debian: apt-get install postgresql), or set"
    say "TEST_DATABASE_URL=postgres://USER:PASSWORD@HOST/DATABASE, of a user that may create databases"
    exit 69
fi
account=$(server_account)

cluster=$(mktemp -d "${TMPDIR:-/tmp}/skeleton-postgres.XXXXXX")
trap remove_cluster EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
make_cluster
start_cluster
export TEST_DATABASE_URL="postgres://postgres:$password@127.0.0.1:$port/postgres"

# In the background, since bash acts on a signal only between commands in the foreground; in a process group of its
# own, so that a signal ends all of it.
set -m
"$@" </dev/null &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
