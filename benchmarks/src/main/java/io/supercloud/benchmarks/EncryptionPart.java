package io.supercloud.benchmarks;

import io.supercloud.core.ImageId;
import io.supercloud.image.ImageStore;
import io.supercloud.image.KeyReference;
import io.supercloud.image.LocalVolumePool;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumePool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** What encryption costs: two volumes in one process, one of them encrypted, in turn; 256 MiB from the cache of the kernel. */
final class EncryptionPart {
    static final String NAME = "encryption";
    private static final long SIZE_BYTES = 256L << 20;
    private static final int PIECE_BYTES = 1 << 20;
    private static final int READS = 100_000;

    private final SplittableRandom random;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);

    private EncryptionPart(long seed) {
        this.random = new SplittableRandom(seed);
        for (int i = 0; i < PIECE_BYTES; i += Long.BYTES) {
            piece.putLong(i, random.nextLong());
        }
    }

    static List<BenchmarkReport.Result> run(Benchmark.Context context) throws IOException {
        Path folder = Files.createTempDirectory(context.work(), "bench-encryption");
        try {
            return new EncryptionPart(context.seed()).measure(folder, context);
        } finally {
            Folders.delete(folder);
        }
    }

    /** One measure of a volume. */
    private record Measure(String name, String unit, ToDoubleFunction<Volume> of) {}

    private List<BenchmarkReport.Result> measure(Path folder, Benchmark.Context context) throws IOException {
        Path raw = folder.resolve("raw");
        try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "rw")) {
            file.setLength(SIZE_BYTES);
        }
        Path key = Files.writeString(folder.resolve("key"), "a key for a benchmark");
        ImageStore images = new ImageStore(folder.resolve("objects"));
        ImageId plainImage = new ImageId("plain");
        ImageId secretImage = new ImageId("secret");
        images.importRaw(plainImage, raw, (done, total) -> {});
        images.importRaw(secretImage, raw, (done, total) -> {});
        images.setKey(secretImage, new KeyReference("file:" + key));
        List<Measure> measures = List.of(
                new Measure("1 MiB sequential write", "MiB/s", this::write),
                new Measure("1 MiB sequential read", "MiB/s", this::read),
                new Measure("4 KiB random read", "reads/s", this::readAtRandom));
        try (VolumePool pool = new LocalVolumePool(folder.resolve("volumes"), images)) {
            Volume plain = pool.create("plain", plainImage, SIZE_BYTES, 1);
            Volume secret = pool.create("secret", secretImage, SIZE_BYTES, 1);
            List<BenchmarkReport.Result> results = new ArrayList<>();
            for (Measure measure : measures) {
                List<Double> ofPlain = new ArrayList<>();
                List<Double> ofSecret = new ArrayList<>();
                for (int round = 0; round <= Benchmark.ROUNDS; round++) {
                    double without = measure.of().applyAsDouble(plain);
                    double with = measure.of().applyAsDouble(secret);
                    context.progress()
                            .accept("encryption, %s: %.0f %s, %.0f without"
                                    .formatted(measure.name(), with, measure.unit(), without));
                    if (round > 0) {
                        ofPlain.add(without);
                        ofSecret.add(with);
                    }
                }
                results.add(BenchmarkReport.Result.beside(
                        "%s of an encrypted volume, %s, beside one that is not (one thread, median of %d)"
                                .formatted(measure.name(), measure.unit(), Benchmark.ROUNDS),
                        Medians.of(ofSecret),
                        Medians.of(ofPlain)));
            }
            return results;
        }
    }

    private double write(Volume volume) {
        long begin = System.nanoTime();
        for (long at = 0; at < SIZE_BYTES; at += PIECE_BYTES) {
            volume.write(at, piece.clear(), false);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        volume.flush();
        return (SIZE_BYTES >> 20) / seconds;
    }

    private double read(Volume volume) {
        long begin = System.nanoTime();
        for (long at = 0; at < SIZE_BYTES; at += PIECE_BYTES) {
            volume.read(at, piece.clear());
        }
        return (SIZE_BYTES >> 20) / ((System.nanoTime() - begin) / 1e9);
    }

    private double readAtRandom(Volume volume) {
        long begin = System.nanoTime();
        for (int i = 0; i < READS; i++) {
            long at = random.nextLong(SIZE_BYTES / Volume.BLOCK_BYTES) * Volume.BLOCK_BYTES;
            volume.read(at, piece.clear().limit(Volume.BLOCK_BYTES));
        }
        return READS / ((System.nanoTime() - begin) / 1e9);
    }
}
