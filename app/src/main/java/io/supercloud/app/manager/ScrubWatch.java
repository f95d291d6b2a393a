package io.supercloud.app.manager;

import io.supercloud.core.Registry;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.Tasks;
import io.supercloud.core.VmId;
import io.supercloud.image.ScrubReport;
import io.supercloud.migration.Json;
import io.supercloud.migration.Paths;
import io.supercloud.migration.VmRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has each VM's disk read and verified from time to time, one disk after the other, so that damage is found while there still is a good copy. */
final class ScrubWatch {
    static final Duration POLL = Duration.ofSeconds(30);
    private static final Logger log = LoggerFactory.getLogger(ScrubWatch.class);

    private final Registry registry;
    private final VmLife life;
    private final Moves moves;
    private final InstantSource clock;
    private final Duration every;

    /** @param every how long after the last time a disk is read again */
    ScrubWatch(Registry registry, VmLife life, Moves moves, InstantSource clock, Duration every) {
        this.registry = registry;
        this.life = life;
        this.moves = moves;
        this.clock = clock;
        this.every = every;
    }

    void start(Tasks tasks) {
        if (every.isPositive()) {
            tasks.start("scrub watch", () -> {
                while (true) {
                    tasks.sleep(POLL);
                    look();
                }
            });
        }
    }

    /** Reads the disks that it is time for, the one that has waited longest first. */
    void look() {
        try {
            List<VmId> vms = registry.children(Paths.VMS).values().stream()
                    .map(entry -> Json.read(entry, VmRecord.class).spec().id())
                    .toList();
            forgetAllBut(vms);
            vms.stream()
                    .map(this::last)
                    .filter(record -> !record.at().plus(every).isAfter(clock.instant()))
                    .sorted(Comparator.comparing(ScrubRecord::at))
                    .forEach(record -> scrub(record.vm()));
        } catch (SupercloudException e) {
            log.warn("which disks are to be scrubbed is not known: {}", e.getMessage());
        }
    }

    private void forgetAllBut(List<VmId> vms) {
        registry.children(Paths.SCRUBS).values().stream()
                .filter(entry ->
                        !vms.contains(Json.read(entry, ScrubRecord.class).vm()))
                .forEach(registry::delete);
    }

    /** The time of a VM that is new begins now. */
    private ScrubRecord last(VmId vm) {
        return registry.read(Paths.scrub(vm))
                .map(entry -> Json.read(entry, ScrubRecord.class))
                .orElseGet(() -> note(vm, clock.instant()));
    }

    private ScrubRecord note(VmId vm, Instant at) {
        ScrubRecord record = new ScrubRecord(vm, at);
        registry.read(Paths.scrub(vm))
                .ifPresentOrElse(
                        known -> registry.replace(known, Json.write(record)),
                        () -> registry.create(Paths.scrub(vm), Json.write(record)));
        return record;
    }

    /** A VM that cannot be read now (it is on its way, or its host is away) is tried again the next time. */
    private void scrub(VmId vm) {
        try {
            ScrubReport report = life.scrub(vm);
            note(vm, clock.instant());
            if (report.damaged() > 0 || report.repaired() > 0) {
                moves.publish(
                        report.damaged() > 0 ? "disk.damaged" : "disk.mended",
                        vm.value(),
                        "VM %s: of its disk %d blocks were mended, %d are damaged%s"
                                .formatted(
                                        vm,
                                        report.repaired(),
                                        report.damaged(),
                                        report.damaged() == 0 ? "" : ": " + report.firstDamage()),
                        Map.of());
            }
        } catch (SupercloudException e) {
            log.warn("the disk of VM {} is not scrubbed, which is tried again: {}", vm, e.getMessage());
        }
    }
}
