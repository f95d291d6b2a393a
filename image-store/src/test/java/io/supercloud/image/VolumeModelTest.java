package io.supercloud.image;

import static io.supercloud.image.Rig.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random lives of a volume on three hosts, against an array of bytes. */
class VolumeModelTest {
    private static final int SIZE = 3 * 1024 * 1024;
    private static final int STEPS = 700;
    private static final int HOSTS = 3;

    @TempDir
    Path folder;

    private final LocalVolumePool[] pools = new LocalVolumePool[HOSTS];
    private final ImageStore[] images = new ImageStore[HOSTS];
    private final byte[] model = Arrays.copyOf(Rig.image(), SIZE);
    private int owner;
    private long epoch = 1;
    private Volume volume;
    private int former = -1;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aVolumeIsAnArrayOfBytesWhereverItGoes(long seed) {
        for (int i = 0; i < HOSTS; i++) {
            Path directory = folder.resolve("host" + i);
            directory.toFile().mkdirs();
            images[i] = Rig.store(directory, Rig.image());
            pools[i] = new LocalVolumePool(directory.resolve("pool"), images[i]);
        }
        try {
            volume = pools[0].create("disk", IMAGE, SIZE, epoch);
            SplittableRandom random = new SplittableRandom(seed);
            for (int step = 0; step < STEPS; step++) {
                step(random);
                if (step % 50 == 0) {
                    assertThat(Arrays.mismatch(Rig.readAll(volume), model))
                            .as("seed %d, step %d", seed, step)
                            .isEqualTo(-1);
                }
            }
            assertThat(Arrays.mismatch(Rig.readAll(volume), model))
                    .as("seed %d", seed)
                    .isEqualTo(-1);
        } finally {
            for (LocalVolumePool pool : pools) {
                pool.close();
            }
        }
    }

    private void step(SplittableRandom random) {
        int choice = random.nextInt(100);
        if (choice < 55) {
            write(random);
        } else if (choice < 70) {
            zero(random);
        } else if (choice < 80) {
            trim(random);
        } else if (choice < 85) {
            volume.flush();
        } else if (choice < 92) {
            int offset = random.nextInt(SIZE);
            int length = random.nextInt(SIZE - offset) / 8;
            assertThat(Rig.read(volume, offset, length)).isEqualTo(Arrays.copyOfRange(model, offset, offset + length));
        } else if (choice < 95) {
            restart();
        } else {
            move(random);
        }
    }

    /** What a host serves, over its restarts. */
    private VolumeSource sourceAt(int host) {
        return new ForwardingSource(() -> pools[host].find("disk").orElseThrow().source(), () -> {});
    }

    private void write(SplittableRandom random) {
        int offset = random.nextInt(SIZE);
        byte[] data = Rig.bytes(Math.min(SIZE - offset, 1 + random.nextInt(40_000)), random.nextInt());
        Rig.write(volume, offset, data);
        System.arraycopy(data, 0, model, offset, data.length);
    }

    private void zero(SplittableRandom random) {
        int offset = random.nextInt(SIZE);
        int length = random.nextInt(Math.min(SIZE - offset, 60_000));
        volume.zero(offset, length, random.nextBoolean());
        Arrays.fill(model, offset, offset + length, (byte) 0);
    }

    private void trim(SplittableRandom random) {
        int offset = random.nextInt(SIZE);
        int length = random.nextInt(Math.min(SIZE - offset, 60_000));
        volume.trim(offset, length, false);
        int first = (offset + Volume.BLOCK_BYTES - 1) / Volume.BLOCK_BYTES * Volume.BLOCK_BYTES;
        int end = (offset + length) / Volume.BLOCK_BYTES * Volume.BLOCK_BYTES;
        if (first < end) {
            Arrays.fill(model, first, end, (byte) 0);
        }
    }

    private void restart() {
        pools[owner].close();
        pools[owner] = new LocalVolumePool(folder.resolve("host" + owner).resolve("pool"), images[owner]);
        volume = pools[owner].open("disk", epoch);
        if (former >= 0) {
            volume.attachSource(sourceAt(former));
        }
    }

    private void move(SplittableRandom random) {
        int target = (owner + 1 + random.nextInt(HOSTS - 1)) % HOSTS;
        Volume standby = pools[target].standby("disk", volume.description(), epoch + 1, sourceAt(owner));
        standby.catchUp();
        if (random.nextBoolean()) {
            standby.prefetch(random::nextBoolean, (done, total) -> {});
        }
        write(random);
        if (random.nextInt(4) == 0) {
            volume.seal();
            volume.unseal();
            zero(random);
        }
        Seal seal = volume.seal();
        standby.open(seal);
        volume.retire();
        former = owner;
        volume = standby;
        owner = target;
        epoch++;
        if (random.nextBoolean()) {
            volume.prefetch(() -> true, (done, total) -> {});
        }
    }
}
