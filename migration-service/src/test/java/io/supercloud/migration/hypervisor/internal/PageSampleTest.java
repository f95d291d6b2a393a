package io.supercloud.migration.hypervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PageSampleTest {
    @Test
    void randomPagesDoNotGetSmallerAndTextDoes() {
        byte[] noise = new byte[1 << 20];
        new SplittableRandom(7).nextBytes(noise);
        assertThat(PageSample.share(noise)).isGreaterThan(0.99);
        byte[] text = "pages of the same words ".repeat(40_000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        assertThat(PageSample.share(text)).isLessThan(0.05);
    }

    @Test
    void aProcessIsSampledAndOneThatIsGoneIsTakenAsItIs() {
        assertThat(PageSample.sentShare(ProcessHandle.current().pid())).isBetween(0.0, 1.0);
        assertThat(PageSample.sentShare(Long.MAX_VALUE)).isEqualTo(1);
        assertThat(PageSample.share(new byte[0])).isEqualTo(1);
    }
}
