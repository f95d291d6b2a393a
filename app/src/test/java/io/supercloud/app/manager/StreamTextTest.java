package io.supercloud.app.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.migration.HostCall.TransferStatus.Streaming;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StreamTextTest {
    private static final long MIB = 1 << 20;
    private static final Pattern PERCENT = Pattern.compile("([0-9]+) %");

    private static Streaming stream(long sentMib, long remainingMib) {
        return new Streaming("active", sentMib * MIB, remainingMib * MIB, 256 * MIB, 10 * MIB);
    }

    @Test
    void aStreamOfLessThanASecondIsNotWorthALine() {
        StreamText text = new StreamText();
        assertThat(text.after(stream(0, 100), 0)).isEmpty();
        assertThat(text.after(stream(90, 10), StreamText.PAUSE.toNanos() - 1)).isEmpty();
    }

    @Test
    void aLineTellsShareRateAndTimeLeft() {
        StreamText text = new StreamText();
        text.after(stream(0, 100), 0);
        assertThat(text.after(stream(25, 75), StreamText.PAUSE.toNanos()))
                .contains(" 25 % of the memory, 25 MiB sent at 10 MiB/s, 8 s left in this round");
    }

    @Test
    void progressNeverRunsBackwardsHoweverMuchTheGuestChanges() {
        SplittableRandom random = new SplittableRandom(3);
        StreamText text = new StreamText();
        long sent = 0;
        int before = 0;
        for (int second = 0; second < 200; second++) {
            sent += random.nextLong(20);
            Optional<String> line = text.after(stream(sent, random.nextLong(300)), second * StreamText.PAUSE.toNanos());
            if (line.isPresent()) {
                Matcher percent = PERCENT.matcher(line.get());
                assertThat(percent.find()).isTrue();
                int now = Integer.parseInt(percent.group(1));
                assertThat(now).isBetween(before, 100);
                before = now;
            }
        }
        assertThat(before).isPositive();
    }
}
