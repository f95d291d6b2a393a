package io.supercloud.benchmarks;

import io.supercloud.benchmarks.BenchmarkReport.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Our moves against QEMU's own migration, by hand, of the same guest over the same kind of link. Both guests go to and fro,
 * alternating; while one is measured the other idles and has no client. One round trip of each does not count.
 */
final class MoveBenchmark implements Benchmark {
    private static final int RUNS = 20;
    private static final Duration CALM = Duration.ofMillis(500);
    /** So that the whole of what a guest dirties is in its steady state. */
    private static final Duration DIRT_SETTLES = Duration.ofMillis(2000);

    private static final Duration LET_GO_LIMIT = Duration.ofSeconds(3);

    @Override
    public String name() {
        return "move";
    }

    @Override
    public String about() {
        return "a move against QEMU's own migration: client-seen downtime, time, bytes (half an hour; --part, --runs)";
    }

    @Override
    public List<String> parts() {
        return MovePart.ALL.stream().map(MovePart::name).toList();
    }

    @Override
    public List<Result> run(Context context) throws IOException {
        List<Result> results = new ArrayList<>();
        for (MovePart part : MovePart.ALL) {
            if (context.parts().isEmpty() || context.parts().contains(part.name())) {
                context.progress().accept("-- %s: %s".formatted(part.name(), part.about()));
                results.addAll(measure(part, context));
            }
        }
        return results;
    }

    private static List<Result> measure(MovePart part, Context context) throws IOException {
        Path folder = Files.createTempDirectory(context.work(), "bench-move");
        Path sockets = Files.createTempDirectory("scbench");
        Path guest = context.home().resolve("guest.img").toRealPath();
        Path image = part.disk() ? DiskImage.make(guest, folder.resolve("guest.raw"), context.seed()) : guest;
        OurSide ours = new OurSide(part, context.home(), image, folder.resolve("ours"));
        BareSide peer = new BareSide(part, context.home(), image, folder.resolve("peer"), sockets);
        Thread cleaner = cleaner(ours, peer, folder, sockets);
        Runtime.getRuntime().addShutdownHook(cleaner);
        try {
            ours.begin();
            peer.begin();
            int runs = context.runs().orElse(RUNS);
            return part.disk() ? disk(part, runs, ours, peer, context) : memory(part, runs, ours, peer, context);
        } finally {
            if (!Thread.currentThread().isInterrupted()) {
                cleanUp(ours, peer, folder, sockets);
                Runtime.getRuntime().removeShutdownHook(cleaner);
            }
        }
    }

    /** On Ctrl-C: when the benchmark has let go, what has been made goes, as far as it had come. */
    private static Thread cleaner(MovingSide ours, MovingSide peer, Path folder, Path sockets) {
        Thread benchmark = Thread.currentThread();
        return new Thread(() -> {
            benchmark.interrupt();
            try {
                benchmark.join(LET_GO_LIMIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            cleanUp(ours, peer, folder, sockets);
        });
    }

    private static void cleanUp(MovingSide ours, MovingSide peer, Path folder, Path sockets) {
        try {
            peer.close();
        } finally {
            try {
                ours.close();
            } finally {
                deleteAll(folder, sockets);
            }
        }
    }

    private static void deleteAll(Path folder, Path sockets) {
        try {
            Folders.delete(folder);
            Folders.delete(sockets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Result> memory(MovePart part, int runs, MovingSide ours, MovingSide peer, Context context) {
        List<MoveSample> our = new ArrayList<>();
        List<MoveSample> its = new ArrayList<>();
        for (int run = -1; run <= runs; run++) {
            MoveSample mine = alone(part, ours, context);
            MoveSample other = alone(part, peer, context);
            context.progress().accept(line(run, "ours", mine));
            context.progress().accept(line(run, "QEMU", other));
            if (run > 0) {
                our.add(mine);
                its.add(other);
            }
        }
        return MoveResults.ofMemory(part, our, its);
    }

    private static List<Result> disk(MovePart part, int runs, MovingSide ours, MovingSide peer, Context context) {
        List<List<MoveSample>> samples =
                List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<MovingSide> sides = List.of(ours, peer);
        for (int run = 0; run <= runs; run++) {
            for (int side = 0; side < sides.size(); side++) {
                sides.get(side).fresh();
                for (int way = 0; way < 2; way++) {
                    MoveSample sample = alone(part, sides.get(side), context);
                    context.progress()
                            .accept(line(run, (side == 0 ? "ours" : "QEMU") + (way == 0 ? " away" : " back"), sample));
                    if (run > 0) {
                        samples.get(2 * way + side).add(sample);
                    }
                }
            }
        }
        return MoveResults.ofDisk(
                part, DiskImage.about(), samples.get(0), samples.get(1), samples.get(2), samples.get(3));
    }

    /** The other guest changes nothing meanwhile, and nobody asks it anything. */
    private static MoveSample alone(MovePart part, MovingSide side, Context context) {
        if (part.dirtMibPerSecond() == 0) {
            Waiting.pause(CALM);
            return side.move();
        }
        long before = dirtied(side.ask("DIRTY " + part.dirtMibPerSecond()));
        long begin = System.nanoTime();
        Waiting.pause(DIRT_SETTLES);
        MoveSample sample = side.move();
        double seconds = (System.nanoTime() - begin) / 1e9;
        long pages = dirtied(side.ask("DIRTY 0")) - before;
        context.progress().accept(String.format(Locale.ROOT, "the guest dirtied %.1f MiB/s", pages / 256.0 / seconds));
        return sample;
    }

    private static long dirtied(String answer) {
        if (!answer.startsWith("dirtied=")) {
            throw new BenchmarkException("the guest does not say what it dirtied: " + answer);
        }
        return Long.parseLong(answer.substring("dirtied=".length()));
    }

    private static String line(int run, String who, MoveSample sample) {
        return String.format(
                Locale.ROOT,
                "%3d %-9s downtime %6.1f ms, stopped %6.1f ms, runs there after %6.0f ms, %6.1f MiB%s",
                run,
                who,
                sample.downtimeMillis(),
                sample.stoppedMillis(),
                sample.arrivalMillis(),
                sample.wireMib(),
                sample.phases()
                        .map(times -> String.format(
                                Locale.ROOT,
                                " (drain %.0f, device %.0f, volume %.0f, owner %.0f, resume %.0f)",
                                times.drainMillis(),
                                times.deviceStateMillis(),
                                times.volumeMillis(),
                                times.ownerMillis(),
                                times.resumeMillis()))
                        .orElse(""));
    }
}
