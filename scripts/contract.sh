#!/usr/bin/env bash
# Tries the newsroom with requests that schemathesis makes of its OpenAPI document: all of its checks, on SQLite and on
# PostgreSQL. Needs scripts/with-postgres.sh around it, and what scripts/setup-test-tools.sh installs. Arguments go to
# schemathesis.
#
# CONTRACT_EXAMPLES: how many requests it makes up for each operation, beside those of the limits of each schema (20).
# CONTRACT_SEED: where its inventions begin (1, so that a run that passes passes again).
set -euo pipefail
cd "$(dirname "$0")/.."

schemathesis=${SKELETON_TOOLS:-$HOME/.cache/skeleton/tools}/schemathesis/bin/schemathesis
if [[ ! -x $schemathesis ]]; then
    echo "SKIPPED: schemathesis (not installed: scripts/setup-test-tools.sh)"
    exit 0
fi

cargo build --locked -p example-app
program=$(realpath "${CARGO_TARGET_DIR:-target}/debug/example-app")
# Cheap passwords, and nobody slowed down: it is the document that is tried.
export ARGON2_MEMORY_KIB=8 ARGON2_ITERATIONS=1 RUST_LOG=warn
export AUTH_LOGIN_LIMIT_PER_EMAIL=1000000 AUTH_LOGIN_LIMIT_PER_ADDRESS=1000000
export AUTH_REGISTER_LIMIT_PER_ADDRESS=1000000 AUTH_REFRESH_LIMIT_PER_ADDRESS=1000000
status=0
server=
folder=
trap 'if [[ -n $server ]]; then kill -KILL "$server" 2>/dev/null || true; fi; rm -rf "$folder"' EXIT

free_port() {
    local port
    for _ in {1..50}; do
        port=$((20000 + RANDOM % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
    return 1
}

check() {
    local url=$1 port start=$SECONDS
    shift
    port=$(free_port)
    folder=$(mktemp -d "${TMPDIR:-/tmp}/skeleton-contract.XXXXXX")
    export DATABASE_URL=$url CONTRACT_PROGRAM=$program CONTRACT_FOLDER=$folder CONTRACT_URL=http://127.0.0.1:$port
    (cd "$folder" && PORT=$port exec "$program" serve) &
    server=$!
    # Until the migrations are there.
    until curl -sf "$CONTRACT_URL/health/ready" >/dev/null; do
        kill -0 "$server"
        sleep 0.2
    done
    "$schemathesis" --config-file scripts/contract/schemathesis.toml run "$CONTRACT_URL/openapi.json" \
        --max-examples "${CONTRACT_EXAMPLES:-20}" --seed "${CONTRACT_SEED:-1}" "$@" || status=1
    kill -TERM "$server"
    wait "$server" || status=1
    server=
    rm -rf "$folder"
    echo "contract: took $((SECONDS - start)) s" >&2
}

echo "contract: SQLite" >&2
check sqlite://contract.db "$@"
echo "contract: PostgreSQL" >&2
# Several runs may share one server.
database=contract_$$
psql "$TEST_DATABASE_URL" -qc "CREATE DATABASE $database"
check "${TEST_DATABASE_URL%/*}/$database" "$@"
psql "$TEST_DATABASE_URL" -qc "DROP DATABASE $database WITH (FORCE)"
exit "$status"
