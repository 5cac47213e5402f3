#!/usr/bin/env bash
# Installs what `make lint` needs beyond the toolchain, into $SKELETON_TOOLS (default ~/.cache/skeleton/tools). A tool
# of the right version is left as it is, on the PATH or in that folder. Names of further tools may be given, in place of
# those: scripts/setup-tools.sh cargo-hack
set -euo pipefail

declare -A versions=(
    [cargo-deny]=0.20.2
    [cargo-hack]=0.6.46
    [cargo-machete]=0.9.2
    [cargo-semver-checks]=0.51.0
    [typos]=1.52.0
)
tools=${SKELETON_TOOLS:-$HOME/.cache/skeleton/tools}
PATH="$tools/bin:$PATH"

# What `--version` prints ends with the version; subcommands of cargo are asked by their names.
has() {
    local told
    case $1 in
    cargo-hack | cargo-semver-checks) told=$("$1" "${1#cargo-}" --version 2>/dev/null) || return 1 ;;
    *) told=$("$1" --version 2>/dev/null) || return 1 ;;
    esac
    [[ " $told" == *" $2" ]]
}

# Its author puts the program on PyPI too, which saves minutes of building.
typos_of_pypi() {
    local folder=$tools/typos
    rm -rf "$folder"
    python3 -m venv "$folder" &&
        "$folder/bin/pip" install --quiet --disable-pip-version-check "typos==${versions[typos]}" &&
        mkdir -p "$tools/bin" && ln -sf "$folder/bin/typos" "$tools/bin/typos" && has typos "${versions[typos]}"
} >/dev/null 2>&1

(($#)) || set -- cargo-deny cargo-machete typos
for tool in "$@"; do
    version=${versions[$tool]}
    if has "$tool" "$version"; then continue; fi
    if [[ $tool == typos ]] && typos_of_pypi; then continue; fi
    package=$tool
    [[ $tool == typos ]] && package=typos-cli
    echo "setup-tools: building $package $version into $tools (some minutes, once)" >&2
    # From outside of the workspace and in a folder of its own, so that neither the workspace's settings nor its
    # build matter.
    (cd / && CARGO_TARGET_DIR="$tools/build" \
        cargo install "$package" --version "$version" --locked --root "$tools")
    rm -rf "$tools/build"
done
