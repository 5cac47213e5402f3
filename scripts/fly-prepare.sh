#!/usr/bin/env bash
# Makes a Fly app if it is missing, and sets what it can't do without: fly-prepare.sh APP
#
# From the environment: FLY_API_TOKEN; FLY_ORG (default: personal); DATABASE_URL and JWT_SECRET_KEY, each optional. A
# secret of the tokens is made up once where none is given. Without a DATABASE_URL, now or before, the app gets a SQLite
# file that goes with its machine: good for a look at a branch, and for nothing else. Values reach flyctl by its standard
# input, so that no list of processes shows them.
set -euo pipefail

app=${1:?usage: scripts/fly-prepare.sh APP}

if ! flyctl status --app "$app" >/dev/null 2>&1; then
    echo "fly-prepare: making $app" >&2
    flyctl apps create "$app" --org "${FLY_ORG:-personal}" >&2
fi

set_before=$(flyctl secrets list --app "$app" --json)
has() { grep -qE "\"(Name|name)\": *\"$1\"" <<<"$set_before"; }

secrets=()
if [[ -n ${JWT_SECRET_KEY:-} ]]; then
    secrets+=("JWT_SECRET_KEY=$JWT_SECRET_KEY")
elif ! has JWT_SECRET_KEY; then
    secrets+=("JWT_SECRET_KEY=$(openssl rand -hex 32)")
fi
if [[ -n ${DATABASE_URL:-} ]]; then
    secrets+=("DATABASE_URL=$DATABASE_URL")
elif ! has DATABASE_URL; then
    echo "::warning::$app has no DATABASE_URL: it gets a SQLite file that is gone with each deployment" >&2
    secrets+=("DATABASE_URL=sqlite:///data/app.db" "AUTO_MIGRATE=true")
fi
if ((${#secrets[@]})); then
    # Taken over by the deployment that follows.
    printf '%s\n' "${secrets[@]}" | flyctl secrets import --app "$app" --stage >&2
fi
