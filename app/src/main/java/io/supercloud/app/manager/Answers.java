package io.supercloud.app.manager;

import io.supercloud.core.ImageId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.VmId;
import io.supercloud.image.AtRisk;
import io.supercloud.migration.EvacuationPlan;
import io.supercloud.migration.HostCall.SwitchTimes;
import io.supercloud.migration.MoveForecast;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the manager answers; the JSON form of each is what {@code --json} prints. */
public final class Answers {
    private Answers() {}

    /** One line for a host: {@code alive}, {@code silent} or {@code absent}. */
    public record Host(
            String host,
            String site,
            String state,
            String underlay,
            String hypervisor,
            String accelerator,
            List<String> problems) {}

    /** @param leader which of the managers answers */
    public record Status(String deployment, String leader, List<Host> hosts, List<Vm> vms, List<String> stubs) {}

    /** @param disks those of VMs over it */
    public record Image(
            ImageId image, long sizeBytes, long storedBytes, int chunks, List<String> sites, List<Disk> disks) {
        Image with(List<Disk> known) {
            return new Image(image, sizeBytes, storedBytes, chunks, sites, known);
        }
    }

    /**
     * The disk of a VM.
     *
     * @param atRisk what the loss of its host would lose of it
     */
    public record Disk(VmId vm, AtRisk atRisk) {}

    /**
     * @param host and {@code site} empty while it belongs to none
     * @param missingBlocks blocks of 4 KiB that are still at the host it came from
     * @param atRisk what the loss of its host would lose of its disk
     * @param standby the copy that follows it, where one is wanted
     * @param atNextBoot what will be another then, such as {@code 256 MiB}; empty where nothing will
     * @param checkpointAgeSeconds since its last checkpoint, where it has any
     */
    public record Vm(
            VmId vm,
            String state,
            String host,
            String site,
            long epoch,
            Ipv4 address,
            int memoryMiB,
            int vcpus,
            ImageId image,
            long missingBlocks,
            AtRisk atRisk,
            Optional<Standby> standby,
            String atNextBoot,
            Optional<Long> checkpointAgeSeconds) {}

    /**
     * A copy of a VM's disk that is kept near.
     *
     * @param made whether it had all that there was at any time
     * @param lagMillis since it had that last, or since it is wanted
     * @param missingBlocks that it is known to lack
     */
    public record Standby(String site, boolean made, long withinMillis, long lagMillis, long missingBlocks) {
        public boolean late() {
            return lagMillis > withinMillis;
        }
    }

    /**
     * @param memoryBytes of the saved memory, where the change saved any
     * @param stoppedMillis for how long the guest stood still for it
     */
    public record Changed(VmId vm, String state, long memoryBytes, double stoppedMillis) {}

    /** @param memoryBytes 0 where the VM did not run */
    public record Snapshot(
            VmId vm,
            String snapshot,
            String host,
            Instant taken,
            long diskBytes,
            long memoryBytes,
            double stoppedMillis) {}

    public record Console(long offset, String text, long next) {}

    /**
     * @param kind {@code live}, {@code suspended} or {@code cold}
     * @param state {@code settled} or {@code failed}
     */
    public record Move(
            String move,
            VmId vm,
            String kind,
            String from,
            String to,
            String reason,
            String state,
            Optional<String> failure,
            Instant begun,
            long totalMillis,
            long memoryBytes,
            long diskBytes,
            Optional<SwitchTimes> times) {
        public long bytes() {
            return memoryBytes + diskBytes;
        }
    }

    /** @param forecast where the host could measure the VM */
    public record MovePlan(
            VmId vm,
            String from,
            String to,
            long memoryBytesAtMost,
            Optional<MoveForecast> forecast,
            List<String> objections,
            List<String> remarks) {}

    /**
     * @param homeless VMs for which there is no room elsewhere
     * @param moves those made; none where it was only planned
     */
    public record Evacuation(
            String host, List<EvacuationPlan.Departure> departures, List<VmId> homeless, List<Move> moves) {
        public long saved() {
            return moves.stream().filter(move -> move.failure().isEmpty()).count();
        }
    }

    /**
     * @param moves newest first
     * @param restarts at other hosts, because its own was lost; newest first
     * @param decisions the last ones of the planner, newest first
     */
    public record Why(VmId vm, String host, List<Move> moves, List<Restart> restarts, List<Decided> decisions) {}

    /**
     * One decision of the planner.
     *
     * @param at market time
     * @param outcome {@code stay}, {@code moved}, or why it did not move
     * @param rejected the other offers, each with the reason against it
     * @param digest SHA-256 of the inputs; the decision log has the inputs themselves
     */
    public record Decided(
            Instant at,
            String outcome,
            String place,
            String reason,
            double expectedSavingDollars,
            double moveCostDollars,
            List<String> rejected,
            String digest) {}

    /**
     * @param state {@code resumed} from its checkpoint, {@code booted} from its disk, or {@code under way}
     * @param obstacle why it was not resumed, where it was to be
     */
    public record Restart(Instant begun, String lost, String to, long epoch, String state, String obstacle) {}

    public record Client(String name, Ipv4 address, String host) {}

    /**
     * A replayed market.
     *
     * @param places where the VM was, with market times
     * @param decisions how many decisions were made
     */
    public record Replay(
            String trace,
            String mapping,
            String policy,
            Instant marketBegin,
            Instant marketEnd,
            int decisions,
            List<Place> places,
            List<Move> moves,
            double costDollars,
            double stayPutDollars,
            double onDemandDollars,
            Map<String, String> pools) {}

    public record Place(String site, Instant from, Instant to) {}
}
