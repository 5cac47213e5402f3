#!/usr/bin/env bash
# What `make book` does: the pages of docs/ as a book, in book/. mdBook is built into $SKELETON_TOOLS, once.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.5.4
tools=${SKELETON_TOOLS:-$HOME/.cache/skeleton/tools}
PATH="$tools/bin:$PATH"

if [[ $(mdbook --version 2>/dev/null) != "mdbook v$version" ]]; then
    echo "book: building mdbook $version into $tools (some minutes, once)" >&2
    # Without its own server: a book is files.
    if ! (cd / && CARGO_TARGET_DIR="$tools/build-mdbook" \
        cargo install mdbook --version "$version" --locked --no-default-features --features search --root "$tools"); then
        echo "book: needs mdbook: cargo install mdbook" >&2
        exit 69
    fi
    rm -rf "$tools/build-mdbook"
fi
mdbook build
echo "book: it begins with book/index.html" >&2
