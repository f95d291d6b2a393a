package io.supercloud.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.Ipv4;
import io.supercloud.migration.HostCall.Armed;
import io.supercloud.migration.HostCall.SwitchTimes;
import io.supercloud.migration.MoveState.Checked;
import io.supercloud.migration.MoveState.Failed;
import io.supercloud.migration.MoveState.Planned;
import io.supercloud.migration.MoveState.Ready;
import io.supercloud.migration.MoveState.Reserved;
import io.supercloud.migration.MoveState.Settled;
import io.supercloud.migration.MoveState.Step;
import io.supercloud.migration.MoveState.Switched;
import io.supercloud.migration.MoveState.Undoing;
import io.supercloud.migration.MoveState.Warmed;
import io.supercloud.migration.hypervisor.StreamShape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MoveStateTest {
    private static final SwitchTimes TIMES = new SwitchTimes(1, 2, 3, 4, 5, 6, 7, 8);
    private static final List<MoveState> ALL = List.of(
            new Planned(),
            new Checked(),
            new Reserved(),
            new Warmed(4096),
            new Ready(4096, new Armed(Ipv4.parse("10.0.0.1"), 4444, StreamShape.SINGLE)),
            new Switched(TIMES, 1 << 20, StreamFigures.NONE),
            new Settled(new MoveReport(TIMES, 5000, 1 << 20, 4096, StreamFigures.NONE)),
            new Undoing(Step.WARM, "the disk is full"),
            new Failed(Step.WARM, "the disk is full"));

    private static final Map<Class<?>, Set<Class<?>>> ALLOWED = Map.of(
            Planned.class, Set.of(Checked.class, Undoing.class),
            Checked.class, Set.of(Reserved.class, Undoing.class),
            Reserved.class, Set.of(Warmed.class, Undoing.class),
            Warmed.class, Set.of(Ready.class, Undoing.class),
            Ready.class, Set.of(Switched.class, Undoing.class),
            Switched.class, Set.of(Settled.class),
            Undoing.class, Set.of(Failed.class, Switched.class),
            Settled.class, Set.of(),
            Failed.class, Set.of());

    @Test
    void everyStateIsTested() {
        assertThat(ALL.stream().map(Object::getClass))
                .containsExactlyInAnyOrder(MoveState.class.getPermittedSubclasses())
                .containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
    }

    @Test
    void onlyTheListedTransitionsAreAllowed() {
        for (MoveState from : ALL) {
            for (MoveState to : ALL) {
                assertThat(from.mayBecome(to))
                        .as("%s to %s", from, to)
                        .isEqualTo(ALLOWED.get(from.getClass()).contains(to.getClass()));
            }
        }
    }

    @Test
    void afterTheOwnerChangeThereIsNoWayBack() {
        assertThat(new Switched(TIMES, 0, StreamFigures.NONE).mayBecome(new Undoing(Step.SETTLE, "x")))
                .isFalse();
    }

    @Test
    void onlyAnEndIsAnEnd() {
        assertThat(ALL.stream().filter(MoveState::ended).map(Object::getClass))
                .containsExactly(Settled.class, Failed.class);
    }

    @Test
    void aFailureKeepsTheStepThatFailed() {
        assertThat(ALL.stream().map(MoveState::step))
                .containsExactly(
                        Step.CHECK,
                        Step.RESERVE,
                        Step.WARM,
                        Step.ARM,
                        Step.STREAM,
                        Step.SETTLE,
                        Step.SETTLE,
                        Step.WARM,
                        Step.WARM);
    }

    @Test
    void everyStateSurvivesTheJournal() {
        for (MoveState state : ALL) {
            assertThat(Json.read("a test", Json.write(state), MoveState.class)).isEqualTo(state);
        }
    }

    @Test
    void aStateOfALaterVersionIsRefused() {
        for (MoveState state : ALL) {
            String json = Json.text(state);
            byte[] more = (json.substring(0, json.length() - 1) + ",\"added\":1}").getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> Json.read("/moves/m1", more, MoveState.class))
                    .as(json)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("/moves/m1");
        }
        assertThatThrownBy(() -> Json.read(
                        "/moves/m1", "{\"state\":\"flown\"}".getBytes(StandardCharsets.UTF_8), MoveState.class))
                .isInstanceOf(MigrationException.class);
    }
}
