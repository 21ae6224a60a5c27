# Everything that is done more than once. `make` lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

TEST := scripts/tool gotestsum --format standard-quiet --hide-summary skipped \
	--jsonfile .cache/test.json --post-run-command scripts/tally --
# What tests counted, shown at the end.
FIGURES := $(CURDIR)/.cache/figures
# How long each target of foreign files is fuzzed by make soak.
FUZZ_TIME := 10m
# The last resort against a test that hangs: go test says where.
TEST_FLAGS := -timeout 20m

VERSION := $(patsubst v%,%,$(shell git describe --tags --always --dirty 2>/dev/null || echo unversioned))
BUILD := CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.Version=$(VERSION)"
PLATFORMS := linux/amd64 linux/arm64 darwin/arm64

##@ Run

.PHONY: help
help: ## list what can be made
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## the demo, at http://127.0.0.1:8080
	go run ./cmd/foyer demo

.PHONY: dev
dev: ## the demo, built anew whenever a template or Go file changes
	scripts/tool templ generate --watch --cmd "go run ./cmd/foyer demo"

.PHONY: build
build: ## the program, static, as bin/foyer
	$(BUILD) -o bin/foyer ./cmd/foyer

.PHONY: dist
dist: ## release programs for each platform, with their checksums, in bin/dist
	rm -rf bin/dist && mkdir -p bin/dist
	set -e; for platform in $(PLATFORMS); do \
		export GOOS=$${platform%/*} GOARCH=$${platform#*/}; \
		$(BUILD) -o bin/dist/foyer-$(VERSION)-$$GOOS-$$GOARCH ./cmd/foyer; \
	done
	scripts/licences ./cmd/foyer > bin/dist/THIRD-PARTY.txt
	cp LICENSE NOTICE bin/dist/
	cd bin/dist && openssl dgst -sha256 -r * | sed 's/ \*/  /' > .sums && mv .sums SHA256SUMS && cat SHA256SUMS

# The health check is no part of the form that podman writes by itself.
IMAGE := $(shell command -v podman >/dev/null && echo podman build --format docker || echo docker build)

.PHONY: image
image: ## the container image foyer:VERSION (needs podman or docker)
	@command -v podman docker >/dev/null || { echo 'foyer: make image needs podman or docker; install one of them.' >&2; exit 1; }
	$(IMAGE) --file Containerfile --build-arg VERSION=$(VERSION) --tag foyer:$(VERSION) .

##@ Test

.PHONY: test
test: ready ## everything, on SQLite and on PostgreSQL, browser tests included
	rm -f $(FIGURES)
	FOYER_TEST_REQUIRE=1 FOYER_TEST_FIGURES=$(FIGURES) scripts/with-postgres $(TEST) $(TEST_FLAGS) ./...
	@sort -u $(FIGURES)

.PHONY: soak
soak: ready ## the counts that are too many for every day: each defence taken out once, long histories, every look
	rm -f $(FIGURES)
	FOYER_TEST_REQUIRE=1 FOYER_TEST_SOAK=1 FOYER_TEST_FIGURES=$(FIGURES) scripts/with-postgres \
		go test -count=1 -timeout 90m -run 'Sabotage|AfterAnyHistory|BeingKilled|BadLine|NoGap|Histories|EveryManipulation|TheTable|Long|Cross|WhileVersionsArrive|FullDisk|UnderLoad' \
		./internal/housetest ./internal/feature/project ./internal/feature/invoice ./internal/feature/contract ./internal/feature/support ./internal/feature/change ./internal/feature/calendar ./cmd/foyer
	FOYER_TEST_REQUIRE=1 FOYER_TEST_SOAK=1 go test -count=1 -timeout 30m ./internal/kernel/total
	FOYER_TEST_REQUIRE=1 FOYER_TEST_SOAK=1 go test -count=1 -timeout 30m ./internal/kernel/seal/...
	for fuzz in seal:FuzzVerify seal:FuzzSeal seal/keys:FuzzImport; do \
		go test -run '^$$' -fuzz "^$${fuzz#*:}$$" -fuzztime $(FUZZ_TIME) -fuzzminimizetime 20x ./internal/kernel/$${fuzz%:*} || exit 1; \
	done
	FOYER_TEST_REQUIRE=1 FOYER_TEST_SOAK=1 scripts/with-postgres go test -count=1 -timeout 90m ./e2e
	@sort -u $(FIGURES)

.PHONY: test-sqlite
test-sqlite: .cache ## everything on SQLite alone: quicker, and needs no PostgreSQL
	$(TEST) $(TEST_FLAGS) -skip '/^postgres$$' ./...

.PHONY: test-postgres
test-postgres: ready ## everything on PostgreSQL alone
	FOYER_TEST_REQUIRE=1 scripts/with-postgres $(TEST) $(TEST_FLAGS) -skip '/^sqlite$$' ./...

.PHONY: test-race
test-race: ready ## everything under the race detector (needs a C compiler)
	FOYER_TEST_REQUIRE=1 CGO_ENABLED=1 scripts/with-postgres $(TEST) -timeout 60m -race ./...

.PHONY: browser
browser: ready ## the browser tests alone
	FOYER_TEST_REQUIRE=1 scripts/with-postgres $(TEST) $(TEST_FLAGS) -count=1 ./e2e/...

.PHONY: crawl
crawl: ready ## every route, asked by everyone for everything; and the permission table
	FOYER_TEST_REQUIRE=1 scripts/with-postgres $(TEST) $(TEST_FLAGS) -count=1 ./internal/housetest/...

##@ Generate

.PHONY: generate
generate: templates assets docs ## everything that is made from other files

.PHONY: templates
templates: ## the Go code of the templates
	scripts/tool templ generate --log-level warn

.PHONY: assets
assets: node_modules ## stylesheet, script, fonts and icons (needs Node 20)
	cd web && npm run --silent icons && npm run --silent build

.PHONY: docs
docs: ## the pages of docs/ that are printed from code
	FOYER_TEST_REWRITE=1 go test -count=1 -run TestDocsFresh ./internal/housetest ./internal/kernel/config ./cmd/foyer

.PHONY: shots
shots: ## the pictures of README.md and docs/tour.md, from a demo that runs beside (SHOTS=-all for every page)
	go run -C tools ./shots -to $(CURDIR)/docs/pictures $(SHOTS)

##@ Check

.PHONY: check
check: ## what has to pass before a change is taken, in that order
	.ci/run

.PHONY: fmt
fmt: fmt-templates ## format Go and templates
	git ls-files -co --exclude-standard '*.go' ':!*_templ.go' | xargs gofmt -w

.PHONY: fmt-templates
fmt-templates:
	scripts/tool templ fmt -log-level error .

.PHONY: lint
lint: ## formatting, vet, linters, and whether generated files are fresh
	scripts/lint

.PHONY: vuln
vuln: ## known weaknesses of what we build on (asks a database on the network)
	scripts/tool govulncheck ./...

# What tests call upon besides Go. Says nothing when it is there.
.PHONY: ready
ready: .cache
	@scripts/need test
	@scripts/tool stripe-mock -version >/dev/null
	@scripts/tool toxiproxy -version >/dev/null
	@scripts/tool versitygw -version >/dev/null

.cache:
	@mkdir -p $@

# npm ci is left out when what is installed is what the lock file says.
.PHONY: node_modules
node_modules: web/node_modules/.package-lock.json

web/node_modules/.package-lock.json: web/package-lock.json web/package.json web/.npmrc
	@scripts/need web
	cd web && npm ci --no-audit --no-fund
	@touch $@
