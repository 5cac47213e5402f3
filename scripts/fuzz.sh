#!/usr/bin/env bash
# What `make fuzz` does: gives every fuzz target FUZZ_SECONDS of made-up input, as many at once as there are cores, and
# tells how many inputs that were. `make test` does the same for two seconds each. Arguments are names of tests.
#
# An input that fails is made smaller, printed, and kept in tests/fuzz/found; FUZZ_SEED repeats its run. Once it is mended
# it goes among the seeds, in tests/fuzz/seeds/<target>.
set -euo pipefail
cd "$(dirname "$0")/.."

if (($# == 0)); then set -- fuzz_; fi
log=$(mktemp "${TMPDIR:-/tmp}/skeleton-fuzz.XXXXXX")
trap 'rm -f "$log"' EXIT
status=0
wanted=0
# One crate at a time: together they would share the features of their dependencies, and the macros' tokens would keep
# the text of every input.
for package in skeleton-macros skeleton-runtime; do
    cargo test --locked --no-fail-fast -p "$package" --all-features --lib -- --nocapture "$@" 2>&1 | tee -a "$log" |
        grep --line-buffered -vE '^$|panicked at|has been running for' || status=1
    targets=$(cargo test --locked --quiet -p "$package" --all-features --lib -- --list "$@" |
        grep -cE '::fuzz_[a-z0-9_]+: test$' || true)
    wanted=$((wanted + targets))
done

echo
figures='fuzz: [a-z-]+: [0-9]+ inputs .*'
grep -oE "$figures" "$log" | sort || true
ended=$(grep -cE "$figures" "$log" || true)
if ((ended == 0 || ended < wanted)); then
    echo "fuzz: $ended of $wanted targets ran to their end: $*" >&2
    status=1
fi
exit "$status"
