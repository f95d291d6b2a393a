package io.supercloud.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Our NBD server against qemu-nbd and nbdkit over a raw file, all over a Unix socket. All acknowledge a write when the kernel
 * has it and a flush when the disk has it. Ours also keeps and verifies a checksum of every block, keeps versions for a move
 * and writes a log; the others write in place and verify nothing.
 */
final class ImageStoreBenchmark implements Benchmark {
    private static final long SIZE_BYTES = 256L << 20;
    private static final int RUN_SECONDS = 3;
    private static final String OURS = "ours";
    private static final String QEMU_NBD = "qemu-nbd";
    private static final String NBDKIT = "nbdkit";
    private static final Map<String, Double> BARS = Map.of(QEMU_NBD, 1.3, NBDKIT, 0.7);

    private record Part(String name, Fio.Load load) {}

    private static final List<Part> PARTS = List.of(
            new Part("random-read-1", new Fio.Load("4 KiB random read, depth 1", "randread", 4 << 10, 1, "IOPS")),
            new Part("random-read-32", new Fio.Load("4 KiB random read, depth 32", "randread", 4 << 10, 32, "IOPS")),
            new Part("read", new Fio.Load("1 MiB sequential read, depth 4", "read", 1 << 20, 4, "MiB/s")),
            new Part("random-write-1", new Fio.Load("4 KiB random write, depth 1", "randwrite", 4 << 10, 1, "IOPS")),
            new Part("random-write-32", new Fio.Load("4 KiB random write, depth 32", "randwrite", 4 << 10, 32, "IOPS")),
            new Part("write", new Fio.Load("1 MiB sequential write, depth 4", "write", 1 << 20, 4, "MiB/s")));

    @Override
    public String name() {
        return "image-store";
    }

    @Override
    public String about() {
        return "our NBD server (checksums, versions, log) against qemu-nbd and nbdkit on a raw file (none of them), by"
                + " fio (6 min)";
    }

    @Override
    public List<String> parts() {
        return Stream.concat(
                        PARTS.stream().map(Part::name),
                        Stream.of(SnapshotPart.NAME, TransferPart.NAME, EncryptionPart.NAME))
                .toList();
    }

    @Override
    public List<BenchmarkReport.Result> run(Context context) throws IOException {
        List<BenchmarkReport.Result> results = new ArrayList<>();
        List<Part> served =
                PARTS.stream().filter(part -> isWanted(context, part.name())).toList();
        if (!served.isEmpty()) {
            results.addAll(serve(served, context));
        }
        if (isWanted(context, SnapshotPart.NAME)) {
            results.addAll(SnapshotPart.run(context));
        }
        if (isWanted(context, TransferPart.NAME)) {
            results.addAll(TransferPart.run(context));
        }
        if (isWanted(context, EncryptionPart.NAME)) {
            results.addAll(EncryptionPart.run(context));
        }
        return results;
    }

    private static boolean isWanted(Context context, String part) {
        return context.parts().isEmpty() || context.parts().contains(part);
    }

    private static List<BenchmarkReport.Result> serve(List<Part> parts, Context context) throws IOException {
        Fio.requireNbd();
        Path folder = Files.createTempDirectory(context.work(), "bench-image-store");
        Path sockets = Files.createTempDirectory("scbench");
        try (Served ours = Served.ours(context.home(), folder, sockets.resolve(OURS), SIZE_BYTES);
                Served qemu = Served.qemuNbd(folder, sockets.resolve(QEMU_NBD), SIZE_BYTES);
                Served nbdkit = Served.nbdkit(folder, sockets.resolve(NBDKIT), SIZE_BYTES)) {
            Map<String, Served> servers = new LinkedHashMap<>();
            servers.put(OURS, ours);
            servers.put(QEMU_NBD, qemu);
            servers.put(NBDKIT, nbdkit);
            for (Served each : servers.values()) {
                Fio.fill(each.socket(), SIZE_BYTES, context.seed());
            }
            List<BenchmarkReport.Result> results = new ArrayList<>();
            for (Part part : parts) {
                results.addAll(compare(part.load(), servers, folder, context));
            }
            return results;
        } finally {
            Folders.delete(folder);
            Folders.delete(sockets);
        }
    }

    /** In turn, after one run of each that does not count, each with an idle disk before it. */
    private static List<BenchmarkReport.Result> compare(
            Fio.Load load, Map<String, Served> servers, Path folder, Context context) throws IOException {
        Map<String, List<Double>> measured = new LinkedHashMap<>();
        int rounds = context.runs().orElse(ROUNDS);
        for (int round = 0; round <= rounds; round++) {
            StringBuilder line = new StringBuilder("%s, round %d:".formatted(load.name(), round));
            for (Map.Entry<String, Served> server : servers.entrySet()) {
                Folders.sync(folder);
                double value =
                        Fio.measure(server.getValue().socket(), load, SIZE_BYTES, context.seed() + round, RUN_SECONDS);
                line.append(" %s %.0f".formatted(server.getKey(), value));
                if (round > 0) {
                    measured.computeIfAbsent(server.getKey(), key -> new ArrayList<>())
                            .add(value);
                }
            }
            context.progress().accept(line.append(" ").append(load.unit()).toString());
        }
        List<BenchmarkReport.Result> results = new ArrayList<>();
        for (String peer : List.of(QEMU_NBD, NBDKIT)) {
            results.add(BenchmarkReport.Result.atLeast(
                    "%s, %s, against %s (median of %d, higher is better)"
                            .formatted(load.name(), load.unit(), peer, rounds),
                    Medians.ofAny(measured.get(OURS)),
                    Medians.ofAny(measured.get(peer)),
                    BARS.get(peer)));
        }
        return results;
    }
}
