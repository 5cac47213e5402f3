#!/usr/bin/env bash
# Prints the part of CHANGELOG.md about a version; fails where the sources have another version, or the changelog none of
# it: release-notes.sh 1.2.3
set -euo pipefail
cd "$(dirname "$0")/.."

version=${1:?usage: scripts/release-notes.sh VERSION}
declared=$(sed -nE '/^\[workspace\.package\]/,/^\[/ s/^version = "(.*)"/\1/p' Cargo.toml)
if [[ $declared != "$version" ]]; then
    echo "release-notes: Cargo.toml has version $declared, not $version" >&2
    exit 1
fi
notes=$(awk -v heading="## $version" '
    index($0, heading) == 1 && (length($0) == length(heading) || substr($0, length(heading) + 1, 1) == " ") { found = 1; next }
    /^## / { found = 0 }
    found' CHANGELOG.md)
if [[ -z ${notes//[[:space:]]/} ]]; then
    echo "release-notes: CHANGELOG.md says nothing under \`## $version\`" >&2
    exit 1
fi
printf '%s\n' "$notes"
