package io.supercloud.migration.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulator sees when a part that moves rest on is taken away. */
class SimulationCatchesTest {
    private static final long SEEDS = 2_000;
    /** So many at a time: of all at once, the second half would be run for nothing. */
    private static final long TOGETHER = 8;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPartThatIsMissingIsNoticed(Mutant mutant) {
        Optional<Simulation.Outcome> caught = LongStream.range(0, SEEDS / TOGETHER)
                .mapToObj(some -> firstCaught(some * TOGETHER + 1, mutant))
                .flatMap(Optional::stream)
                .findFirst();

        assertThat(caught).as("%s is caught within %d seeds", mutant, SEEDS).isPresent();
        assertThat(Simulation.run(caught.get().seed(), Mutant.NONE).problems())
                .as("what %s breaks is whole with it", mutant)
                .isEmpty();
    }

    private static Optional<Simulation.Outcome> firstCaught(long firstSeed, Mutant mutant) {
        return LongStream.range(firstSeed, firstSeed + TOGETHER)
                .parallel()
                .mapToObj(seed -> Simulation.run(seed, mutant))
                .filter(outcome -> !outcome.sound())
                .findFirst();
    }
}
