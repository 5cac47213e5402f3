#!/usr/bin/env bash
# What `make lint` does. Every check runs, whatever became of the one before it; the failed ones are listed at the end.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

PATH="${SKELETON_TOOLS:-$HOME/.cache/skeleton/tools}/bin:$PATH"
failed=()

check() {
    local name=$1
    shift
    local start=$SECONDS
    echo "lint: $name: $*" >&2
    "$@" || failed+=("$name")
    echo "lint: $name took $((SECONDS - start)) s" >&2
}

check format cargo fmt --all --check
check clippy cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
# Each database alone: what only one of them needs must not be demanded, or left unused, without it.
for database in sqlite postgres; do
    check "clippy-$database" cargo clippy -p skeleton-runtime --locked --no-default-features --features "$database" \
        -- -D warnings
done
check docs env RUSTDOCFLAGS='-D warnings' cargo doc --workspace --all-features --no-deps --locked
check spelling typos
check unused-dependencies cargo machete
# Advisories are in `make audit`: their database is fetched from the network.
check dependencies cargo deny --locked --all-features check bans licenses sources
if command -v shellcheck >/dev/null; then
    check scripts shellcheck --external-sources scripts/*.sh .ci/run
else
    echo "lint: scripts: left out, since shellcheck is not installed" >&2
fi

if ((${#failed[@]})); then
    echo "lint: failed: ${failed[*]}" >&2
    exit 1
fi
echo "lint: all passed" >&2
