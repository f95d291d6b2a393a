package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.migration.MoveState.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A part of the matrix of faults on a real deployment, by a fixed seed; {@code make chaos} runs all of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChaosTest {
    private static final long SEED = 1;
    private static final int SAMPLED = 9;
    /** A step or a fault that is added changes this number, and is so noticed to be met by the other. */
    private static final int CASES = 160;

    private ChaosBed bed;
    private ChaosTrial trial;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        bed = new ChaosBed(folder);
        trial = new ChaosTrial(bed, SEED, false);
    }

    @AfterAll
    void end() {
        bed.close();
    }

    @Test
    void everyStepMeetsEveryFault() {
        assertThat(Step.values().length * Fault.values().length).isEqualTo(CASES);
        assertThat(new HashSet<>(ChaosCase.shuffled(SEED))).hasSize(CASES);
        assertThat(ChaosCase.named("STREAM/KILL_MANAGER", SEED))
                .containsExactly(new ChaosCase(Step.STREAM, Fault.KILL_MANAGER));
    }

    /** Every kill while memory streams, and some of the others. */
    static List<ChaosCase> sample() {
        return Stream.concat(
                        Arrays.stream(Fault.values())
                                .filter(fault -> fault.kind() == Fault.Kind.KILL)
                                .map(fault -> new ChaosCase(Step.STREAM, fault)),
                        ChaosCase.shuffled(SEED).stream()
                                .filter(chaos -> chaos.fault().kind() != Fault.Kind.KILL))
                .limit(SAMPLED)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("sample")
    void aMoveEndsOrIsUndoneWithOneWholeVmAndNothingLeft(ChaosCase chaos) {
        assertThat(trial.run(chaos)).isNotEmpty();
    }

    @Test
    @Order(1)
    void aPostCopyWhoseWayBreaksGoesOnWhenItIsWholeAgain() {
        assertThat(trial.runPostCopy(Fault.CUT_SOURCE_TARGET)).isTrue();
    }

    @Test
    @Order(2)
    void aGuestWhoseSourceLosesTheRestOfItsMemoryIsBootedFromItsWholeDisk() {
        assertThat(trial.runPostCopy(Fault.KILL_SOURCE_QEMU)).isFalse();
    }
}
