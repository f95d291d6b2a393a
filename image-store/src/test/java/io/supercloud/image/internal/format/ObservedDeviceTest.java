package io.supercloud.image.internal.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.image.BlockDevice;
import io.supercloud.image.Extent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ObservedDeviceTest {
    private static final int THREADS = 8;
    private static final int REQUESTS = 20_000;

    /** qemu-img has several requests under way, which end in any order. */
    @Test
    void progressNeverRunsBackwardsHoweverManyRequestsEndAtOnce() {
        List<Long> told = new ArrayList<>();
        ObservedDevice device = new ObservedDevice(new Nothing(), (done, total) -> told.add(done));
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            for (int thread = 0; thread < THREADS; thread++) {
                int first = thread;
                threads.execute(() -> {
                    for (int at = first; at < THREADS * REQUESTS; at += THREADS) {
                        device.trim(at, 1, false);
                    }
                });
            }
        }

        assertThat(told).isSorted().last().isEqualTo((long) THREADS * REQUESTS);
        assertThat(device.requests()).isEqualTo((long) THREADS * REQUESTS);
    }

    /** Takes every request, and keeps nothing. */
    private static final class Nothing implements BlockDevice {
        @Override
        public long sizeBytes() {
            return (long) THREADS * REQUESTS;
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public void read(long offset, ByteBuffer target) {
            target.position(target.limit());
        }

        @Override
        public void write(long offset, ByteBuffer source, boolean durable) {
            source.position(source.limit());
        }

        @Override
        public void flush() {}

        @Override
        public void trim(long offset, long length, boolean durable) {}

        @Override
        public void zero(long offset, long length, boolean durable) {}

        @Override
        public void cache(long offset, long length) {}

        @Override
        public List<Extent> extents(long offset, long length, int most) {
            return List.of(new Extent(length, false));
        }
    }
}
