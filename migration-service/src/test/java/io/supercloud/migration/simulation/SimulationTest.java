package io.supercloud.migration.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Moves under random faults; {@code -Dseeds=n} runs so many, {@code -Dseed=n} the one of that number. */
class SimulationTest {
    private static final int SEEDS = 2_000;
    private static final int MOST_TOLD = 3;

    @Test
    void movesEndWithOneCopyThatLostNothingWhateverFails() {
        Long one = Long.getLong("seed");
        List<Simulation.Outcome> broken = new ArrayList<>();
        long first = one == null ? 1 : one;
        long last = one == null ? Integer.getInteger("seeds", SEEDS) : one;
        for (long seed = first; seed <= last && broken.size() < MOST_TOLD; seed++) {
            Simulation.Outcome outcome = Simulation.run(seed, Mutant.NONE);
            if (!outcome.sound()) {
                broken.add(outcome);
            }
        }
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
