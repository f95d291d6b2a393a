package io.supercloud.migration.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.HostId;
import io.supercloud.core.Owner;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.MoveState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MoveTest {
    private static final int ROUNDS = 20;

    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void aMoveTakesMemoryDiskAndPortToTheTarget() {
        long before = cluster.guest(TestCluster.EAST).counter();

        List<Class<?>> states = new ArrayList<>();
        MoveRecord moved = cluster.move(
                "m1",
                TestCluster.WEST,
                progress -> states.add(progress.move().state().getClass()));

        assertThat(states.stream().distinct())
                .containsExactly(
                        MoveState.Planned.class,
                        MoveState.Checked.class,
                        MoveState.Reserved.class,
                        MoveState.Warmed.class,
                        MoveState.Ready.class,
                        MoveState.Switched.class,
                        MoveState.Settled.class);
        assertThat(cluster.owner()).isEqualTo(new Owner(TestCluster.WEST, 2));
        cluster.requireSound(moved);
        assertThat(cluster.guest(TestCluster.WEST).counter()).isGreaterThan(before);
        assertThat(cluster.guest(TestCluster.WEST).boots()).isEqualTo(1);
    }

    @Test
    void aVmMovesToAndFroAsOftenAsItIsTold() {
        for (int round = 1; round <= ROUNDS; round++) {
            HostId target = round % 2 == 1 ? TestCluster.WEST : TestCluster.EAST;
            MoveRecord moved = cluster.move("m" + round, target);

            assertThat(moved.state()).isInstanceOf(MoveState.Settled.class);
            cluster.requireSound(moved);
        }
        assertThat(cluster.guest(cluster.owner().host()).boots()).isEqualTo(1);
    }
}
