package io.supercloud.benchmarks;

import io.supercloud.core.ImageId;
import io.supercloud.image.ImageStore;
import io.supercloud.image.LocalVolumePool;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumePool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes a volume's move takes between two pools, counted in the answers of its source. The image has 2 GiB with 1.25
 * GiB of random content, the volume 64 MiB of its own; nothing in it can be compressed or shared by luck.
 */
final class TransferPart {
    static final String NAME = "transfer";
    private static final int MIB = 1 << 20;
    private static final long IMAGE_BYTES = 2048L * MIB;
    private static final long ALLOCATED_BYTES = 1280L * MIB;
    private static final int OWN_MIB = 64;
    private static final int RETURN_MIB = 20;
    /** One block of so many is another in the older version of the image. */
    private static final int CHANGED_OF = 20;

    private static final double BEFORE_BAR = 0.05;
    private static final double TOTAL_BAR = 1.02;
    private static final double RETURN_BAR_MIB = 30;
    private static final ImageId IMAGE = new ImageId("guest");
    private static final ImageId OLDER = new ImageId("older");

    private final Path folder;
    private final Benchmark.Context context;
    private final SplittableRandom random;
    private int pools;

    private TransferPart(Path folder, Benchmark.Context context) {
        this.folder = folder;
        this.context = context;
        this.random = new SplittableRandom(context.seed());
    }

    static List<BenchmarkReport.Result> run(Benchmark.Context context) throws IOException {
        Path folder = Files.createTempDirectory(context.work(), "bench-transfer");
        try {
            return new TransferPart(folder, context).measure();
        } finally {
            Folders.delete(folder);
        }
    }

    private record Site(ImageStore images, VolumePool pool) implements AutoCloseable {
        @Override
        public void close() {
            pool.close();
        }
    }

    private Site site() {
        Path place = folder.resolve("site" + pools++);
        ImageStore images = new ImageStore(place.resolve("objects"));
        return new Site(images, new LocalVolumePool(place.resolve("volumes"), images));
    }

    private List<BenchmarkReport.Result> measure() throws IOException {
        Path raw = folder.resolve("guest.raw");
        Path older = folder.resolve("older.raw");
        long changedBytes = write(raw, older);
        List<BenchmarkReport.Result> results = new ArrayList<>();
        try (Site home = site()) {
            home.images().importRaw(IMAGE, raw, (done, total) -> {});
            Volume disk = home.pool().create("disk", IMAGE, IMAGE_BYTES, 1);
            scribble(disk, OWN_MIB);
            disk.flush();
            results.addAll(toAnEmptySite(home, disk));
        }
        try (Site home = site();
                Site target = site()) {
            home.images().importRaw(IMAGE, raw, (done, total) -> {});
            target.images().importRaw(IMAGE, raw, (done, total) -> {});
            results.add(toASiteWithTheImage(home, target));
        }
        try (Site home = site();
                Site target = site()) {
            home.images().importRaw(IMAGE, raw, (done, total) -> {});
            target.images().importRaw(OLDER, older, (done, total) -> {});
            AtomicLong bytes = new AtomicLong();
            Volume disk = home.pool().create("disk", IMAGE, IMAGE_BYTES, 1);
            hydrate(move(disk, target, 2, bytes));
            results.add(BenchmarkReport.Result.bounded(
                    "bytes in total to a site with an older version of the image, beyond the blocks that differ, as a part of"
                            + " the allocated bytes",
                    (double) (bytes.get() - changedBytes) / ALLOCATED_BYTES,
                    TOTAL_BAR - 1));
        }
        return results;
    }

    private List<BenchmarkReport.Result> toAnEmptySite(Site home, Volume disk) throws IOException {
        try (Site target = site()) {
            AtomicLong bytes = new AtomicLong();
            Volume arrived = move(disk, target, 2, bytes);
            double before = (double) bytes.get() / (ALLOCATED_BYTES + OWN_MIB * (long) MIB);
            context.progress().accept("transfer: open after %d KiB".formatted(bytes.get() >> 10));
            hydrate(arrived);
            double total = (double) bytes.get() / (ALLOCATED_BYTES + OWN_MIB * (long) MIB);
            scribble(arrived, RETURN_MIB);
            AtomicLong back = new AtomicLong();
            hydrate(move(arrived, home, 3, back));
            return List.of(
                    BenchmarkReport.Result.bounded(
                            "bytes before it can run at a site that never saw its image, as a part of the allocated bytes",
                            before,
                            BEFORE_BAR),
                    BenchmarkReport.Result.bounded("bytes in total to that site, the same part", total, TOTAL_BAR),
                    BenchmarkReport.Result.bounded(
                            "MiB of the return after writing 20 MiB", (double) back.get() / MIB, RETURN_BAR_MIB));
        }
    }

    private BenchmarkReport.Result toASiteWithTheImage(Site home, Site target) {
        Volume disk = home.pool().create("disk", IMAGE, IMAGE_BYTES, 1);
        scribble(disk, OWN_MIB);
        AtomicLong bytes = new AtomicLong();
        hydrate(move(disk, target, 2, bytes));
        return BenchmarkReport.Result.bounded(
                "bytes in total to a site that has its image, divided by the bytes of the blocks that differ",
                (double) bytes.get() / (OWN_MIB * (long) MIB),
                TOTAL_BAR);
    }

    private static Volume move(Volume from, Site to, long epoch, AtomicLong bytes) {
        Volume arrived =
                to.pool().standby(from.name(), from.description(), epoch, new CountedSource(from.source(), bytes));
        arrived.catchUp();
        arrived.open(from.seal());
        from.retire();
        return arrived;
    }

    private static void hydrate(Volume arrived) {
        arrived.prefetch(() -> true, (done, total) -> {});
        arrived.dropSource();
    }

    /** Writes different blocks at random places. */
    private void scribble(Volume disk, int mebibytes) {
        ByteBuffer block = ByteBuffer.allocateDirect(Volume.BLOCK_BYTES);
        int blocks = mebibytes * (MIB / Volume.BLOCK_BYTES);
        long stride = IMAGE_BYTES / Volume.BLOCK_BYTES / blocks;
        for (int i = 0; i < blocks; i++) {
            fill(block);
            disk.write((i * stride + random.nextLong(stride)) * Volume.BLOCK_BYTES, block.clear(), false);
        }
    }

    private void fill(ByteBuffer block) {
        for (int i = 0; i < block.capacity(); i += Long.BYTES) {
            block.putLong(i, random.nextLong());
        }
    }

    /** Both versions; returns how many bytes differ. */
    private long write(Path raw, Path older) throws IOException {
        long changed = 0;
        ByteBuffer block = ByteBuffer.allocateDirect(Volume.BLOCK_BYTES);
        for (Path file : List.of(raw, older)) {
            try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                sparse.setLength(IMAGE_BYTES);
            }
        }
        try (FileChannel one = FileChannel.open(raw, StandardOpenOption.WRITE);
                FileChannel other = FileChannel.open(older, StandardOpenOption.WRITE)) {
            for (long at = 0; at < ALLOCATED_BYTES; at += Volume.BLOCK_BYTES) {
                fill(block);
                one.write(block.clear(), at);
                if (random.nextInt(CHANGED_OF) == 0) {
                    fill(block);
                    changed += Volume.BLOCK_BYTES;
                }
                other.write(block.clear(), at);
            }
        }
        return changed;
    }
}
