#!/usr/bin/env bash
# Holds the version against what changed in the public interface: semver.sh [REVISION], by default since the newest tag
# of a release before this commit. Where there is none yet there is nothing to compare with. Macros are no interface that
# it sees; their changes are told by the tests in tests/ui.
set -euo pipefail
cd "$(dirname "$0")/.."

baseline=${1:-$(git describe --tags --abbrev=0 --match 'v[0-9]*' HEAD~1 2>/dev/null || true)}
if [[ -z $baseline ]]; then
    echo "semver: there is no release to compare with" >&2
    exit 0
fi
scripts/setup-tools.sh cargo-semver-checks
PATH="${SKELETON_TOOLS:-$HOME/.cache/skeleton/tools}/bin:$PATH"
cargo semver-checks check-release -p skeleton-runtime --all-features --baseline-rev "$baseline"
