# What people and CI call. The work behind it is in crates/xtask.
.DEFAULT_GOAL := help
.PHONY: help run build demo test servers check fmt bench docs clean

XTASK := cargo run --quiet --locked --package xtask --
BURGEE := target/release/burgee
# Arguments to pass on, for example: make test ARGS="--test it members::"
ARGS ?=

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Until somebody says where mail goes, mails become files that administrators can read in Burgee.
ifeq ($(BURGEE_MAIL)$(wildcard burgee.toml),)
run: export BURGEE_MAIL := file:$(or $(BURGEE_DATA_DIR),./burgee-data)/mail
endif

run: build ## Build and start Burgee; prints the address and the one-time set-up link
	@$(BURGEE) serve $(ARGS)

build: ## Build the release binary, target/release/burgee
	@$(XTASK) setup build
	cargo build --release --locked

demo: build ## The same as run, with a filled example in a throw-away folder
	@$(BURGEE) demo $(ARGS)

test: ## Install what the tests need, start their servers, run all tests
	@$(XTASK) test -- $(ARGS)

servers: ## Keep the servers of the tests running, to use cargo test directly
	@$(XTASK) servers

check: ## Formatting and lints
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

fmt: ## Format the code
	cargo fmt --all

bench: ## Measure, beside the budgets; results in target/bench/results.json
	@$(XTASK) bench -- $(ARGS)

docs: ## Write docs/permissions.md and docs/api-coverage.md anew from the route table
	@$(XTASK) setup build
	BURGEE_BLESS=1 cargo test --locked --test it generated

clean: ## Delete what was built; burgee-data stays
	cargo clean
	rm -rf assets/node_modules
