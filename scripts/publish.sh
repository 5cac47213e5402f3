#!/usr/bin/env bash
# Packs the crates that are published, builds each from its package alone, and publishes nothing: publish.sh. With
# --documentation builds their documentation as docs.rs does; with --upload publishes them, the macros first.
set -euo pipefail
cd "$(dirname "$0")/.."

crates=(-p skeleton-macros -p skeleton-runtime)

# docs.rs has a nightly compiler and sets `docsrs`. The pinned rustdoc is let do the same, and it alone: what the
# dependencies are compiled with stays as it is.
documentation() {
    rustdoc=$(mktemp "${TMPDIR:-/tmp}/skeleton-rustdoc.XXXXXX")
    trap 'rm -f "$rustdoc"' EXIT
    printf '#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec rustdoc "$@"\n' >"$rustdoc"
    chmod +x "$rustdoc"
    RUSTDOC=$rustdoc RUSTDOCFLAGS='--cfg docsrs -D warnings' \
        cargo doc --locked --no-deps --all-features "${crates[@]}"
}

case ${1:-} in
'')
    # What is not committed yet is packed too: this is a rehearsal.
    cargo publish --dry-run --locked --allow-dirty "${crates[@]}"
    documentation
    ;;
--documentation) documentation ;;
--upload) cargo publish --locked "${crates[@]}" ;;
*)
    echo 'usage: scripts/publish.sh [--documentation | --upload]' >&2
    exit 2
    ;;
esac
