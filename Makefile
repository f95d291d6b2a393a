# The two commands: make demo, make test. Each does all of its own set-up.
#   make demo ARGS="--json"       see ./supercloud demo --help for what ARGS may hold
#   make test
#   make simulate [SEEDS=n] [SEED=n]   moves under random faults, in the simulator
#   make bench [NAME=x] [DATA=folder]   lists the benchmarks, or runs one, on a folder of recorded markets
#   make chaos [CASES=STREAM/KILL_MANAGER] [SEED=2] [MINUTES=10] [FRESH=1]
#   make soak [MOVES=200] [MINUTES=10]
#   make host-loss
#   make images [NAME=kvm]     the images of hosts, by Packer
#   make nested                three hosts that are virtual machines, and a VM under nested KVM that moves among them
.PHONY: demo test simulate build bench chaos soak host-loss images nested setup format clean
.ONESHELL:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

ARGS ?=
NAME ?=
DATA ?=
CASES ?=
SEED ?=
MINUTES ?=
FRESH ?=
MOVES ?=
SEEDS ?= 2000

demo: build
	@exec ./supercloud demo $(ARGS)

build: setup
	@bin/build

setup:
	@bin/setup

test:
	@bin/setup test
	exec bin/test

simulate:
	@bin/setup test
	exec bin/simulate "$(SEEDS)" "$(SEED)"

bench: build
	@exec bin/bench "$(NAME)" $(if $(DATA),--data "$(DATA)") $(ARGS)

chaos: build
	@export CASES="$(CASES)" SEED="$(SEED)" MINUTES="$(MINUTES)" FRESH="$(FRESH)"
	exec bin/chaos

soak: build
	@bin/setup test
	export MOVES="$(MOVES)" MINUTES="$(MINUTES)"
	exec bin/soak

host-loss: build
	@exec bin/host-loss

images: build
	@bin/setup images
	exec blanket-images/build host-$(or $(NAME),kvm)

nested: images
	@bin/setup test
	exec bin/nested

format:
	@exec bin/mvn spotless:apply

clean:
	@rm -rf .work */target target
