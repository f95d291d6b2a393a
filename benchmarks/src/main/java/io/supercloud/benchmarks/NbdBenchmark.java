package io.supercloud.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Our NBD server against qemu-nbd over a raw file, both over a Unix socket. Both acknowledge a write when the kernel has
 * it and a flush when the disk has it. Ours also keeps and verifies a checksum of every block, keeps versions for a move
 * and writes a log; qemu-nbd writes in place and verifies nothing.
 */
final class NbdBenchmark implements Benchmark {
    private static final long SIZE_BYTES = 256L << 20;
    private static final int RUN_SECONDS = 3;
    private static final List<Fio.Load> LOADS = List.of(
            new Fio.Load("4 KiB random read, depth 1", "randread", 4 << 10, 1, "IOPS"),
            new Fio.Load("4 KiB random read, depth 32", "randread", 4 << 10, 32, "IOPS"),
            new Fio.Load("1 MiB sequential read, depth 4", "read", 1 << 20, 4, "MiB/s"),
            new Fio.Load("4 KiB random write, depth 32", "randwrite", 4 << 10, 32, "IOPS"),
            new Fio.Load("1 MiB sequential write, depth 4", "write", 1 << 20, 4, "MiB/s"));

    @Override
    public String name() {
        return "nbd";
    }

    @Override
    public String about() {
        return "our NBD server (checksums, versions, log) against qemu-nbd on a raw file (none of them), by fio (3"
                + " min)";
    }

    @Override
    public List<BenchmarkReport.Result> run(Context context) throws IOException {
        Fio.requireNbd();
        context.progress()
                .accept("both sides acknowledge a write when the kernel has it; ours also checksums and verifies"
                        + " blocks");
        Path folder = Files.createTempDirectory(context.work(), "bench-nbd");
        Path sockets = Files.createTempDirectory("scbench");
        try (Served ours = Served.ours(context.home(), folder, sockets.resolve("ours"), SIZE_BYTES);
                Served peer = Served.peer(folder, sockets.resolve("peer"), SIZE_BYTES)) {
            Fio.fill(ours.socket(), SIZE_BYTES, context.seed());
            Fio.fill(peer.socket(), SIZE_BYTES, context.seed());
            List<BenchmarkReport.Result> results = new ArrayList<>();
            for (Fio.Load load : LOADS) {
                results.add(compare(load, ours, peer, context));
            }
            return results;
        } finally {
            Folders.delete(folder);
            Folders.delete(sockets);
        }
    }

    /** Alternating, after one run of each that does not count. */
    private static BenchmarkReport.Result compare(Fio.Load load, Served ours, Served peer, Context context)
            throws IOException {
        List<Double> oursMeasured = new ArrayList<>();
        List<Double> peerMeasured = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            long seed = context.seed() + round;
            double our = Fio.measure(ours.socket(), load, SIZE_BYTES, seed, RUN_SECONDS);
            double its = Fio.measure(peer.socket(), load, SIZE_BYTES, seed, RUN_SECONDS);
            context.progress()
                    .accept("%s, round %d: ours %.0f, qemu-nbd %.0f %s"
                            .formatted(load.name(), round, our, its, load.unit()));
            if (round > 0) {
                oursMeasured.add(our);
                peerMeasured.add(its);
            }
        }
        return BenchmarkReport.Result.beside(
                "%s, %s (higher is better)".formatted(load.name(), load.unit()),
                Medians.of(oursMeasured),
                Medians.of(peerMeasured));
    }
}
