# Every target does what CI does, with the same command. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Where `setup-tools` keeps the tools that are built from source.
SKELETON_TOOLS ?= $(HOME)/.cache/skeleton/tools
export SKELETON_TOOLS

# Appended to the command of `run` (after `--`) and of `test`: make test ARGS='-p skeleton-runtime cursor'
ARGS ?=

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

.PHONY: run
run: ## Start the example app (settings: .env.example)
	cargo run --locked -p example-app -- $(ARGS)

.PHONY: test
test: ## Run every test, on SQLite and on PostgreSQL
	@scripts/setup-test-tools.sh
	@scripts/with-postgres.sh scripts/test.sh $(ARGS)

.PHONY: contract
contract: ## Try the newsroom with made-up requests, on both databases (more of them: CONTRACT_EXAMPLES=200)
	@scripts/setup-test-tools.sh
	@scripts/with-postgres.sh scripts/contract.sh $(ARGS)

.PHONY: lint
lint: setup-tools ## Check format, lints, docs, scripts, and the dependencies' licences and sources
	@scripts/lint.sh

.PHONY: fmt
fmt: ## Format the sources
	cargo fmt --all

.PHONY: audit
audit: setup-tools ## Look for known faults in the dependencies (needs the network)
	@PATH="$(SKELETON_TOOLS)/bin:$$PATH" cargo deny --locked --all-features check advisories

.PHONY: setup-tools
setup-tools: ## Install the tools that the other targets need
	@scripts/setup-tools.sh
