# The two commands: make demo, make test. Each does all of its own set-up.
#   make demo ARGS="--json"       see ./supercloud demo --help for what ARGS may hold
#   make test
#   make bench [NAME=x]           lists the benchmarks, or runs one
.PHONY: demo test build bench setup format clean
.ONESHELL:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

ARGS ?=
NAME ?=

demo: build
	@exec ./supercloud demo $(ARGS)

build: setup
	@bin/build

setup:
	@bin/setup

test:
	@bin/setup test
	exec bin/test

bench: build
	@exec bin/bench "$(NAME)" $(ARGS)

format:
	@exec bin/mvn spotless:apply

clean:
	@rm -rf .work */target target
