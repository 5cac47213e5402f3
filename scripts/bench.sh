#!/usr/bin/env bash
# What `make bench` does: requests a second of a release build of bench-service, on a private PostgreSQL with 100,000
# rows, and what they cost the server. Needs wrk. SECONDS_EACH (default 5) and CONNECTIONS (default 32) may be set.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v wrk >/dev/null; then
    echo "bench: needs wrk (Debian: apt-get install wrk)" >&2
    exit 69
fi
if [[ -z ${TEST_DATABASE_URL:-} ]]; then
    exec scripts/with-postgres.sh "$0" "$@"
fi

seconds=${SECONDS_EACH:-5}
connections=${CONNECTIONS:-32}
cargo build --locked --release -p bench-service
program=$(realpath "${CARGO_TARGET_DIR:-target}/release/bench-service")
folder=$(mktemp -d "${TMPDIR:-/tmp}/skeleton-bench.XXXXXX")
server=
trap 'if [[ -n $server ]]; then kill "$server" 2>/dev/null || true; wait "$server" || true; fi; rm -rf "$folder"' EXIT
database=bench_$$
psql "$TEST_DATABASE_URL" --quiet --command="CREATE DATABASE $database"
DATABASE_URL=${TEST_DATABASE_URL%/*}/$database
port=$((20000 + RANDOM % 12000))
export DATABASE_URL RUST_LOG=warn PORT=$port APP_ENV=production HOST=127.0.0.1 SHUTDOWN_DRAIN_SECONDS=0
JWT_SECRET_KEY=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
export JWT_SECRET_KEY
cd "$folder"
"$program" migrate run >/dev/null
token=$("$program" token --email bench@example.com --role ADMIN)
psql "$DATABASE_URL" --quiet --set=ON_ERROR_STOP=1 <<'SQL'
INSERT INTO articles (id, title, body, status, views, author_id, created_at, updated_at)
SELECT md5('article-' || n)::uuid, 'Article number ' || n, repeat('Lorem ipsum dolor sit amet, consectetur. ', 8),
  (ARRAY['draft', 'published', 'archived'])[1 + n % 3], n % 1000, (SELECT id FROM users LIMIT 1),
  timestamptz '2026-01-01' + n * interval '1 minute', timestamptz '2026-01-01' + n * interval '1 minute'
FROM generate_series(1, 100000) n;
VACUUM ANALYZE articles;
SQL
"$program" serve &
server=$!
until curl -sf -o /dev/null "http://127.0.0.1:$port/health/ready"; do
    kill -0 "$server"
    sleep 0.1
done

# Requests go to 1,000 of the rows in turn.
for ((n = 1; n <= 1000; n++)); do printf 'article-%d' "$n" | md5sum; done |
    sed -E 's/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/\1-\2-\3-\4-\5/' >ids
cat >requests.lua <<'LUA'
local method, path, body = os.getenv("B_METHOD"), os.getenv("B_PATH"), os.getenv("B_BODY")
local headers = { Authorization = "Bearer " .. os.getenv("B_TOKEN") }
if body == "" then body = nil else headers["Content-Type"] = "application/json" end
local ids, at, all = {}, 0, {}
for id in io.lines("ids") do ids[#ids + 1] = id end
function init()
  for n, id in ipairs(ids) do all[n] = wrk.format(method, (path:gsub("{id}", id)), headers, body) end
end
function request() at = at % #all + 1; return all[at] end
function done(summary, latency)
  local wrong = summary.errors
  io.write(string.format("RESULT %d %d %.2f %d\n", summary.requests, summary.duration, latency:percentile(99) / 1000,
    wrong.status + wrong.connect + wrong.read + wrong.write + wrong.timeout))
end
LUA

# Processor time of the server so far, in ticks.
ticks() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }

measure() {
    local name=$1 before after result
    before=$(ticks)
    result=$(B_METHOD=$2 B_PATH=$3 B_BODY=${4:-} B_TOKEN=$token wrk --threads 1 --connections "$connections" \
        --duration "${seconds}s" --script requests.lua "http://127.0.0.1:$port" | grep '^RESULT ')
    after=$(ticks)
    awk -v name="$name" -v spent=$((after - before)) -v hertz="$(getconf CLK_TCK)" '{
        printf "%-8s %9.0f %18.0f %10.1f %8d\n", name, $2 / ($3 / 1e6), spent / hertz * 1e6 / $2, $4, $5
    }' <<<"$result"
}

printf '%-8s %9s %18s %10s %8s\n' '' requests/s 'CPU ms per 1000' 'p99 ms' errors
measure GET GET '/articles/{id}'
measure LIST GET '/articles?limit=20'
measure PATCH PATCH '/articles/{id}' '{"views": 7}'
measure POST POST /articles '{"title": "A title", "body": "A body."}'
kill -TERM "$server"
wait "$server" || true
server=
psql "$TEST_DATABASE_URL" --quiet --command="DROP DATABASE $database"
