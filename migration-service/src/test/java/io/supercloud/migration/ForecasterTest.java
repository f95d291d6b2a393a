package io.supercloud.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.supercloud.migration.HostCall.SwitchTimes;
import io.supercloud.migration.HostCall.VmLoad;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ForecasterTest {
    private static final VmLoad IDLE = new VmLoad(100_000_000, 0, 0, 1);
    private static final Links.Link LINK = new Links.Link(50_000_000, 20, 0.02);

    private static MoveForecast fresh(VmLoad load, Links.Link link) {
        return new Forecaster(List.of())
                .forecast(Samples.VM, Samples.WEST, load, link, MoveManner.LIVE, Forecaster.Ends.UNKNOWN);
    }

    @Test
    void anIdleGuestTakesItsMemoryByTheBandwidth() {
        MoveForecast forecast = fresh(IDLE, LINK);
        assertThat(forecast.memoryBytes()).isEqualTo(100_000_000);
        assertThat(forecast.seconds()).isCloseTo(1 + 20 * 0.02 + 2, within(0.01));
        assertThat(forecast.dollars()).isCloseTo(0.1 * 0.02, within(1e-9));
        assertThat(forecast.converges()).isTrue();
    }

    @Test
    void aGuestThatWritesHalfAsFastAsTheLinkSendsTwiceItsMemory() {
        assertThat(fresh(new VmLoad(100_000_000, 25_000_000, 0, 1), LINK).memoryBytes())
                .isEqualTo(200_000_000);
    }

    @Test
    void aGuestThatWritesFasterThanTheLinkDoesNotConverge() {
        assertThat(fresh(new VmLoad(100_000_000, 50_000_000, 0, 1), LINK).converges())
                .isFalse();
    }

    @Test
    void aLongerWayMeansALongerPause() {
        double near = fresh(IDLE, new Links.Link(50_000_000, 0, 0)).downtimeMillis();
        assertThat(fresh(IDLE, LINK).downtimeMillis()).isGreaterThan(near + LINK.rttMillis());
    }

    @Test
    void forecastsComeToWhatIsMeasured() {
        List<MoveRecord> past = new ArrayList<>();
        SwitchTimes times = new SwitchTimes(4_000, 1, 1, 1, 1, 1, 333, 0);
        MoveReport measured = new MoveReport(times, 9_000, 60_000_000, 5_000_000, StreamFigures.NONE);
        VmLoad load = new VmLoad(100_000_000, 0, 40_000_000, 1);
        for (int i = 0; i < 12; i++) {
            MoveForecast forecast = new Forecaster(past)
                    .forecast(Samples.VM, Samples.WEST, load, LINK, MoveManner.LIVE, Forecaster.Ends.UNKNOWN);
            past.add(new MoveRecord(
                    Samples.order("m" + i),
                    "a test",
                    Instant.ofEpochSecond(i),
                    Optional.of(forecast),
                    false,
                    List.of(),
                    new MoveState.Settled(measured)));
        }
        MoveForecast learned = new Forecaster(past)
                .forecast(Samples.VM, Samples.WEST, load, LINK, MoveManner.LIVE, Forecaster.Ends.UNKNOWN);
        assertThat(learned.seconds()).isCloseTo(9, within(0.2));
        assertThat(learned.downtimeMillis()).isCloseTo(333, within(5.0));
        assertThat(learned.memoryBytes()).isCloseTo(60_000_000, within(1_000_000L));
        assertThat(learned.diskBytes()).isCloseTo(5_000_000, within(200_000L));
    }

    @Test
    void compressionShortensTheForecastAndItsRealShareIsLearned() {
        Links.Link slow = new Links.Link(5_000_000, 20, 0);
        VmLoad load = new VmLoad(100_000_000, 0, 0, 0.5);
        StreamKinds able = new StreamKinds(2, 1, true);
        Forecaster.Ends ends = new Forecaster.Ends(able, able);
        MoveForecast first =
                new Forecaster(List.of()).forecast(Samples.VM, Samples.WEST, load, slow, MoveManner.LIVE, ends);
        assertThat(first.stream().compressed()).isTrue();
        assertThat(first.memoryBytes()).isEqualTo(50_000_000);
        assertThat(first.seconds()).isCloseTo(1 + 20 * 0.02 + 10, within(0.01));

        StreamFigures stream = new StreamFigures(first.stream(), 25_000, 0, 25_000, 4_000, 1, 0, 0, 0);
        List<MoveRecord> past = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            past.add(new MoveRecord(
                    Samples.order("m" + i),
                    "a test",
                    Instant.ofEpochSecond(i),
                    Optional.of(
                            new Forecaster(past).forecast(Samples.VM, Samples.WEST, load, slow, MoveManner.LIVE, ends)),
                    false,
                    List.of(),
                    new MoveState.Settled(new MoveReport(SwitchTimes.UNKNOWN, 6_000, 20_000_000, 0, stream))));
        }
        MoveForecast learned =
                new Forecaster(past).forecast(Samples.VM, Samples.WEST, load, slow, MoveManner.LIVE, ends);
        assertThat(learned.sentShare()).isCloseTo(0.2, within(0.02));
        assertThat(learned.memoryBytes()).isCloseTo(20_000_000, within(2_000_000L));
        assertThat(learned.seconds()).isCloseTo(6, within(0.5));
    }

    @Test
    void aVmThatRestsHasNoDowntimeAndLearnsFromItsKindAlone() {
        MoveManner suspended = MoveManner.LIVE.of(MoveManner.Kind.SUSPENDED);
        SwitchTimes times = new SwitchTimes(4_000, 1, 1, 1, 1, 1, 333, 0);
        MoveRecord live = new MoveRecord(
                Samples.order("m"),
                "a test",
                Instant.EPOCH,
                Optional.of(fresh(IDLE, LINK)),
                false,
                List.of(),
                new MoveState.Settled(new MoveReport(times, 90_000, 5, 0, StreamFigures.NONE)));
        MoveForecast forecast = new Forecaster(List.of(live))
                .forecast(Samples.VM, Samples.WEST, IDLE, LINK, suspended, Forecaster.Ends.UNKNOWN);
        assertThat(forecast.downtimeMillis()).isZero();
        assertThat(forecast.memoryBytes()).isEqualTo(100_000_000);
        assertThat(forecast.seconds()).isEqualTo(fresh(IDLE, LINK).seconds());
    }

    @Test
    void movesThatFailedTeachNothing() {
        MoveRecord failed = new MoveRecord(
                Samples.order("m"),
                "a test",
                Instant.EPOCH,
                Optional.of(fresh(IDLE, LINK)),
                false,
                List.of(),
                new MoveState.Failed(MoveState.Step.STREAM, "x"));
        assertThat(new Forecaster(List.of(failed))
                        .forecast(Samples.VM, Samples.WEST, IDLE, LINK, MoveManner.LIVE, Forecaster.Ends.UNKNOWN))
                .isEqualTo(fresh(IDLE, LINK));
    }
}
