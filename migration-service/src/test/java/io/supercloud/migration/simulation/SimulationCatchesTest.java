package io.supercloud.migration.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulator sees when a part that moves rest on is taken away. */
class SimulationCatchesTest {
    private static final long SEEDS = 2_000;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPartThatIsMissingIsNoticed(Mutant mutant) {
        Optional<Simulation.Outcome> caught = LongStream.rangeClosed(1, SEEDS)
                .parallel()
                .mapToObj(seed -> Simulation.run(seed, mutant))
                .filter(outcome -> !outcome.sound())
                .findFirst();

        assertThat(caught).as("%s is caught within %d seeds", mutant, SEEDS).isPresent();
        assertThat(Simulation.run(caught.get().seed(), Mutant.NONE).problems())
                .as("what %s breaks is whole with it", mutant)
                .isEmpty();
    }
}
