package io.supercloud.cluster.internal.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.supercloud.cluster.ClusterException;
import io.supercloud.cluster.Role;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ObjectCodecTest {
    private static final long MAX_ALLOCATED_BYTES = 4_000_000;

    record Sample(String name, int count, List<Object> parts, Map<String, Object> more, byte[] bytes, Role role) {}

    private final ObjectCodec codec = new ObjectCodec(Map.of(16, Sample.class, 17, Role.class));

    private static final Sample SAMPLE = new Sample(
            "w\u00e9b",
            300,
            List.of("a", 1L, Optional.of(new long[] {1, 2}), new byte[][] {{1}, {}}),
            Map.of("at", Instant.EPOCH, "role", Role.AGENT),
            new byte[40],
            Role.MANAGER);

    @Test
    void damagedBytesAreDecodedOrRefusedAndTakeLittleMemory() {
        ByteBuffer encoded = codec.encode(SAMPLE);
        byte[] whole = new byte[encoded.remaining()];
        encoded.get(whole);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long seed = 42;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = damage(whole, random);
            long before = threads.getCurrentThreadAllocatedBytes();
            tryDecode(damaged, seed, round);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated)
                    .as("bytes allocated, seed %d round %d", seed, round)
                    .isLessThan(MAX_ALLOCATED_BYTES);
        }
    }

    private static byte[] damage(byte[] whole, SplittableRandom random) {
        byte[] damaged = random.nextInt(4) == 0 ? new byte[random.nextInt(1, 60)] : whole.clone();
        if (damaged.length != whole.length) {
            random.nextBytes(damaged);
        }
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            damaged[random.nextInt(damaged.length)] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
        }
        return damaged;
    }

    private void tryDecode(byte[] damaged, long seed, int round) {
        try {
            codec.decode(ByteBuffer.wrap(damaged));
        } catch (ClusterException e) {
            assertThat(e).hasMessageStartingWith("a message");
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            fail("seed %d round %d".formatted(seed, round), e);
        }
    }

    @Test
    void aCodecStillWorksAfterItRefused() {
        for (int i = 0; i < 100; i++) {
            tryDecode(new byte[] {21, 1, 21, 1, 99}, 0, i);
            Sample back = (Sample) codec.decode(codec.encode(SAMPLE));
            assertThat(back.role()).isEqualTo(Role.MANAGER);
        }
    }
}
