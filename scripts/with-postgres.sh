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

# The newest folder that holds the server's programs, one line; nothing where there is none.
find_programs() {
    local folder
    # Debian keeps them off the PATH, by version.
    while read -r folder; do
        if [[ -x $folder/initdb && -x $folder/postgres && -x $folder/pg_ctl ]]; then
            echo "$folder"
            return
        fi
    done < <(printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort --reverse)
    if command -v initdb pg_ctl postgres >/dev/null; then
        # initdb and pg_ctl look for `postgres` beside themselves, symbolic links followed.
        dirname "$(command -v initdb)"
    fi
}

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

# PostgreSQL refuses to run as root: the account to run it as, or nothing where it is our own.
server_account() {
    ((EUID == 0)) || return 0
    local account
    for account in postgres nobody; do
        if id -u "$account" >/dev/null 2>&1; then
            echo "$account"
            return
        fi
    done
    say "PostgreSQL does not run as root, and there is no account \`postgres\` or \`nobody\`: run as another user"
    return 1
}

# Runs a program as the server's account, from a folder which that account may read.
as_server() {
    cd "$cluster"
    if [[ -z $account ]]; then
        "$@"
    elif command -v runuser >/dev/null; then
        runuser -u "$account" -- "$@"
    elif command -v setpriv >/dev/null; then
        setpriv --reuid="$account" --regid="$(id -g "$account")" --clear-groups "$@"
    else
        # shellcheck disable=SC2016 # expanded by the inner shell
        su -s /bin/sh "$account" -c 'exec "$0" "$@"' -- "$@"
    fi
}

make_cluster() {
    local locale=C
    if locale -a 2>/dev/null | grep -qix 'C\.utf-\?8'; then locale=C.UTF-8; fi
    # With a password, since any other user of this machine can reach the port, and a superuser can run programs.
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    (umask 077 && echo "$password" >"$cluster/password")
    if [[ -n $account ]]; then chown -R "$account" "$cluster"; fi
    (as_server "$programs/initdb" --pgdata="$cluster/data" --username=postgres --pwfile="$cluster/password" \
        --auth=password --encoding=UTF8 --locale="$locale" --no-sync) >"$cluster/initdb.log" 2>&1 || {
        cat "$cluster/initdb.log" >&2
        return 1
    }
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
