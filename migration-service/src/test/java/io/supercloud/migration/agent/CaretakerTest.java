package io.supercloud.migration.agent;

import static io.supercloud.migration.agent.TestCluster.EAST;
import static io.supercloud.migration.agent.TestCluster.VM;
import static io.supercloud.migration.agent.TestCluster.WEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.Event;
import io.supercloud.core.MoveId;
import io.supercloud.migration.MoveDriver;
import io.supercloud.migration.MoveJournal;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.MoveState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
@Timeout(90)
class CaretakerTest {
    private static final Duration LIMIT = Caretaker.SOURCE_LIMIT.plusSeconds(20);

    @Test
    void theSourcesAgentEndsAMoveWhoseManagerStaysAway(@TempDir Path folder) {
        try (TestCluster cluster = new TestCluster(folder)) {
            List<Event> told = new CopyOnWriteArrayList<>();
            cluster.events.follow(0, numbered -> told.add(numbered.event()));
            MoveId move = new MoveId("m-1");
            moveUntilItsManagerDies(cluster, move);

            MoveRecord ended = await().dontCatchUncaughtExceptions()
                    .atMost(LIMIT)
                    .until(
                            () -> new MoveJournal(cluster.registry).find(move).orElseThrow(),
                            found -> found.state().ended());

            assertThat(ended.state()).isInstanceOf(MoveState.Settled.class);
            cluster.requireSound(ended);
            assertThat(drivers(told, "move.adopted")).containsExactly(EAST.value());
            assertThat(drivers(told, "move.settled")).containsExactly(EAST.value());
        }
    }

    /** It dies when all is ready for the stream. */
    private static void moveUntilItsManagerDies(TestCluster cluster, MoveId move) {
        MoveDriver driver = cluster.driver(progress -> {
            if (progress.move().state() instanceof MoveState.Ready) {
                cluster.restartManager();
            }
        });
        try {
            driver.move(move, VM, WEST, "a test");
        } catch (Life.Over killed) {
            return;
        }
        throw new AssertionError("the manager has lived until the end of its move");
    }

    private static List<String> drivers(List<Event> told, String kind) {
        return told.stream()
                .filter(event -> event.kind().equals(kind))
                .map(event -> event.details().get("driver"))
                .toList();
    }
}
