#!/usr/bin/env bash
# What `make setup` does: makes .env of .env.example, with a secret of its own, and checks every setting.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ -e .env ]]; then
    echo "setup: .env is there, and is left as it is" >&2
else
    secret=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
    (umask 077 && sed "s/^#JWT_SECRET_KEY=\$/JWT_SECRET_KEY=$secret/" .env.example >.env)
    grep -q "^JWT_SECRET_KEY=$secret\$" .env
    echo "setup: made .env, with a secret of its own" >&2
fi
cargo run --locked --quiet -p example-app -- doctor
echo "setup: the settings are in order; next: make dev" >&2
