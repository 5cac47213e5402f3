#!/usr/bin/env bash
# Installs what some tests look for beyond PostgreSQL: Prometheus, Chromium, Node.js, nginx and faketime, where apt and
# the right to use it are there, and schemathesis from PyPI. Without one its tests say SKIPPED.
set -euo pipefail
# Debian keeps servers off the PATH of those who aren't root.
PATH="$PATH:/usr/sbin"

# Into a virtual environment of its own, once for each version.
install_schemathesis() {
    local version=4.32.5 folder=${SKELETON_TOOLS:-$HOME/.cache/skeleton/tools}/schemathesis
    if [[ -x $folder/bin/schemathesis ]] && "$folder/bin/schemathesis" --version | grep -q " $version\$"; then
        return
    fi
    echo "setup-test-tools: installing schemathesis $version" >&2
    rm -rf "$folder"
    if ! { python3 -m venv "$folder" &&
        "$folder/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"; } >&2; then
        rm -rf "$folder"
        echo "setup-test-tools: schemathesis is not installed; the contract is not tried" >&2
    fi
}
trap install_schemathesis EXIT

declare -A packages=([promtool]=prometheus [prometheus]=prometheus [chromium]=chromium [node]=nodejs [npm]=npm
    [nginx]=nginx-light [faketime]=faketime)
missing=()
for program in "${!packages[@]}"; do
    command -v "$program" >/dev/null || missing+=("${packages[$program]}")
done
# Debian's Python comes without what makes virtual environments.
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
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
# The tests start one of their own; the package's would stand on port 80.
if [[ " ${missing[*]} " == *" nginx-light "* && -d /run/systemd/system ]]; then
    "${as_root[@]}" systemctl disable --quiet --now nginx || true
fi
