#!/usr/bin/env bash
# The name of the Fly app of a branch: fly-app-name.sh REPOSITORY BRANCH
#
#     skeleton main        → skeleton-main
#     skeleton feature/xyz → skeleton-feature-xyz
#
# Small letters, digits and dashes; no longer than a DNS label. A name that had to be shortened ends with a digest of the
# branch. Branches that differ by other signs alone (`a/b`, `a-b`) share an app.
set -euo pipefail

if (($# != 2)) || [[ -z $1 || -z $2 ]]; then
    echo "usage: scripts/fly-app-name.sh REPOSITORY BRANCH" >&2
    exit 64
fi

longest=63
clean=$(printf '%s-%s' "$1" "$2" | LC_ALL=C tr '[:upper:]' '[:lower:]' | LC_ALL=C tr -cs 'a-z0-9' '-')
clean=${clean#-}
clean=${clean%-}
if ((${#clean} > longest)); then
    digest=$(printf '%s' "$2" | sha256sum | cut -c1-8)
    clean=${clean:0:longest-9}
    clean=${clean%-}-$digest
fi
# A label begins with a letter for certain.
[[ $clean =~ ^[a-z] ]] || clean="app-${clean:0:longest-4}"
echo "$clean"
