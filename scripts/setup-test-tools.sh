#!/usr/bin/env bash
# Installs what some tests look for beyond PostgreSQL: Prometheus, Chromium, Node.js, nginx, faketime, curl, ps and kill,
# where apt and the right to use it are there, and schemathesis from PyPI. Each for itself: what can't be had is told, as
# Chromium on Ubuntu, whose apt has none, and its tests say SKIPPED.
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
    [nginx]=nginx-light [faketime]=faketime [curl]=curl [ps]=procps [kill]=procps)
declare -A wanted=()
for program in "${!packages[@]}"; do
    # Of the files on the PATH: `kill` is also a word of the shell's own.
    type -P "$program" >/dev/null || wanted[${packages[$program]}]=1
done
# Debian's Python comes without what makes virtual environments.
python3 -c 'import ensurepip, venv' 2>/dev/null || wanted[python3]=1 wanted[python3-venv]=1
missing=("${!wanted[@]}")
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
export DEBIAN_FRONTEND=noninteractive
apt() { "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 -qq "$@" >/dev/null; }
apt update || echo "setup-test-tools: apt-get update failed; trying with the lists that are there" >&2
for package in "${missing[@]}"; do
    echo "setup-test-tools: installing $package" >&2
    apt install -y --no-install-recommends "$package" ||
        echo "setup-test-tools: $package can't be had; the tests that need it are skipped" >&2
done
# The tests start one of their own; the package's would stand on port 80.
if [[ -n ${wanted[nginx-light]:-} && -d /run/systemd/system ]]; then
    "${as_root[@]}" systemctl disable --quiet --now nginx || true
fi
