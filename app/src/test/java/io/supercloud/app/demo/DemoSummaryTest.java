package io.supercloud.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DemoSummaryTest {
    private static final DemoSummary.MoveLine MOVE = new DemoSummary.MoveLine(
            "web", "host-a", "host-b", "cheaper", 100, 50, 1, 2, 3, 4, 5, 1000, 2000, 60 << 20);

    private static DemoSummary summary(long broken, long lost, long corrupt, long outOfOrder, boolean matches) {
        return new DemoSummary(
                List.of(MOVE, MOVE, MOVE),
                2,
                broken,
                100,
                lost,
                corrupt,
                outOfOrder,
                1000,
                12.5,
                true,
                matches,
                1,
                2,
                3,
                "market",
                24,
                60,
                1);
    }

    @Test
    void aRunThatLostNothingIsSound() {
        assertThat(summary(0, 0, 0, 0, true).sound()).isTrue();
    }

    @Test
    void anySingleLossIsUnsound() {
        assertThat(summary(1, 0, 0, 0, true).sound()).isFalse();
        assertThat(summary(0, 1, 0, 0, true).sound()).isFalse();
        assertThat(summary(0, 0, 1, 0, true).sound()).isFalse();
        assertThat(summary(0, 0, 0, 1, true).sound()).isFalse();
        assertThat(summary(0, 0, 0, 0, false).sound()).isFalse();
    }

    @Test
    void theTextSaysWhatWentWrong() {
        assertThat(DemoText.of(summary(2, 3, 4, 5, false)))
                .contains("broken connections    2")
                .contains("3 lost, 4 changed")
                .contains("5 bytes out of order")
                .contains("DO NOT MATCH");
    }

    @Test
    void theTextTellsMovesOfThePolicyFromThoseThatTheDemoMakes() {
        assertThat(DemoText.of(summary(0, 0, 0, 0, true)))
                .contains("of them               2 by the policy, 1 because the demo lets the guest touch the stub")
                .contains("$1.00 with all moves; staying put $2.00; on demand $3.00");
    }
}
