package io.supercloud.image;

import static io.supercloud.image.Rig.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.Tasks;
import io.supercloud.core.VirtualThreadTasks;
import io.supercloud.image.internal.log.LogSettings;
import io.supercloud.image.internal.volume.BlockVolume;
import io.supercloud.image.internal.volume.MapMemory;
import io.supercloud.image.internal.volume.VolumeSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A volume in random use is killed at 1,000 random places, each within a change of the disk, and half of them lose the power.
 * Whatever comes after must have every acknowledged write, or after a loss of power every flushed one, in whole blocks.
 */
class KillPointTest {
    private static final int KILLS = 1_000;
    private static final int KILLS_A_SEED = 4;
    private static final int BLOCKS = 320;
    private static final int MAX_CHANGES = 300;
    private static final int MAX_WRITE_BLOCKS = 24;
    private static final String DISK = "disk";
    /** Small, so that each seed meets full, dead and reused segments. */
    private static final LogSettings SETTINGS = new LogSettings(384, 264, 2, 1, 6, 12, 2);

    @TempDir
    Path folder;

    private final Queue<Runnable> background = new ArrayDeque<>();
    private final List<BlockHistory> blocks = new ArrayList<>();
    private SplittableRandom random;
    private SimulatedDisk disk;
    private LocalVolumePool pool;
    private BlockVolume volume;
    private boolean mayBeSealed;
    private int copies;
    private byte[] copied;

    static LongStream seeds() {
        return LongStream.range(0, KILLS / KILLS_A_SEED);
    }

    /** What a block may have after a crash: the last of these, or, where the power is lost, any of them. */
    private static final class BlockHistory {
        private final List<byte[]> sinceFlush = new ArrayList<>(List.of(new byte[BLOCK]));
        /** Of writes that were not acknowledged: each may be there, until one is that came later. */
        private final List<byte[]> doubtful = new ArrayList<>();

        void flushed() {
            sinceFlush.subList(0, sinceFlush.size() - 1).clear();
        }

        void acknowledge() {
            sinceFlush.add(doubtful.getLast());
            doubtful.clear();
        }

        boolean mayBe(byte[] found, boolean powerLost) {
            List<byte[]> acknowledged = powerLost ? sinceFlush : List.of(sinceFlush.getLast());
            return Stream.concat(acknowledged.stream(), doubtful.stream()).anyMatch(each -> Arrays.equals(each, found));
        }

        void settle(byte[] found) {
            sinceFlush.clear();
            sinceFlush.add(found);
            doubtful.clear();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aKilledVolumeOpensWithEveryPromisedWrite(long seed) throws IOException {
        random = new SplittableRandom(seed);
        disk = new SimulatedDisk(seed);
        disk.restart(Long.MAX_VALUE).createDirectories(folder);
        disk.settle();
        for (int i = 0; i < BLOCKS; i++) {
            blocks.add(new BlockHistory());
        }
        open(Long.MAX_VALUE);
        volume = (BlockVolume) pool.create(DISK, ImageStore.BLANK, (long) BLOCKS * BLOCK, 1);
        disk.restart(0);
        close();
        for (int kill = 0; kill < KILLS_A_SEED; kill++) {
            live(1 + random.nextInt(MAX_CHANGES));
            boolean powerLost = random.nextBoolean();
            if (powerLost) {
                disk.losePower();
            }
            open(Long.MAX_VALUE);
            verify("seed %d, kill %d, %s".formatted(seed, kill, powerLost ? "power lost" : "killed"), powerLost);
            disk.restart(0);
            close();
        }
    }

    private void open(long changes) {
        background.clear();
        disk.restart(changes);
        pool = new LocalVolumePool(
                disk,
                SETTINGS,
                folder,
                new ImageStore(folder.resolve("objects")),
                new VolumeSettings(1_000, new NoTasks(), MapMemory.UNBOUNDED),
                Optional.empty(),
                background::add);
    }

    /** As a kernel does for a process that is killed: its locks go. */
    private void close() {
        try {
            pool.close();
        } catch (ImageStoreException e) {
            assertThat(e).hasStackTraceContaining("this process has been killed");
        }
    }

    /** Uses the volume until the disk stops. */
    private void live(int changes) {
        try {
            open(changes);
            volume = (BlockVolume) pool.open(DISK, 1);
            if (random.nextBoolean()) {
                disk.fill();
            }
            while (!disk.hasStopped()) {
                tryStep();
            }
        } catch (ImageStoreException e) {
            assertThat(disk.hasStopped()).as(e.toString()).isTrue();
        }
        close();
    }

    private void tryStep() {
        try {
            step();
        } catch (ImageStoreException | IOException e) {
            requireDiskToBlame(e);
        }
    }

    private static void requireDiskToBlame(Exception e) {
        assertThat(e)
                .satisfiesAnyOf(
                        failure -> assertThat(failure).hasStackTraceContaining("No space left on device"),
                        failure -> assertThat(failure).hasStackTraceContaining("this process has been killed"));
    }

    private void step() throws IOException {
        int choice = random.nextInt(100);
        if (choice < 60) {
            write();
        } else if (choice < 70) {
            zero();
        } else if (choice < 78) {
            volume.flush();
            blocks.forEach(BlockHistory::flushed);
        } else if (choice < 86) {
            volume.tidy();
        } else if (choice < 92) {
            Runnable task = background.poll();
            if (task != null) {
                task.run();
            }
        } else if (choice < 94) {
            copy();
        } else if (choice < 96) {
            sealAndUnseal();
        } else {
            read();
        }
    }

    private void write() {
        int first = random.nextInt(BLOCKS);
        int count = 1 + random.nextInt(Math.min(MAX_WRITE_BLOCKS, BLOCKS - first));
        byte[] data = Rig.bytes(count * BLOCK, random.nextInt());
        boolean durable = random.nextInt(8) == 0;
        change(first, count, data, () -> volume.write((long) first * BLOCK, ByteBuffer.wrap(data), durable), durable);
    }

    private void zero() {
        int first = random.nextInt(BLOCKS);
        int count = 1 + random.nextInt(Math.min(2 * MAX_WRITE_BLOCKS, BLOCKS - first));
        change(
                first,
                count,
                new byte[count * BLOCK],
                () -> volume.trim((long) first * BLOCK, (long) count * BLOCK, false),
                false);
    }

    private void change(int first, int count, byte[] data, Runnable request, boolean durable) {
        for (int i = 0; i < count; i++) {
            blocks.get(first + i).doubtful.add(Arrays.copyOfRange(data, i * BLOCK, (i + 1) * BLOCK));
        }
        request.run();
        blocks.subList(first, first + count).forEach(BlockHistory::acknowledge);
        if (durable) {
            blocks.forEach(BlockHistory::flushed);
        }
    }

    private void copy() {
        byte[] content = Rig.readAll(volume);
        pool.copy(DISK, "copy" + (copies + 1), 1);
        copies++;
        copied = content;
        blocks.forEach(BlockHistory::flushed);
    }

    private void sealAndUnseal() {
        mayBeSealed = true;
        volume.seal();
        blocks.forEach(BlockHistory::flushed);
        while (volume.state() instanceof VolumeState.Sealed && !disk.hasStopped()) {
            tryToUnseal();
        }
        mayBeSealed = disk.hasStopped();
    }

    private void tryToUnseal() {
        try {
            volume.unseal();
        } catch (BlockIoException e) {
            requireDiskToBlame(e);
        }
    }

    private void read() {
        int block = random.nextInt(BLOCKS);
        assertThat(blocks.get(block).mayBe(Rig.read(volume, (long) block * BLOCK, BLOCK), false))
                .isTrue();
    }

    private void verify(String what, boolean powerLost) {
        volume = (BlockVolume) pool.open(DISK, 1);
        if (mayBeSealed && volume.state() instanceof VolumeState.Sealed) {
            volume.unseal();
        }
        mayBeSealed = false;
        assertThat(volume.state()).as(what).isEqualTo(new VolumeState.Open(1));
        for (int i = 0; i < BLOCKS; i++) {
            byte[] found = Rig.read(volume, (long) i * BLOCK, BLOCK);
            assertThat(blocks.get(i).mayBe(found, powerLost))
                    .as("%s, block %d", what, i)
                    .isTrue();
            blocks.get(i).settle(found);
        }
        if (copied != null) {
            Volume copy = pool.open("copy" + copies, 1);
            assertThat(Arrays.mismatch(Rig.readAll(copy), copied)).as(what).isEqualTo(-1);
            copy.close();
        }
        pool.delete("copy" + (copies + 1));
    }

    /** Starts nothing: the test does what is done in the background when its seed says so. */
    private static final class NoTasks implements Tasks {
        private final Tasks real = new VirtualThreadTasks();

        @Override
        public long nanoTime() {
            return real.nanoTime();
        }

        @Override
        public void sleep(Duration duration) {
            real.sleep(duration);
        }

        @Override
        public void start(String name, Runnable task) {}

        @Override
        public Mutex newMutex() {
            return real.newMutex();
        }
    }
}
