# shellcheck shell=bash
# Sourced: where PostgreSQL's server programs are, and the account that they run as.

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

# Runs a program as the server's account, from $cluster, a folder which that account may read.
as_server() {
    # shellcheck disable=SC2154 # both are set by whoever sources this
    cd "$cluster" || return
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

# A new cluster in $cluster/data, whose superuser's password is in $cluster/password.
init_cluster() {
    local locale=C
    if locale -a 2>/dev/null | grep -qix 'C\.utf-\?8'; then locale=C.UTF-8; fi
    # With a password, since any other user of this machine can reach the port, and a superuser can run programs.
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    (umask 077 && echo "$password" >"$cluster/password")
    if [[ -n $account ]]; then chown -R "$account" "$cluster"; fi
    # shellcheck disable=SC2154 # set by whoever sources this
    (as_server "$programs/initdb" --pgdata="$cluster/data" --username=postgres --pwfile="$cluster/password" \
        --auth=password --encoding=UTF8 --locale="$locale" "$@") >"$cluster/initdb.log" 2>&1 || {
        cat "$cluster/initdb.log" >&2
        return 1
    }
}
