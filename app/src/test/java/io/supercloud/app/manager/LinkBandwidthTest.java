package io.supercloud.app.manager;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkBandwidthTest {
    @Test
    void aStreamTakesMostOfALinkButNeverAll() {
        assertThat(LinkBandwidth.streamBytesPerSecond(300_000_000)).isEqualTo(26_250_000);
        assertThat(LinkBandwidth.streamBytesPerSecond(1_000_000_000)).isEqualTo(87_500_000);
    }

    @Test
    void aLinkWithoutLimitIsTakenForOneOfAGigabit() {
        assertThat(LinkBandwidth.streamBytesPerSecond(0)).isEqualTo(87_500_000);
        assertThat(LinkBandwidth.streamBytesPerSecond(10_000_000_000L)).isEqualTo(87_500_000);
    }
}
