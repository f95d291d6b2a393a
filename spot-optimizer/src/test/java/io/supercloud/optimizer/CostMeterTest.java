package io.supercloud.optimizer;

import static io.supercloud.optimizer.Market.A;
import static io.supercloud.optimizer.Market.B;
import static io.supercloud.optimizer.Market.hour;
import static io.supercloud.optimizer.Market.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.InvalidValueException;
import io.supercloud.optimizer.CostMeter.Charge;
import io.supercloud.optimizer.CostMeter.Report;
import io.supercloud.optimizer.CostMeter.Residence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CostMeterTest {
    private static final Offset<Double> NEARLY = Offset.offset(1e-9);

    /** A costs 1, then 4 from hour 2, then 2 from hour 4; B costs 3, then 0.5 from hour 2. */
    private static final PriceTrace TRACE =
            Market.trace(row(A, 0, 1), row(A, 2, 4), row(A, 4, 2), row(B, 0, 3), row(B, 2, 0.5));

    @Test
    void rentFollowsEveryChangeOfPrice() {
        assertThat(CostMeter.rentDollars(TRACE, A, hour(0), hour(6))).isCloseTo(2 + 8 + 4, NEARLY);
        assertThat(CostMeter.rentDollars(TRACE, A, hour(1), hour(3))).isCloseTo(1 + 4, NEARLY);
        assertThat(CostMeter.rentDollars(TRACE, A, hour(2), hour(4))).isCloseTo(8, NEARLY);
        assertThat(CostMeter.rentDollars(TRACE, A, hour(5), hour(5))).isZero();
    }

    @Test
    void aMoveIsPaidTwiceWhileBothPlacesAreHeld() {
        Report report = CostMeter.measure(
                TRACE,
                List.of(new Residence(A, hour(0), hour(3)), new Residence(B, hour(2.5), hour(6))),
                List.of(new Charge(hour(3), 0.25)),
                5);
        assertThat(report.spentDollars()).isCloseTo(2 + 4 + 3.5 * 0.5 + 0.25, NEARLY);
        assertThat(report.doubleRunningDollars()).isCloseTo(0.25, NEARLY);
        assertThat(report.chargesDollars()).isCloseTo(0.25, NEARLY);
        assertThat(report.stayPutDollars()).isCloseTo(14, NEARLY);
        assertThat(report.onDemandDollars()).isCloseTo(30, NEARLY);
        assertThat(report.savedDollars()).isCloseTo(6, NEARLY);
    }

    @Test
    void stayingPutSavesNothing() {
        Report report = CostMeter.measure(TRACE, List.of(new Residence(A, hour(1), hour(5))), List.of(), 5);
        assertThat(report.savedDollars()).isZero();
        assertThat(report.doubleRunningDollars()).isZero();
    }

    @Test
    void aTimeWithoutPriceIsRefused() {
        assertThatThrownBy(() -> CostMeter.rentDollars(TRACE, A, hour(-1), hour(1)))
                .isInstanceOf(OptimizerException.class)
                .hasMessageContaining("test trace has no price of aws/east/a/m1.large");
        assertThatThrownBy(() -> CostMeter.measure(TRACE, List.of(), List.of(), 5))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> new Residence(A, hour(2), hour(1))).isInstanceOf(InvalidValueException.class);
    }

    @Test
    void thePartsOfATimeCostWhatTheWholeCosts() {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<PriceTrace.Row> rows = new ArrayList<>();
            rows.add(row(A, 0, random.nextDouble(0.01, 10)));
            for (int i = random.nextInt(40); i > 0; i--) {
                rows.add(row(A, random.nextInt(0, 100) / 10.0, random.nextDouble(0.01, 10)));
            }
            PriceTrace trace = Market.trace(rows.toArray(PriceTrace.Row[]::new));
            List<Instant> cuts = new ArrayList<>(List.of(hour(0), hour(12)));
            for (int i = random.nextInt(20); i > 0; i--) {
                cuts.add(hour(random.nextInt(0, 120) / 10.0));
            }
            cuts.sort(null);
            double parts = 0;
            for (int i = 1; i < cuts.size(); i++) {
                parts += CostMeter.rentDollars(trace, A, cuts.get(i - 1), cuts.get(i));
            }
            assertThat(parts).as("seed %d", seed).isCloseTo(CostMeter.rentDollars(trace, A, hour(0), hour(12)), NEARLY);
        }
    }
}
