package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.SupercloudException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Moves whose managers are killed for good, on a real deployment of two managers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ManagersTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);
    /** One session time-out, what the source's agent waits after it, and some seconds for the rest of the move. */
    private static final Duration ADOPTED_WITHIN = Duration.ofSeconds(32);

    private ChaosBed bed;
    /** Shells that start a manager again, stopped for now. */
    private final List<Long> stopped = new CopyOnWriteArrayList<>();

    @BeforeAll
    void start(@TempDir Path folder) {
        bed = new ChaosBed(folder, 2);
    }

    @AfterAll
    void end() {
        stopped.forEach(pid -> signal("CONT", pid));
        bed.close();
    }

    private static void signal(String name, long pid) {
        ChaosBed.run("kill", "-" + name, Long.toString(pid));
    }

    /** Kills a manager, or all of them, so that nothing starts it again. */
    private void killForGood(String manager) {
        List<ProcessFinder.Found> found = bed.inManagerNamespace().stream()
                .filter(process -> process.mentions("ManagerProcess")
                        && (manager.isEmpty() || process.words().getLast().equals(manager)))
                .toList();
        found.stream().filter(process -> !process.runs("java")).forEach(shell -> {
            stopped.add(shell.pid());
            signal("STOP", shell.pid());
        });
        found.stream().filter(process -> process.runs("java")).forEach(ProcessFinder.Found::kill);
    }

    private String leader() {
        return bed.ask(new ControlRequest.Status(), Answers.Status.class).leader();
    }

    /** Begins a move and returns when its memory streams. */
    private void beginMove(String account) {
        long before = bed.ask(new ControlRequest.FollowEvents(0, false), Long.class);
        try (EventTail events = new EventTail(bed.deployment().manager())) {
            Thread.ofVirtual().start(() -> {
                try {
                    bed.move(account, "its manager goes");
                } catch (SupercloudException managerGone) {
                    // The journal tells how the move ends.
                    return;
                }
            });
            events.awaitAfter(before, "move.ready", BOUND);
        }
    }

    private Answers.Move awaitEnd(int known) {
        return await("the move has ended")
                .atMost(BOUND)
                .pollInterval(POLL)
                .ignoreExceptionsInstanceOf(SupercloudException.class)
                .until(
                        () -> Arrays.stream(bed.moves()).skip(known).findFirst().orElseThrow(),
                        move -> !move.state().equals("under way"));
    }

    private boolean runsOnlyOn(String account) {
        return bed.qemus(account).size() == 1
                && bed.qemus(ChaosBed.other(account)).isEmpty()
                && bed.guest().ask("PING 1").equals("PONG 1");
    }

    @Test
    @Order(1)
    void anotherManagerGoesOnWithTheMovesOfTheLeader() {
        String boot = bed.guest().ask("BOOTID");
        String leader = leader();
        beginMove("birch");
        killForGood(leader);

        Answers.Move move = awaitEnd(0);

        assertThat(move.state()).as("%s", move.failure()).isEqualTo("settled");
        assertThat(leader()).isNotEqualTo(leader);
        await().atMost(BOUND).pollInterval(POLL).until(() -> runsOnlyOn("birch"));
        assertThat(bed.guest().ask("BOOTID")).isEqualTo(boot);
    }

    @Test
    @Order(2)
    void theAgentsEndAMoveWhoseManagersStayAway() {
        String boot = bed.guest().ask("BOOTID");
        beginMove("amber");
        killForGood("");

        long away = System.nanoTime();
        await("the guest goes on, and an agent has had the time to end its move")
                .atMost(BOUND)
                .pollInterval(POLL)
                .until(() -> System.nanoTime() - away > ADOPTED_WITHIN.toNanos() && runsOnlyOn("amber"));
        stopped.forEach(pid -> signal("CONT", pid));
        stopped.clear();

        Answers.Move move = awaitEnd(1);
        assertThat(move.state()).as("%s", move.failure()).isEqualTo("settled");
        assertThat(bed.guest().ask("BOOTID")).isEqualTo(boot);
        assertThat(drivers("move.settled")).isNotEmpty();
    }

    /** Who drove the moves that events of a kind tell of, in their order. */
    private List<String> drivers(String kind) {
        List<String> found = new ArrayList<>();
        bed.deployment().manager().stream(new ControlRequest.FollowEvents(0, false), line -> {}, message -> {
            if (message.path("event").path("kind").asString().equals(kind)) {
                found.add(message.path("event").path("details").path("driver").asString());
            }
        });
        return found;
    }
}
