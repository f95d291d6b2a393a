package io.supercloud.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.migration.HostCall.SwitchTimes;
import io.supercloud.migration.Timeline.Span;
import io.supercloud.migration.hypervisor.StreamShape;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final Instant BEGIN = Instant.ofEpochSecond(1_000);

    private static MoveRecord settled() {
        SwitchTimes times = new SwitchTimes(2_000, 5, 20, 30, 8, 25, 70, 3);
        MoveRecord move = MoveRecord.planned(Samples.order("m1"), "a test", BEGIN);
        List<MoveState> states = List.of(
                new MoveState.Checked(),
                new MoveState.Reserved(),
                new MoveState.Warmed(0),
                new MoveState.Ready(0, null),
                new MoveState.Switched(times, 1, StreamFigures.NONE),
                new MoveState.Settled(new MoveReport(times, 3_500, 1, 1, StreamFigures.NONE)));
        int second = 1;
        for (MoveState state : states) {
            move = move.entering(state, BEGIN.plusSeconds(second++));
        }
        return move;
    }

    @Test
    void stepsFollowOneAnotherWithoutGaps() {
        List<Span> steps = Timeline.of(settled()).spans().stream()
                .filter(span -> span.lane().equals("move"))
                .toList();
        assertThat(steps).hasSize(6);
        for (int i = 0; i < steps.size(); i++) {
            assertThat(steps.get(i).startMillis()).isEqualTo(i * 1_000.0);
            assertThat(steps.get(i).millis()).isEqualTo(1_000.0);
        }
        assertThat(steps.getLast().name()).isEqualTo("8 settle");
    }

    @Test
    void framesThatTheGuestMissedAreTold() {
        assertThat(Timeline.of(settled()).lostFrames()).contains(3L);
        MoveRecord unknown = settled()
                .entering(new MoveState.Switched(SwitchTimes.UNKNOWN, 0, StreamFigures.NONE), BEGIN.plusSeconds(9));
        assertThat(Timeline.of(unknown).lostFrames()).isEmpty();
    }

    @Test
    void thePhasesOfTheSwitchLieWithinTheGuestsPause() {
        List<Span> spans = Timeline.of(settled()).spans();
        Span pause = spans.stream()
                .filter(span -> span.name().equals("guest stopped"))
                .findFirst()
                .orElseThrow();
        assertThat(pause.startMillis()).isEqualTo(4_000 + 2_000.0);
        assertThat(spans.stream().filter(span -> span.lane().matches("switch|disk")))
                .hasSize(5)
                .allSatisfy(span -> {
                    assertThat(span.startMillis()).isGreaterThanOrEqualTo(pause.startMillis());
                    assertThat(span.startMillis() + span.millis())
                            .isLessThanOrEqualTo(pause.startMillis() + pause.millis());
                });
    }

    @Test
    void theFiguresOfTheMemoryAreToldWhenItHasTravelled() {
        StreamFigures stream = new StreamFigures(StreamShape.compressed(2), 300, 900, 1_000, 4_096, 3, 8_192, 0, 0);
        MoveRecord move = MoveRecord.planned(Samples.order("m1"), "a test", BEGIN)
                .entering(new MoveState.Switched(SwitchTimes.UNKNOWN, 300 * 1_024, stream), BEGIN);
        assertThat(Timeline.of(move).memory())
                .contains(new Timeline.Memory(300 * 1_024, 300, 900, 200, 4_096, 0.25, true, 2, 3, 8_192, 0, 0));
        assertThat(Timeline.of(settled()).memory()).as("nothing is known").isEmpty();
    }

    @Test
    void aMoveUnderWayHasTheStepsThatAreOver() {
        MoveRecord move = MoveRecord.planned(Samples.order("m1"), "a test", BEGIN)
                .entering(new MoveState.Checked(), BEGIN.plusMillis(40));
        Timeline timeline = Timeline.of(move);
        assertThat(timeline.spans()).containsExactly(new Span("1 check", "move", 0, 40));
        assertThat(timeline.report()).isEmpty();
    }
}
