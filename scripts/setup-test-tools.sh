#!/usr/bin/env bash
# Installs what some tests look for beyond PostgreSQL, where apt and the right to use it are there: Prometheus and
# Chromium. Without one its tests say SKIPPED.
set -euo pipefail

declare -A packages=([promtool]=prometheus [prometheus]=prometheus [chromium]=chromium)
missing=()
for program in "${!packages[@]}"; do
    command -v "$program" >/dev/null || missing+=("${packages[$program]}")
done
if ((${#missing[@]} == 0)); then
    exit 0
fi

as_root=()
if ((EUID != 0)); then
    if ! sudo -n true 2>/dev/null; then
        echo "setup-test-tools: not installed, for want of root: ${missing[*]}" >&2
        exit 0
    fi
    as_root=(sudo)
fi
if ! command -v apt-get >/dev/null; then
    echo "setup-test-tools: not installed, for want of apt: ${missing[*]}" >&2
    exit 0
fi
echo "setup-test-tools: installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
if ! { "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null; then
    echo "setup-test-tools: apt failed; the tests that need ${missing[*]} are skipped" >&2
fi
