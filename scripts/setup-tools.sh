#!/usr/bin/env bash
# Installs what `make lint` needs beyond the toolchain, into $SKELETON_TOOLS (default ~/.cache/skeleton/tools). A tool
# of the right version is left as it is, on the PATH or in that folder.
set -euo pipefail

cargo_deny_version=0.20.2
tools=${SKELETON_TOOLS:-$HOME/.cache/skeleton/tools}
PATH="$tools/bin:$PATH"

if [[ $(cargo-deny --version 2>/dev/null) != "cargo-deny $cargo_deny_version" ]]; then
    echo "setup-tools: building cargo-deny $cargo_deny_version into $tools (some minutes, once)" >&2
    # From outside of the workspace and in a folder of its own, so that neither the workspace's settings nor its
    # build matter.
    (cd / && CARGO_TARGET_DIR="$tools/build" \
        cargo install cargo-deny --version "$cargo_deny_version" --locked --root "$tools")
    rm -rf "$tools/build"
fi
