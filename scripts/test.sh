#!/usr/bin/env bash
# What `make test` does, with TEST_DATABASE_URL set: runs all tests, those of the runtime with each database alone, the
# newsroom against its own document, and counts: all but what `make test-faults` does. Arguments go to `cargo test` in
# place of `--workspace`, and then that is all that runs.
#
# In CI (CI=true) a skipped or ignored test is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp "${TMPDIR:-/tmp}/skeleton-test.XXXXXX")
trap 'rm -f "$log"' EXIT
status=0
failed=()

run() {
    local start=$SECONDS
    echo "test: $*" >&2
    if ! "$@" 2>&1 | tee -a "$log"; then
        status=1
        failed+=("$*")
    fi
    echo "test: took $((SECONDS - start)) s" >&2
}

# The sum of the numbers before a word in the lines that close each test program.
count() {
    sed -nE "s/^test result: .* ([0-9]+) $1;.*/\1/p" "$log" | awk '{ sum += $1 } END { print sum + 0 }'
}

if (($#)); then
    run cargo test --locked --all-features --no-fail-fast "$@"
else
    run cargo test --workspace --exclude skeleton-faults --locked --all-features --no-fail-fast
    # Documentation is tested once, above.
    for database in sqlite postgres; do
        run cargo test -p skeleton-runtime --locked --no-default-features --features "$database,test-util" \
            --no-fail-fast --lib --tests
    done
    run scripts/contract.sh
    run scripts/typescript.sh
fi

echo
grep -E '^test result: ' "$log" || true
# A test may say it once for each database.
skips=$(grep -oE 'SKIPPED: .*' "$log" | sort -u || true)
if [[ -n $skips ]]; then echo "$skips"; fi
skipped=$(($(count ignored) + $(grep -c . <<<"$skips" || true)))
if ((skipped)) && [[ ${CI:-} == true ]]; then
    echo "test: $skipped skipped or ignored tests, which CI does not allow" >&2
    status=1
fi
# What fails is not always a test that is counted.
for command in "${failed[@]}"; do echo "FAILED: $command"; done
echo "tests: $(count passed) passed, $(count failed) failed, $skipped skipped"
exit "$status"
