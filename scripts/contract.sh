#!/usr/bin/env bash
# Tries the newsroom with requests that schemathesis makes of its OpenAPI document, on SQLite and on PostgreSQL. Needs
# python3, the network for the first time, and scripts/with-postgres.sh around it. Arguments go to schemathesis.
set -euo pipefail
cd "$(dirname "$0")/.."

version=4.32.5
tools=${SKELETON_TOOLS:-$HOME/.cache/skeleton/tools}
python="$tools/schemathesis"
if [[ ! -x $python/bin/schemathesis ]] || ! "$python/bin/pip" show schemathesis 2>/dev/null | grep -qx "Version: $version"; then
    echo "contract: installing schemathesis $version into $python" >&2
    python3 -m venv "$python"
    "$python/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
fi

cargo build --locked -p example-app
# Left out: `positive_data_acceptance`, since not every rule can be said in a schema (2.0 is no integer here, references
# must exist), and `response_schema_conformance`, since rows asked for with `fields` have less than their schema.
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance
checks+=,negative_data_rejection,unsupported_method,ignored_auth
program=$(realpath "${CARGO_TARGET_DIR:-target}/debug/example-app")
status=0

check() {
    local url=$1 folder port=${CONTRACT_PORT:-8710} server token
    shift
    folder=$(mktemp -d)
    export DATABASE_URL=$url ARGON2_MEMORY_KIB=8 ARGON2_ITERATIONS=1 RUST_LOG=warn PORT=$port
    (cd "$folder" && exec "$program" serve) &
    server=$!
    # Until the migrations are there.
    until curl -sf "http://127.0.0.1:$port/health/ready" >/dev/null; do
        kill -0 "$server"
        sleep 0.2
    done
    token=$(cd "$folder" && "$program" token --email contract@example.com --role OWNER)
    "$python/bin/schemathesis" run "http://127.0.0.1:$port/openapi.json" \
        --header "Authorization: Bearer $token" --phases examples,coverage,fuzzing --workers 2 --no-color \
        --checks "$checks" "$@" || status=1
    kill -TERM "$server"
    wait "$server" || status=1
    rm -rf "$folder"
}

echo "contract: SQLite" >&2
check sqlite://contract.db "$@"
echo "contract: PostgreSQL" >&2
psql "$TEST_DATABASE_URL" -qc 'DROP DATABASE IF EXISTS contract' -c 'CREATE DATABASE contract'
check "${TEST_DATABASE_URL%/*}/contract" "$@"
exit "$status"
