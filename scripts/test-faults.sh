#!/usr/bin/env bash
# What `make test-faults` does: breaks databases, processes and networks under a running service, and tells how it bore
# that. One test at a time, since they measure. FAULTS=long takes the long sizes; FAULTS_REPORT names a file for the
# figures; FAULTS_PROGRAM another build of the service under overload and of the soak, such as an optimised one. The soak
# takes SOAK_SECONDS, and keeps its samples and their picture in SOAK_FOLDER. Arguments go to `cargo test`.
#
# In CI (CI=true) a skipped test is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp "${TMPDIR:-/tmp}/skeleton-faults.XXXXXX")
trap 'rm -f "$log"' EXIT
status=0
cargo test --locked -p skeleton-faults --no-fail-fast "$@" -- --test-threads=1 --nocapture 2>&1 | tee "$log" || status=1
skipped=$(grep -oE 'SKIPPED: .*' "$log" | sort -u || true)
if [[ -n $skipped ]]; then
    echo "$skipped"
    if [[ ${CI:-} == true ]]; then
        echo "test-faults: CI does not allow that" >&2
        status=1
    fi
fi
exit "$status"
