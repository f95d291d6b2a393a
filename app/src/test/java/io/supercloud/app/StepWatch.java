package io.supercloud.app;

import static org.awaitility.Awaitility.await;

import io.supercloud.app.manager.ControlRequest;
import io.supercloud.migration.MoveState.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Tells when a move enters a step: by the events that the manager writes before it begins one. The source runs steps 5 to 7 by
 * itself; their begins are seen from outside: memory arrives at the target's QEMU; the target's copy of the disk, at rest while
 * memory streams, takes the last changes; and after that the registry's log grows, by the new owner.
 */
final class StepWatch implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(1);
    /** So much more than at its start the target's QEMU holds once the stream is under way. */
    private static final long STREAMED_BYTES = 8 << 20;

    private final ChaosBed bed;
    private final String target;
    private final Path targetVolume;
    private final EventTail events;
    private final long before;

    StepWatch(ChaosBed bed, String target) {
        this.bed = bed;
        this.target = target;
        this.targetVolume = bed.instance(target).resolve("agent/volumes").resolve(ChaosBed.VM.value());
        events = new EventTail(bed.deployment().manager());
        await("events").atMost(LIMIT).pollInterval(POLL).until(() -> events.count() > 0);
        before = bed.ask(new ControlRequest.FollowEvents(0, false), Long.class);
    }

    /** Returns a while before {@code step}: when the processes that it needs are there, unless itself starts them. */
    void awaitEve(Step step) {
        switch (step) {
            case CHECK, RESERVE, WARM, ARM -> {
                return;
            }
            case STREAM -> awaitEvent("ready");
            case SWITCH, RESUME, SETTLE -> awaitStream();
        }
    }

    void awaitBegin(Step step) {
        switch (step) {
            case CHECK -> awaitEvent("planned");
            case RESERVE -> awaitEvent("checked");
            case WARM -> awaitEvent("reserved");
            case ARM -> awaitEvent("warmed");
            case STREAM -> awaitStream();
            case SWITCH -> awaitSwitch();
            case RESUME -> {
                awaitSwitch();
                awaitOwner();
            }
            case SETTLE -> awaitEvent("switched");
        }
    }

    private void awaitEvent(String state) {
        events.awaitAfter(before, "move." + state, LIMIT);
    }

    private void awaitStream() {
        awaitEvent("ready");
        long pid = bed.qemus(target).getFirst().pid();
        long atFirst = ProcessFinder.residentBytes(pid);
        await("memory arrives")
                .atMost(LIMIT)
                .pollInterval(POLL)
                .until(() -> ProcessFinder.residentBytes(pid) > atFirst + STREAMED_BYTES);
    }

    private void awaitSwitch() {
        long atRest = changed(targetVolume);
        await("the disk's last changes arrive")
                .atMost(LIMIT)
                .pollInterval(POLL)
                .until(() -> changed(targetVolume) != atRest);
    }

    private void awaitOwner() {
        Path log = bed.deployment().home().resolve("registry/data/version-2");
        long atRest = changed(log);
        await("the owner is written").atMost(LIMIT).pollInterval(POLL).until(() -> changed(log) != atRest);
    }

    /** Another number when any file in a folder has grown or was written. */
    private static long changed(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file ->
                            file.toFile().lastModified() * 31 + file.toFile().length())
                    .sum();
        } catch (NoSuchFileException none) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        events.close();
    }
}
