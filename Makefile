.PHONY: compile
export JAVA_HOME := $(shell bin/jdk)
compile:
	mvn -q -DskipTests package
