# rsift: make builds build/rsift and build/librsift.so|.a; every target does the set-up it needs.
#   make            make demo       make test          make install PREFIX=/usr DESTDIR=...
#   make asan       make tsan       make fuzz FUZZ_SECONDS=300
#   make torture    make torture TORTURE="kills mutants" ROUNDS=0.1   (docs/reliability.md)
#   make uninstall  make format  make bench  make coverage  make golden-update  make clean
# JOBS=n limits parallel work; CTEST="-R unit" chooses tests of asan and tsan. tools/setup --help tells how to build without a network.
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 300
ROUNDS ?= 1

.PHONY: all setup demo test test-trainers format asan tsan fuzz torture bench coverage golden-update install uninstall clean
all: setup
	@tools/build release $(JOBS)

setup:
	@tools/setup

demo: all
	build/rsift demo

test: all
	@tools/setup test
	@tools/test-summary build $(JOBS)

# Loads each record format with the trainer's own code; environments of some gigabytes in .deps/trainers.
test-trainers: all
	@python3 tests/trainers/run.py $(TRAINERS)

format:
	@tools/format

asan: setup
	@tools/build asan $(JOBS)
	@tools/test-summary build-asan $(JOBS) $(CTEST)

tsan: setup
	@tools/build tsan $(JOBS)
	@tools/test-summary build-tsan $(JOBS) $(CTEST)

fuzz:
	@tools/setup fuzz
	@tools/build fuzz $(JOBS)
	@tools/fuzz build-fuzz $(FUZZ_SECONDS) $(FUZZ)

# Hours: faults, kills, damaged members and bombs. Not in CI; --write puts the figures into the document.
torture: all
	@tools/torture --rounds $(ROUNDS) $(TORTURE)

bench: all
	@sh bench/run.sh

# What the last run counted is forgotten first; a test that fails does not hide the table.
coverage: setup
	@tools/build coverage $(JOBS)
	@find build-coverage -name '*.gcda' -delete
	@tools/test-summary build-coverage $(JOBS); status=$$?; tools/coverage build-coverage && exit $$status

golden-update: all
	@RSIFT_BIN=$(CURDIR)/build/rsift RSIFT_SYNTH=$(CURDIR)/build/rsift-synth \
	 RSIFT_SOURCE_DIR=$(CURDIR) RSIFT_BUILD_DIR=$(CURDIR)/build sh tests/golden/run.sh --update

install: all
	@cmake --install build --prefix "$(PREFIX)"

uninstall:
	@tools/uninstall build "$(PREFIX)"

clean:
	rm -rf build build-asan build-tsan build-fuzz build-dev build-coverage
