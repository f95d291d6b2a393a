package io.supercloud.benchmarks;

import io.supercloud.image.ImageStore;
import io.supercloud.image.LocalVolumePool;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumePool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Snapshots of a volume of 100 GiB with 10 GiB written, one after the other up to 500, with 1 MiB written at random before
 * each; and then clones, each of the one before. Then random reads, of a volume at the end of the chain and before there was
 * one.
 */
final class SnapshotPart {
    static final String NAME = "snapshot";
    private static final long SIZE_BYTES = 100L << 30;
    private static final long WRITTEN_BYTES = 10L << 30;
    private static final int CHAIN = 500;
    private static final int CLONES = 20;
    private static final int PIECE_BYTES = 1 << 20;
    private static final int READS = 50_000;
    private static final double BAR_MILLIS = 50;
    private static final double READ_BAR = 0.9;
    private static final String DISK = "disk";

    private final Path folder;
    private final Benchmark.Context context;
    private final SplittableRandom random;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);

    private SnapshotPart(Path folder, Benchmark.Context context) {
        this.folder = folder;
        this.context = context;
        this.random = new SplittableRandom(context.seed());
    }

    static List<BenchmarkReport.Result> run(Benchmark.Context context) throws IOException {
        Path folder = Files.createTempDirectory(context.work(), "bench-snapshot");
        try {
            return new SnapshotPart(folder, context).measure();
        } finally {
            Folders.delete(folder);
        }
    }

    private List<BenchmarkReport.Result> measure() throws IOException {
        List<BenchmarkReport.Result> results = new ArrayList<>();
        ImageStore images = new ImageStore(folder.resolve("objects"));
        try (VolumePool pool = new LocalVolumePool(folder.resolve("volumes"), images)) {
            Volume disk = pool.create(DISK, ImageStore.BLANK, SIZE_BYTES, 1);
            fill(disk);
            double readsBefore = readsPerSecond(disk);
            List<Double> millis = new ArrayList<>();
            for (int i = 1; i <= CHAIN; i++) {
                write(disk, random.nextLong(WRITTEN_BYTES / PIECE_BYTES) * PIECE_BYTES);
                millis.add(copy(pool, DISK, "disk.s" + i));
            }
            for (int i = 0; i < CHAIN; i++) {
                if (millis.get(i) > BAR_MILLIS) {
                    context.progress().accept("snapshot: number %d took %.1f ms".formatted(i + 1, millis.get(i)));
                }
            }
            context.progress()
                    .accept("snapshot: %d at medians of %.1f ms, the last at %.1f ms"
                            .formatted(CHAIN, Medians.of(millis), millis.getLast()));
            results.add(BenchmarkReport.Result.bounded(
                    "snapshot of 100 GiB with 10 GiB written, ms (median of 500, each one more; lower is better)",
                    Medians.of(millis),
                    BAR_MILLIS));
            results.add(BenchmarkReport.Result.bounded(
                    "the same, the last 20 of 500, ms (median)",
                    Medians.of(millis.subList(CHAIN - CLONES, CHAIN)),
                    BAR_MILLIS));
            results.add(BenchmarkReport.Result.bounded(
                    "the same, the slowest of 500, ms",
                    millis.stream().mapToDouble(Double::doubleValue).max().orElseThrow(),
                    BAR_MILLIS));
            double readsAfter = readsPerSecond(disk);
            results.add(BenchmarkReport.Result.atLeast(
                    "4 KiB random reads/s after 500 snapshots, against before the first (in one process, warm)",
                    readsAfter,
                    readsBefore,
                    READ_BAR));
            results.addAll(clones(pool));
        }
        return results;
    }

    /** A chain of clones of clones, the last of which is then opened. */
    private List<BenchmarkReport.Result> clones(VolumePool pool) {
        List<Double> millis = new ArrayList<>();
        String origin = "disk.s" + CHAIN;
        for (int i = 1; i <= CLONES; i++) {
            String clone = "clone" + i;
            millis.add(copy(pool, origin, clone));
            pool.delete(origin);
            origin = clone;
        }
        long begin = System.nanoTime();
        pool.open(origin, 1);
        double opened = (System.nanoTime() - begin) / 1e6;
        return List.of(
                BenchmarkReport.Result.bounded("clone of a clone, ms (median of 20)", Medians.of(millis), BAR_MILLIS),
                BenchmarkReport.Result.alone("opening the last clone, ms", opened));
    }

    private static double copy(VolumePool pool, String from, String to) {
        long begin = System.nanoTime();
        pool.copy(from, to, 1);
        return (System.nanoTime() - begin) / 1e6;
    }

    private void fill(Volume disk) {
        for (long at = 0; at < WRITTEN_BYTES; at += PIECE_BYTES) {
            write(disk, at);
        }
        disk.flush();
        context.progress().accept("snapshot: %d GiB are written".formatted(WRITTEN_BYTES >> 30));
    }

    private void write(Volume disk, long at) {
        for (int i = 0; i < PIECE_BYTES; i += Long.BYTES) {
            piece.putLong(i, random.nextLong());
        }
        disk.write(at, piece.clear(), false);
    }

    private double readsPerSecond(Volume disk) {
        ByteBuffer block = ByteBuffer.allocateDirect(Volume.BLOCK_BYTES);
        read(disk, block, READS);
        long begin = System.nanoTime();
        read(disk, block, READS);
        return READS / ((System.nanoTime() - begin) / 1e9);
    }

    /** Within 1 GiB, which is in memory after the first time. */
    private static void read(Volume disk, ByteBuffer block, int count) {
        SplittableRandom places = new SplittableRandom(count);
        for (int i = 0; i < count; i++) {
            disk.read(places.nextLong((1L << 30) / Volume.BLOCK_BYTES) * Volume.BLOCK_BYTES, block.clear());
        }
    }
}
