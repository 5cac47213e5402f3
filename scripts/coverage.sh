#!/usr/bin/env bash
# What `make coverage` does: which lines the tests reach, as a summary and as coverage/html. cargo-llvm-cov is built into
# $SKELETON_TOOLS, once. Arguments go to `cargo test`, in place of all tests.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.9.1
tools=${SKELETON_TOOLS:-$HOME/.cache/skeleton/tools}
PATH="$tools/bin:$PATH"

if ! cargo llvm-cov --version >/dev/null 2>&1; then
    echo "coverage: building cargo-llvm-cov $version into $tools (some minutes, once)" >&2
    if ! (cd / && CARGO_TARGET_DIR="$tools/build" \
        cargo install cargo-llvm-cov --version "$version" --locked --root "$tools"); then
        echo "coverage: needs cargo-llvm-cov: cargo install cargo-llvm-cov" >&2
        exit 69
    fi
    rm -rf "$tools/build"
fi
if ! rustup component list --installed | grep -q '^llvm-tools'; then
    rustup component add llvm-tools
fi
if (($#)); then
    what=("$@")
else
    what=(--workspace --all-features)
fi
# The ones left out read the compiler's own output, which instrumented builds change, or build projects of their own.
exec cargo llvm-cov test --locked --html --output-dir coverage --ignore-filename-regex '(^|/)tests/' "${what[@]}"
