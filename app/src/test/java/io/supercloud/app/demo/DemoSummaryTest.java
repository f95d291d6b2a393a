package io.supercloud.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DemoSummaryTest {
    private static DemoSummary summary(long broken, long lost, long corrupt, long outOfOrder, boolean matches) {
        return new DemoSummary(
                List.of(),
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
}
