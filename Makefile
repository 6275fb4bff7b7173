# What people and CI type. Each target stands on its own on a Debian 12 with Swift 6.2 or newer.
PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: build kit test demo demo-clean bench check fix install clean

build:
	@.ci/setup build
	swift build -c release --static-swift-stdlib --product linkspan
	@echo "built $$(swift build -c release --static-swift-stdlib --show-bin-path)/linkspan"

kit:
	@.ci/setup build
	swift build -c release --static-swift-stdlib --product linkspan-conformance
	@echo "built $$(swift build -c release --static-swift-stdlib --show-bin-path)/linkspan-conformance"

test:
	@.ci/setup test
	@.ci/test

demo:
	@.ci/setup demo
	@Tests/Demo/run

demo-clean:
	@Tests/Demo/clean

bench: build
	swift build -c release --product bench
	@"$$(swift build -c release --show-bin-path)/bench" \
	  --linkspan "$$(swift build -c release --static-swift-stdlib --show-bin-path)/linkspan" $(BENCH)

check:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

fix:
	swift format --in-place --recursive --parallel Package.swift Sources Tests
	UPDATE_FIXTURES=1 swift test --filter 'PlanTests|NginxConfigurationTests|PromiseTests|SettingsGuideTests|ReadmeTests'

install: build
	install -D -s -m 755 "$$(swift build -c release --static-swift-stdlib --show-bin-path)/linkspan" "$(DESTDIR)$(PREFIX)/bin/linkspan"

clean:
	rm -rf .build
