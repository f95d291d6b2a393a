package io.supercloud.migration.simulation;

import io.supercloud.core.HostId;
import io.supercloud.core.MoveId;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeState;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.Paths;
import io.supercloud.migration.hypervisor.VirtualMachine.RunState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What must be so when a move has ended and all faults are mended: told by what is there, not by what was answered. */
final class EndCheck {
    private final Cluster cluster;

    EndCheck(Cluster cluster) {
        this.cluster = cluster;
    }

    /** What is not yet as it must be, in sentences. */
    List<String> problems(MoveId move, Kind kind) {
        List<String> found = new ArrayList<>();
        Optional<MoveRecord> record = cluster.journalled(move);
        if (record.filter(known -> known.state().ended()).isEmpty()) {
            found.add("move %s has not ended: %s".formatted(move, record));
            return found;
        }
        require(found, cluster.port().equals(cluster.port().resting()), "the port's record is not at rest");
        require(found, cluster.registry().store().children(Paths.DRIVING).isEmpty(), "a lease of the driver is left");
        SimulatedHost here = cluster.host(cluster.owner().host());
        if (kind == Kind.LIVE) {
            requireRunning(here, found);
        } else {
            requireResting(here, found);
        }
        require(
                found,
                here.memory().isPresent() == (kind == Kind.SUSPENDED),
                "the owner has of a %s VM the memory %s".formatted(kind, here.memory()));
        requireNothingLeft(cluster.host(other(here.id())), found);
        if (found.isEmpty()) {
            requireNothingLost(here.volume().orElseThrow(), found);
        }
        return found;
    }

    static HostId other(HostId host) {
        return host.equals(Cluster.EAST) ? Cluster.WEST : Cluster.EAST;
    }

    private void requireRunning(SimulatedHost here, List<String> found) {
        require(
                found,
                here.guest().filter(guest -> guest.state() == RunState.RUNNING).isPresent(),
                "the VM does not run on its owner " + here.id());
        require(found, here.hasTap(), "the owner has no tap");
        require(found, isAt(here.volume(), open()), "the owner's disk is " + state(here.volume()));
    }

    private void requireResting(SimulatedHost here, List<String> found) {
        require(found, here.guest().isEmpty(), "a VM that rests has a process on " + here.id());
        require(found, !here.hasTap(), "a VM that rests has a tap on " + here.id());
        require(found, !here.disks().served(), "the disk of a VM that rests is served on " + here.id());
        require(
                found,
                isAt(here.volume(), open())
                        || isAt(
                                here.volume(),
                                new VolumeState.Sealed(cluster.owner().epoch())),
                "the owner's disk is " + state(here.volume()));
        require(
                found,
                here.memory().filter(memory -> memory.missingBlocks() > 0).isEmpty(),
                "the memory on %s is not whole".formatted(here.id()));
    }

    private VolumeState open() {
        return new VolumeState.Open(cluster.owner().epoch());
    }

    private static boolean isAt(Optional<Volume> volume, VolumeState wanted) {
        return state(volume).filter(wanted::equals).isPresent();
    }

    private static Optional<VolumeState> state(Optional<Volume> volume) {
        return volume.map(Volume::state);
    }

    private static void requireNothingLeft(SimulatedHost there, List<String> found) {
        require(found, there.guest().isEmpty(), "a process is left on " + there.id());
        require(found, !there.hasTap(), "a tap is left on " + there.id());
        require(found, !there.disks().served(), "a disk is still served on " + there.id());
        require(
                found,
                there.role().isEmpty() || there.role().contains("\"left\":{"),
                "a role is left: " + there.role());
        require(
                found,
                state(there.volume())
                        .filter(state -> !(state instanceof VolumeState.Retired))
                        .isEmpty(),
                "a disk is left on %s that is more than a cache: %s".formatted(there.id(), state(there.volume())));
        require(found, there.memory().isEmpty(), "a memory is left on " + there.id());
    }

    private void requireNothingLost(Volume disk, List<String> found) {
        cluster.witness().acknowledged().forEach((block, number) -> {
            ByteBuffer content = ByteBuffer.allocate(Volume.BLOCK_BYTES);
            disk.read(block * Volume.BLOCK_BYTES, content);
            require(
                    found,
                    content.getLong(0) >= number,
                    "block %d has %d, and %d was acknowledged".formatted(block, content.getLong(0), number));
        });
    }

    private static void require(List<String> found, boolean holds, String otherwise) {
        if (!holds) {
            found.add(otherwise);
        }
    }
}
