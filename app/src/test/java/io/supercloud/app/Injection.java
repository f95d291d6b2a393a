package io.supercloud.app;

import static org.awaitility.Awaitility.await;

import io.supercloud.core.SiteId;
import io.supercloud.overlay.cloud.local.LocalUnderlay;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes one fault, and mends it. What takes long is done by {@link #prepare}, so that {@link #strike} is quick. */
final class Injection {
    private static final Duration APPEARANCE_LIMIT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(2);
    private static final int FILL_CHUNK_BYTES = 1 << 20;
    private static final String FIRST_RULE = "10";
    private static final String SECOND_RULE = "11";

    private final ChaosBed bed;
    private final Fault fault;
    private final String source;
    private final String target;
    private Optional<ProcessFinder.Found> process = Optional.empty();
    private Optional<Path> filler = Optional.empty();

    Injection(ChaosBed bed, Fault fault, String source) {
        this.bed = bed;
        this.fault = fault;
        this.source = source;
        this.target = ChaosBed.other(source);
    }

    void prepare() {
        switch (fault.kind()) {
            case KILL, HANG -> process = find();
            case FILL -> filler = Optional.of(bed.instance(target).resolve("small/filler"));
            case CUT -> {
                return;
            }
        }
    }

    /** Waits for a process that the step is about to start. */
    void awaitProcess() {
        if (fault.victim() == Fault.Victim.TARGET_QEMU && process.isEmpty()) {
            await("a QEMU at the target")
                    .atMost(APPEARANCE_LIMIT)
                    .pollInterval(POLL)
                    .until(() -> !bed.qemus(target).isEmpty());
            process = find();
        }
    }

    /** Returns whether there was anything to strike. */
    boolean strike() {
        return switch (fault.kind()) {
            case KILL -> signal("KILL");
            case HANG -> signal("STOP");
            case CUT -> cut(true);
            case FILL -> fill();
        };
    }

    /** Ends the fault, where it is one that lasts. Mending what is whole is no error. */
    void mend() {
        switch (fault.kind()) {
            case KILL -> {
                return;
            }
            case HANG -> signal("CONT");
            case CUT -> cut(false);
            case FILL -> filler.ifPresent(Injection::delete);
        }
    }

    private boolean signal(String name) {
        if (process.flatMap(found -> ProcessHandle.of(found.pid())).isEmpty()) {
            return false;
        }
        try {
            ChaosBed.run("kill", "-" + name, Long.toString(process.get().pid()));
            return true;
        } catch (IllegalStateException ended) {
            return false;
        }
    }

    private boolean cut(boolean begins) {
        switch (fault.victim()) {
            case SOURCE_TO_TARGET -> cutSites(begins);
            case SOURCE_TO_MANAGER -> cutManager(source, begins);
            case TARGET_TO_MANAGER -> cutManager(target, begins);
            case SOURCE_AGENT,
                    TARGET_AGENT,
                    MANAGER,
                    SOURCE_QEMU,
                    TARGET_QEMU,
                    REGISTRY,
                    SOURCE_SWITCH,
                    TARGET_SWITCH,
                    TARGET_DISK -> throw new IllegalStateException(fault + " is no link");
        }
        return true;
    }

    private void cutSites(boolean begins) {
        Path underlay = bed.deployment().home().resolve("underlay");
        SiteId from = new SiteId(source + "-1");
        SiteId to = new SiteId(target + "-1");
        if (begins) {
            LocalUnderlay.cut(underlay, from, to);
        } else {
            LocalUnderlay.heal(underlay, from, to);
        }
    }

    /** Packets vanish at the site's router, as they would on a long way; neither end is told. */
    private void cutManager(String account, boolean begins) {
        String manager = LocalUnderlay.MANAGER_ADDRESS + "/32";
        rule(account, begins, FIRST_RULE, "to", manager);
        rule(account, begins, SECOND_RULE, "from", manager);
    }

    private void rule(String account, boolean begins, String preference, String direction, String manager) {
        String router = bed.router(account);
        boolean present = ChaosBed.run("ip", "-n", router, "rule").contains(preference + ":");
        if (begins && !present) {
            ChaosBed.run("ip", "-n", router, "rule", "add", "pref", preference, direction, manager, "blackhole");
        } else if (!begins && present) {
            ChaosBed.run("ip", "-n", router, "rule", "delete", "pref", preference);
        }
    }

    /** The file system is the agent's alone, in memory, of a fixed size. */
    private boolean fill() {
        byte[] chunk = new byte[FILL_CHUNK_BYTES];
        try (OutputStream out = Files.newOutputStream(filler.orElseThrow())) {
            while (true) {
                out.write(chunk);
            }
        } catch (IOException full) {
            return Files.exists(filler.orElseThrow());
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<ProcessFinder.Found> find() {
        return switch (fault.victim()) {
            case MANAGER -> java(bed.inManagerNamespace(), "ManagerProcess");
            case REGISTRY -> java(bed.inManagerNamespace(), "RegistryProcess");
            case SOURCE_AGENT -> java(bed.inInstance(source), "AgentProcess");
            case TARGET_AGENT -> java(bed.inInstance(target), "AgentProcess");
            case SOURCE_SWITCH -> first(bed.inInstance(source), found -> found.runs("ovs-vswitchd"));
            case TARGET_SWITCH -> first(bed.inInstance(target), found -> found.runs("ovs-vswitchd"));
            case SOURCE_QEMU -> bed.qemus(source).stream().findFirst();
            case TARGET_QEMU -> bed.qemus(target).stream().findFirst();
            case SOURCE_TO_TARGET, SOURCE_TO_MANAGER, TARGET_TO_MANAGER, TARGET_DISK -> Optional.empty();
        };
    }

    private static Optional<ProcessFinder.Found> java(List<ProcessFinder.Found> processes, String mainClass) {
        return first(processes, found -> found.runs("java") && found.mentions(mainClass));
    }

    private static Optional<ProcessFinder.Found> first(
            List<ProcessFinder.Found> processes, Predicate<ProcessFinder.Found> condition) {
        return processes.stream().filter(condition).findFirst();
    }
}
