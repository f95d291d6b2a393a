package io.supercloud.cluster.internal.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.Event;
import io.supercloud.core.InvalidValueException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventCodecTest {
    private static final Event SAMPLE = new Event(
            Instant.parse("2026-11-20T10:15:30.5Z"),
            "move.switched",
            "web-1",
            "jumped \u2603",
            Map.of("a", "1", "b", ""));

    @Test
    void anyEventIsReadAsItWasWritten() {
        long seed = 5;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 2_000; round++) {
            Map<String, String> details = new HashMap<>();
            for (int i = random.nextInt(0, 6); i > 0; i--) {
                details.put(text(random), text(random));
            }
            Instant at = Instant.ofEpochSecond(
                    random.nextLong(-9_999_999_999L, 9_999_999_999L), random.nextInt(0, 999_999_999));
            Event event = new Event(at, text(random), text(random), text(random), details);
            byte[] bytes = EventCodec.encode(event);
            assertThat(EventCodec.decode(bytes))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(event);
            assertThat(EventCodec.encode(EventCodec.decode(bytes))).isEqualTo(bytes);
        }
    }

    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(0, 20); i > 0; i--) {
            text.appendCodePoint(random.nextBoolean() ? random.nextInt(1, 0xd800) : random.nextInt(0x10000, 0x10ffff));
        }
        return text.toString();
    }

    @Test
    void damagedBytesAreReadAsWhatTheySayOrRefused() {
        byte[] whole = EventCodec.encode(SAMPLE);
        long seed = 6;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(0, whole.length + 3));
            if (damaged.length > 0) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(EventCodec.encode(EventCodec.decode(damaged)))
                        .as("seed %d round %d", seed, round)
                        .isEqualTo(damaged);
            } catch (InvalidValueException e) {
                assertThat(e).hasMessageContaining("not an event");
            }
        }
    }

    @Test
    void anEventThatIsTooLargeIsRefused() {
        assertThatThrownBy(() -> EventCodec.encode(Event.of(Instant.EPOCH, "k", "s", "x".repeat(40_000))))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("too large");
    }
}
