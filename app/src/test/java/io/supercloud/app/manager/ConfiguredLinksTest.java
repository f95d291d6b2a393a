package io.supercloud.app.manager;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConfiguredLinksTest {
    @Test
    void aStreamTakesMostOfALinkButNeverAll() {
        assertThat(ConfiguredLinks.streamBytesPerSecond(300_000_000)).isEqualTo(26_250_000);
        assertThat(ConfiguredLinks.streamBytesPerSecond(1_000_000_000)).isEqualTo(87_500_000);
    }

    @Test
    void aLinkWithoutLimitIsTakenForOneOfAGigabit() {
        assertThat(ConfiguredLinks.streamBytesPerSecond(0)).isEqualTo(87_500_000);
        assertThat(ConfiguredLinks.streamBytesPerSecond(10_000_000_000L)).isEqualTo(87_500_000);
    }
}
