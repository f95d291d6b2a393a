package io.supercloud.migration.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Moves under random faults, as many side by side as there are cores, which know nothing of each other; {@code -Dseeds=n} runs so many, {@code -Dseed=n} the one of that number. */
class SimulationTest {
    private static final int SEEDS = 2_000;
    private static final int MOST_TOLD = 3;

    @Test
    void movesEndWithOneCopyThatLostNothingWhateverFails() {
        Long one = Long.getLong("seed");
        long first = one == null ? 1 : one;
        long last = one == null ? Integer.getInteger("seeds", SEEDS) : one;
        List<Simulation.Outcome> broken = LongStream.rangeClosed(first, last)
                .parallel()
                .mapToObj(seed -> Simulation.run(seed, Mutant.NONE))
                .filter(outcome -> !outcome.sound())
                .limit(MOST_TOLD)
                .toList();
        assertThat(broken)
                .as(() -> broken.stream().map(Simulation.Outcome::report).collect(Collectors.joining("\n\n")))
                .isEmpty();
    }

    @Test
    void aSeedTakesTheSameWayTwice() {
        Simulation.Outcome once = Simulation.run(7, Mutant.NONE);
        Simulation.Outcome again = Simulation.run(7, Mutant.NONE);

        assertThat(again.trace()).isEqualTo(once.trace());
        assertThat(again.hash()).isEqualTo(once.hash());
    }
}
