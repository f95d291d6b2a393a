package io.supercloud.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.HostId;
import io.supercloud.core.VmId;
import io.supercloud.migration.EvacuationPlan.Departure;
import io.supercloud.migration.EvacuationPlan.Leaving;
import io.supercloud.migration.MoveManner.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EvacuationPlanTest {
    private static final HostId NORTH = new HostId("north");
    private static final HostId SOUTH = new HostId("south");
    private static final int MEMORY_MIB = 64;
    private static final long PLENTY_MIB = 100_000;
    private static final Map<HostId, Long> ROOM = Map.of(NORTH, PLENTY_MIB, SOUTH, PLENTY_MIB);

    private static MoveForecast taking(double seconds) {
        return new MoveForecast(seconds, 100, 1, 1, 0, true);
    }

    private static Leaving leaving(String vm, double toNorth, double toSouth) {
        return new Leaving(
                new VmId(vm), Kind.LIVE, MEMORY_MIB, Map.of(NORTH, taking(toNorth), SOUTH, taking(toSouth)), Set.of());
    }

    @Test
    void theQuickestLeaveFirstAndGoWhereTheyAreSoonest() {
        EvacuationPlan plan =
                EvacuationPlan.of(List.of(leaving("slow", 9, 20), leaving("quick", 8, 3)), ROOM, Optional.empty());
        assertThat(plan.departures())
                .extracting(departure -> departure.vm().value())
                .containsExactly("quick", "slow");
        assertThat(plan.departures()).extracting(Departure::target).containsExactly(SOUTH, NORTH);
    }

    @Test
    void asManyLeaveBesideEachOtherAsThereAreLanes() {
        List<Leaving> all = new ArrayList<>();
        for (int i = 0; i < 2 * EvacuationPlan.LANES; i++) {
            all.add(leaving("vm-" + i, 5, 5));
        }
        EvacuationPlan plan = EvacuationPlan.of(all, ROOM, Optional.of(Duration.ofSeconds(8)));
        assertThat(plan.departures().stream().filter(departure -> departure.awayAfterSeconds() == 5))
                .hasSize(EvacuationPlan.LANES);
        assertThat(plan.departures().stream().filter(departure -> departure.awayAfterSeconds() == 10))
                .hasSize(EvacuationPlan.LANES);
        assertThat(plan.departures().stream().filter(Departure::inTime)).hasSize(EvacuationPlan.LANES);
    }

    private static Leaving resting(String vm, Kind kind, double seconds) {
        return new Leaving(new VmId(vm), kind, MEMORY_MIB, Map.of(NORTH, taking(seconds)), Set.of());
    }

    @Test
    void whatRestsLeavesAfterWhatRunsAndNeedsNoMemoryWhereItIsStopped() {
        EvacuationPlan plan = EvacuationPlan.of(
                List.of(resting("stopped", Kind.COLD, 1), resting("asleep", Kind.SUSPENDED, 2), leaving("web", 9, 9)),
                Map.of(NORTH, MEMORY_MIB + MoveChecks.OVERHEAD_MIB),
                Optional.empty());
        assertThat(plan.departures())
                .extracting(departure -> departure.vm().value())
                .containsExactly("web", "stopped");
        assertThat(plan.homeless()).containsExactly(new VmId("asleep"));
    }

    @Test
    void vmsWithoutRoomElsewhereAreNamed() {
        EvacuationPlan plan = EvacuationPlan.of(
                List.of(leaving("a", 1, 1), leaving("b", 1, 1)),
                Map.of(NORTH, MEMORY_MIB + MoveChecks.OVERHEAD_MIB),
                Optional.empty());
        assertThat(plan.departures()).hasSize(1);
        assertThat(plan.homeless()).containsExactly(new VmId("b"));
    }

    private static Leaving copiedTo(HostId copy, double toNorth, double toSouth) {
        return new Leaving(
                new VmId("web"),
                Kind.LIVE,
                MEMORY_MIB,
                Map.of(NORTH, taking(toNorth), SOUTH, taking(toSouth)),
                Set.of(copy));
    }

    @Test
    void aVmGoesWhereACopyOfItsDiskIsThoughAnotherHostIsReachedSooner() {
        EvacuationPlan plan =
                EvacuationPlan.of(List.of(copiedTo(SOUTH, 3, 9)), ROOM, Optional.of(Duration.ofSeconds(20)));
        assertThat(plan.departures()).extracting(Departure::target).containsExactly(SOUTH);
    }

    @Test
    void aCopyThatIsNotReachedInTimeIsPassedBy() {
        EvacuationPlan plan =
                EvacuationPlan.of(List.of(copiedTo(SOUTH, 3, 30)), ROOM, Optional.of(Duration.ofSeconds(20)));
        assertThat(plan.departures()).extracting(Departure::target).containsExactly(NORTH);
        assertThat(plan.departures()).allMatch(Departure::inTime);
    }

    @Test
    void noHostIsFilledBeyondItsRoomAndNoVmIsLeftOut() {
        for (long seed = 0; seed < 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Leaving> all = new ArrayList<>();
            for (int i = random.nextInt(30); i > 0; i--) {
                all.add(new Leaving(
                        new VmId("vm-" + i),
                        Kind.LIVE,
                        random.nextInt(32, 2048),
                        Map.of(NORTH, taking(random.nextInt(1, 60)), SOUTH, taking(random.nextInt(1, 60))),
                        Set.of()));
            }
            Map<HostId, Long> room = Map.of(NORTH, random.nextLong(9_000), SOUTH, random.nextLong(9_000));
            EvacuationPlan plan = EvacuationPlan.of(all, room, Optional.empty());

            assertThat(plan.departures().size() + plan.homeless().size())
                    .as("seed %d", seed)
                    .isEqualTo(all.size());
            Map<HostId, Long> used = new HashMap<>();
            for (Departure departure : plan.departures()) {
                int memory = all.stream()
                        .filter(one -> one.vm().equals(departure.vm()))
                        .findFirst()
                        .orElseThrow()
                        .memoryMiB();
                used.merge(departure.target(), (long) memory + MoveChecks.OVERHEAD_MIB, Long::sum);
            }
            used.forEach((host, mebibytes) -> assertThat(mebibytes).isLessThanOrEqualTo(room.get(host)));
        }
    }
}
