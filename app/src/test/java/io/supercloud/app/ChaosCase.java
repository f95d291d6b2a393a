package io.supercloud.app;

import io.supercloud.migration.MoveState.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** One fault at one step of a move. */
record ChaosCase(Step step, Fault fault) {
    private static final int SHORTEST_MILLIS = 3_000;
    private static final int LONGEST_MILLIS = 10_000;

    /** Every step meets every fault. */
    static List<ChaosCase> all() {
        return Arrays.stream(Step.values())
                .flatMap(step -> Arrays.stream(Fault.values()).map(fault -> new ChaosCase(step, fault)))
                .toList();
    }

    /** All of them, in an order that is {@code seed}'s. */
    static List<ChaosCase> shuffled(long seed) {
        List<ChaosCase> cases = new ArrayList<>(all());
        Collections.shuffle(cases, new Random(seed));
        return cases;
    }

    /** Those that a comma-separated list of {@code STEP/FAULT}, {@code STEP} and {@code FAULT} names; all where it is empty. */
    static List<ChaosCase> named(String list, long seed) {
        List<String> names =
                Stream.of(list.split("[,\\s]+")).filter(name -> !name.isEmpty()).toList();
        names.stream()
                .filter(name -> all().stream().noneMatch(known -> known.is(name)))
                .findFirst()
                .ifPresent(unknown -> {
                    throw new IllegalArgumentException(
                            "no case is named '%s'; cases are STEP/FAULT, STEP or FAULT, such as STREAM/KILL_MANAGER, of the steps %s and the faults %s"
                                    .formatted(unknown, List.of(Step.values()), List.of(Fault.values())));
                });
        return shuffled(seed).stream()
                .filter(known -> names.isEmpty() || names.stream().anyMatch(known::is))
                .toList();
    }

    private boolean is(String name) {
        return name.equals(toString()) || name.equals(step.name()) || name.equals(fault.name());
    }

    /** How long after the step's begin the fault comes. */
    Duration delay(long seed) {
        int mostMillis = switch (step) {
            case CHECK, SWITCH, RESUME -> 10;
            case WARM -> 20;
            case RESERVE, ARM, SETTLE -> 60;
            case STREAM -> 1_500;
        };
        return Duration.ofMillis(random(seed).nextInt(mostMillis + 1));
    }

    /** How long it lasts, where it is one that is mended. */
    Duration hold(long seed) {
        Random random = random(seed + 1);
        return Duration.ofMillis(SHORTEST_MILLIS + random.nextInt(LONGEST_MILLIS - SHORTEST_MILLIS));
    }

    private Random random(long seed) {
        return new Random(seed * all().size() + all().indexOf(this));
    }

    /** Whether the process that the guest runs in may have been the one that was killed. */
    boolean mayRestartTheGuest() {
        return fault == Fault.KILL_SOURCE_QEMU && step.compareTo(Step.SWITCH) <= 0
                || fault == Fault.KILL_TARGET_QEMU && step.compareTo(Step.SWITCH) >= 0;
    }

    @Override
    public String toString() {
        return step + "/" + fault;
    }
}
