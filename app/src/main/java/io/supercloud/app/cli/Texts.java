package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.image.AtRisk;
import io.supercloud.image.ScrubReport;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Answers as text for people. */
final class Texts {
    private static final long BYTES_PER_MIB = 1 << 20;
    private static final double MILLIS_PER_SECOND = 1_000;

    private Texts() {}

    static String status(Answers.Status status) {
        StringBuilder text =
                new StringBuilder("deployment %s, led by %s%n".formatted(status.deployment(), status.leader()));
        text.append("  %-22s %-16s %-8s %-16s %-14s %s%n"
                .formatted("HOST", "SITE", "STATE", "UNDERLAY", "HYPERVISOR", "RUNS WITH"));
        for (Answers.Host host : status.hosts()) {
            text.append("  %-22s %-16s %-8s %-16s %-14s %s%n"
                    .formatted(
                            host.host(),
                            host.site(),
                            host.state(),
                            host.underlay(),
                            host.hypervisor(),
                            host.accelerator()));
            host.problems()
                    .forEach(problem -> text.append("      ! ").append(problem).append('\n'));
        }
        status.stubs().forEach(stub -> text.append("  stub ").append(stub).append('\n'));
        if (!status.vms().isEmpty()) {
            text.append(vms(status.vms()));
        }
        return text.toString().stripTrailing();
    }

    static String vms(List<Answers.Vm> vms) {
        StringBuilder text = new StringBuilder("  %-16s %-10s %-16s %-15s %5s %8s  %s%n"
                .formatted("VM", "STATE", "SITE", "ADDRESS", "EPOCH", "MEMORY", "IMAGE"));
        for (Answers.Vm vm : vms) {
            text.append("  %-16s %-10s %-16s %-15s %5d %4d MiB  %s%s%s%s%s%s%n"
                    .formatted(
                            vm.vm(),
                            vm.state(),
                            vm.site(),
                            vm.address(),
                            vm.epoch(),
                            vm.memoryMiB(),
                            vm.image(),
                            vm.missingBlocks() > 0 ? "  (%d blocks still to come)".formatted(vm.missingBlocks()) : "",
                            atRisk(vm.atRisk()),
                            vm.standby().map(Texts::standby).orElse(""),
                            vm.atNextBoot().isEmpty() ? "" : "  (at next boot %s)".formatted(vm.atNextBoot()),
                            vm.checkpointAgeSeconds()
                                    .map("  (checkpoint %d s ago)"::formatted)
                                    .orElse("")));
        }
        return text.toString().stripTrailing();
    }

    /** Of a disk that is on its host alone nothing is told: all of it is. */
    private static String atRisk(AtRisk risk) {
        return risk.replicated() && risk.bytes() > 0
                ? "  (%.1f MiB at risk for %.1f s)"
                        .formatted(risk.bytes() / (double) BYTES_PER_MIB, risk.lagMillis() / MILLIS_PER_SECOND)
                : "";
    }

    static String image(Answers.Image image) {
        StringBuilder text = new StringBuilder("%-20s %6d MiB, %d MiB stored at each of %s"
                .formatted(
                        image.image(),
                        image.sizeBytes() >> 20,
                        image.storedBytes() >> 20,
                        String.join(", ", image.sites())));
        image.disks()
                .forEach(disk -> text.append("\n  disk of %-12s%s"
                        .formatted(disk.vm(), disk.atRisk().replicated() ? lag(disk.atRisk()) : alone(disk.atRisk()))));
        return text.toString();
    }

    private static String lag(AtRisk risk) {
        return risk.bytes() > 0 ? atRisk(risk) : "  (nothing at risk)";
    }

    private static String alone(AtRisk risk) {
        return "  (%.1f MiB, all on its host alone)".formatted(risk.bytes() / (double) BYTES_PER_MIB);
    }

    private static String standby(Answers.Standby standby) {
        if (!standby.made()) {
            return "  (a copy at %s is being made)".formatted(standby.site());
        }
        return "  (copy at %s, %.1f s behind%s)"
                .formatted(standby.site(), standby.lagMillis() / MILLIS_PER_SECOND, standby.late() ? ": too late" : "");
    }

    static String scrubbed(ScrubReport report) {
        return "%d blocks are sound, %d were mended, %d are damaged%s"
                .formatted(
                        report.blocks(),
                        report.repaired(),
                        report.damaged(),
                        report.damaged() == 0 ? "" : ": " + report.firstDamage());
    }

    static String changed(Answers.Changed changed) {
        String saved =
                changed.memoryBytes() == 0 ? "" : "; %d MiB of memory saved".formatted(changed.memoryBytes() >> 20);
        return "VM %s is %s%s".formatted(changed.vm(), changed.state(), saved);
    }

    static String snapshots(List<Answers.Snapshot> snapshots) {
        StringBuilder text = new StringBuilder("  %-16s %-16s %-16s %-20s %9s %9s %8s%n"
                .formatted("VM", "SNAPSHOT", "HOST", "TAKEN", "DISK", "MEMORY", "PAUSE"));
        for (Answers.Snapshot snapshot : snapshots) {
            text.append("  %-16s %-16s %-16s %-20s %5d MiB %5d MiB %5.0f ms%n"
                    .formatted(
                            snapshot.vm(),
                            snapshot.snapshot(),
                            snapshot.host(),
                            snapshot.taken().truncatedTo(ChronoUnit.SECONDS),
                            snapshot.diskBytes() >> 20,
                            snapshot.memoryBytes() >> 20,
                            snapshot.stoppedMillis()));
        }
        return text.toString().stripTrailing();
    }

    private static String stillness(Answers.Move move) {
        return move.kind().equals("live")
                ? "it stood still for %s ms"
                        .formatted(move.times()
                                .map(times -> "%.0f".formatted(times.stoppedMillis()))
                                .orElse("?"))
                : "it does not run";
    }

    static String move(Answers.Move move) {
        return move.failure()
                .map(why -> "move %s: VM %s stays on %s: %s".formatted(move.move(), move.vm(), move.from(), why))
                .orElseGet(() -> "move %s: VM %s went from %s to %s in %d ms; %s; %d MiB of memory, %d KiB of disk"
                        .formatted(
                                move.move(),
                                move.vm(),
                                move.from(),
                                move.to(),
                                move.totalMillis(),
                                stillness(move),
                                move.memoryBytes() >> 20,
                                move.diskBytes() >> 10));
    }
}
