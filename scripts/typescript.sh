#!/usr/bin/env bash
# Makes a TypeScript client of the newsroom's document, compiles it with every check there is, and lets it talk to the
# newsroom. Needs node and npm; the network for the first time.
set -euo pipefail
cd "$(dirname "$0")/.."

for program in node npm; do
    if ! command -v "$program" >/dev/null; then
        echo "SKIPPED: the TypeScript client ($program is not installed: scripts/setup-test-tools.sh)"
        exit 0
    fi
done

cargo build --locked -p example-app
program=$(realpath "${CARGO_TARGET_DIR:-target}/debug/example-app")
cd tests/typescript
# What is there already is kept, as long as it is what the lock file says.
if ! cmp -s package-lock.json node_modules/.locked; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/.locked
fi
npm run --silent generate
npm run --silent build

folder=$(mktemp -d "${TMPDIR:-/tmp}/skeleton-typescript.XXXXXX")
server=
trap 'if [[ -n $server ]]; then kill "$server" 2>/dev/null || true; wait "$server" || true; fi; rm -rf "$folder"' EXIT
for _ in {1..20}; do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
done
(cd "$folder" && exec env -u DATABASE_URL RUST_LOG=warn PORT="$port" "$program" serve) &
server=$!
until curl -sf "http://127.0.0.1:$port/health/ready" >/dev/null; do
    kill -0 "$server"
    sleep 0.1
done
NEWSROOM=http://127.0.0.1:$port node built/round-trip.js
