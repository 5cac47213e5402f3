#!/usr/bin/env bash
# What `make coverage` does: which lines the tests reach, as a summary, as coverage/html, and as coverage/lcov.info for
# other programs. cargo-llvm-cov is built into $SKELETON_TOOLS, once. Arguments go to `cargo test`, in place of all tests.
# Of all tests it fails where they reach less than 90 % of the lines.
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
floor=()
if (($#)); then
    what=("$@")
else
    floor=(--fail-under-lines 90)
    # Left out: what builds projects of its own, or holds the compiler to its words; and benchmarks, which know no `--skip`.
    what=(--workspace --exclude skeleton-benches --exclude skeleton-faults --all-features -- --exact --skip ui
        --skip grown::a_project_passes_its_tests_and_lint_before_and_after_it_grew
        --skip dev::no_request_is_refused_while_sources_change)
fi
# A folder of its own, since all that lies in one is looked at.
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}/coverage
export CARGO_TARGET_DIR
cargo llvm-cov test --locked --html --output-dir coverage --ignore-filename-regex '(^|/)tests/' "${what[@]}"
cargo llvm-cov report --lcov --output-path coverage/lcov.info --ignore-filename-regex '(^|/)tests/'
echo "coverage: line by line in coverage/html/index.html" >&2
cargo llvm-cov report --summary-only "${floor[@]}" --ignore-filename-regex '(^|/)tests/'
