package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.MoveId;
import io.supercloud.core.Owner;
import io.supercloud.core.VmId;
import io.supercloud.image.AtRisk;
import io.supercloud.image.BlockData;
import io.supercloud.image.Changes;
import io.supercloud.image.ScrubReport;
import io.supercloud.image.Seal;
import io.supercloud.image.VolumeDescription;
import io.supercloud.migration.hypervisor.StreamShape;
import java.util.List;

/**
 * What a host's agent can be asked to do, by the manager and by other agents. Each call is idempotent: asked again, it
 * finds its work done.
 *
 * @param <R> what it answers
 */
public sealed interface HostCall<R> {

    Class<R> reply();

    /** Calls without an answer of their own. */
    sealed interface Plain extends HostCall<Done> {
        @Override
        default Class<Done> reply() {
            return Done.class;
        }
    }

    enum Done {
        DONE
    }

    record DescribeHost() implements HostCall<HostFacts> {
        @Override
        public Class<HostFacts> reply() {
            return HostFacts.class;
        }
    }

    /** Boots a VM from its volume, which is made from the image where it does not exist. */
    record RunVm(VmSpec spec, Owner owner) implements Plain {}

    /** Presses the VM's power button and, after a while or at once with {@code force}, ends it. */
    record StopVm(VmId vm, boolean force) implements Plain {}

    /** Deletes a stopped VM's volume and files. */
    record EraseVm(VmId vm) implements Plain {}

    /** Stops a running guest where it stands, or lets it go on. */
    record PauseVm(VmId vm, boolean paused) implements Plain {}

    /** Presses the reset button of a running guest. */
    record ResetVm(VmId vm) implements Plain {}

    /**
     * Saves the guest's memory beside its disk, durably, notes that the VM is suspended, and ends its process.
     *
     * @param asleep whether the first packet for it is to wake it
     */
    record SuspendVm(VmId vm, boolean asleep) implements HostCall<SavedState> {
        @Override
        public Class<SavedState> reply() {
            return SavedState.class;
        }
    }

    /** Lets a suspended VM go on from its memory, which is used once and deleted. */
    record WakeVm(VmSpec spec, Owner owner) implements Plain {}

    /** Keeps the disk of one instant, and the memory of the same one where the guest has any; replaces one of this name. */
    record TakeSnapshot(VmSpec spec, Owner owner, String snapshot) implements HostCall<SavedState> {
        @Override
        public Class<SavedState> reply() {
            return SavedState.class;
        }
    }

    /** Ends the VM, puts the snapshot's disk in the place of its disk, and lets it go on from the snapshot's memory. */
    record RestoreSnapshot(VmSpec spec, Owner owner, String snapshot) implements Plain {}

    record DeleteSnapshot(VmId vm, String snapshot) implements Plain {}

    /** Lets a VM of a lost host go on from its checkpoint; where that cannot be used it boots from its disk. */
    record ResumeCheckpoint(VmSpec spec, Owner owner, CheckpointRecord checkpoint) implements HostCall<Restarted> {
        @Override
        public Class<Restarted> reply() {
            return Restarted.class;
        }
    }

    /**
     * Makes the disk of a new VM from another one's, or from a snapshot of it.
     *
     * @param snapshot empty for the disk as it is now
     */
    record CloneDisk(VmId from, String snapshot, VmId to, long epoch) implements Plain {}

    record ListVms() implements HostCall<VmList> {
        @Override
        public Class<VmList> reply() {
            return VmList.class;
        }
    }

    /** What the agent knows of its VMs without asking any hypervisor. */
    record ReadFigures() implements HostCall<HostFigures> {
        @Override
        public Class<HostFigures> reply() {
            return HostFigures.class;
        }
    }

    /** How much the VMs that run here have been used. */
    record ReadActivity() implements HostCall<HostActivity> {
        @Override
        public Class<HostActivity> reply() {
            return HostActivity.class;
        }
    }

    /** Console output from byte {@code offset} of its log. */
    record ReadConsole(VmId vm, long offset) implements HostCall<ConsoleText> {
        @Override
        public Class<ConsoleText> reply() {
            return ConsoleText.class;
        }
    }

    record TypeConsole(VmId vm, byte[] input) implements Plain {}

    /** Makes the end of a port in a network namespace of the host, for a client outside of any VM. */
    record AttachEndpoint(String port, String namespace, String network, MacAddress mac, Ipv4 address)
            implements Plain {}

    record DetachEndpoint(String port) implements Plain {}

    /** Target, step 2: standby volumes, and a tap where a process is to come. */
    record Reserve(MoveOrder order) implements Plain {}

    /** Target, step 3: fetches blocks until what is left is small; to be asked again until that is complete. */
    record Warm(MoveOrder order) implements HostCall<VolumeProgress> {
        @Override
        public Class<VolumeProgress> reply() {
            return VolumeProgress.class;
        }
    }

    /**
     * Target, step 4: flows acknowledged, and a hypervisor listening where memory is to be streamed.
     *
     * @param stream what it is to listen for
     */
    record Arm(MoveOrder order, StreamShape stream) implements HostCall<Armed> {
        @Override
        public Class<Armed> reply() {
            return Armed.class;
        }
    }

    /**
     * Source, steps 5 to 7: begins them and returns; {@link FollowTransfer} tells how they go.
     *
     * @param bandwidthBytesPerSecond what the memory stream may take; 0 for all
     */
    record Transfer(MoveOrder order, Armed target, long bandwidthBytesPerSecond) implements Plain {}

    /**
     * Source: what the memory stream may take from now on.
     *
     * @param bytesPerSecond 0 for all
     */
    record LimitTransfer(MoveOrder order, long bytesPerSecond) implements Plain {}

    record FollowTransfer(MoveOrder order) implements HostCall<TransferStatus> {
        @Override
        public Class<TransferStatus> reply() {
            return TransferStatus.class;
        }
    }

    /** Source: gives a transfer up where the owner has not changed, and lets the VM run on. */
    record CancelTransfer(MoveOrder order) implements Plain {}

    /** Target: removes everything that belongs to a move whose owner change did not happen. */
    record Abandon(MoveOrder order) implements Plain {}

    /** Target, asked by the source in step 6: opens a standby volume at the next epoch. */
    record OpenVolume(MoveOrder order, VmPart part, Seal seal) implements Plain {}

    /** Target, asked by the source in step 7. */
    record ResumeVm(MoveOrder order) implements HostCall<Resumed> {
        @Override
        public Class<Resumed> reply() {
            return Resumed.class;
        }
    }

    /** Target, asked by the source of a post-copy that is broken: listens for the rest of the memory again. */
    record TakeRest(VmId vm, Owner owner) implements HostCall<RestPoint> {
        @Override
        public Class<RestPoint> reply() {
            return RestPoint.class;
        }
    }

    /** Source, asked by the target of a post-copy: whether it still has the rest of the memory. */
    record KeepsRest(VmId vm) implements HostCall<RestKept> {
        @Override
        public Class<RestKept> reply() {
            return RestKept.class;
        }
    }

    /** Target, step 8: how far the volume is, and whether the memory is whole; lets go of the former host's disk then. */
    record Hydrate(MoveOrder order) implements HostCall<VolumeProgress> {
        @Override
        public Class<VolumeProgress> reply() {
            return VolumeProgress.class;
        }
    }

    /** Source, step 8: removes what is left of the VM but the cached blocks. */
    record CleanSource(MoveOrder order) implements Plain {}

    /** What a volume of the VM is, for the other end of a move. */
    record DescribeVolume(VmId vm, VmPart part) implements HostCall<VolumeDescription> {
        @Override
        public Class<VolumeDescription> reply() {
            return VolumeDescription.class;
        }
    }

    /** What a move of the VM would have to take along; takes a fraction of a second where it runs. */
    record MeasureVm(VmId vm) implements HostCall<VmLoad> {
        @Override
        public Class<VmLoad> reply() {
            return VmLoad.class;
        }
    }

    record ReadChanges(VmId vm, VmPart part, long cursor) implements HostCall<Changes> {
        @Override
        public Class<Changes> reply() {
            return Changes.class;
        }
    }

    record ReadBlocks(VmId vm, VmPart part, long[] blocks) implements HostCall<BlockData> {
        @Override
        public Class<BlockData> reply() {
            return BlockData.class;
        }
    }

    /** Reads and verifies all of a VM's disk here. */
    record ScrubDisk(VmId vm) implements HostCall<ScrubReport> {
        @Override
        public Class<ScrubReport> reply() {
            return ScrubReport.class;
        }
    }

    /** Keeps a disk near, or says how fast it comes: {@link DiskCare}. */
    record TendDisk(VmSpec spec, Owner owner, DiskCare care) implements HostCall<VolumeProgress> {
        @Override
        public Class<VolumeProgress> reply() {
            return VolumeProgress.class;
        }
    }

    record AskSource(VmId vm, VmPart part, SourceQuestion question) implements HostCall<SourceQuestion.Answer> {
        @Override
        public Class<SourceQuestion.Answer> reply() {
            return SourceQuestion.Answer.class;
        }
    }

    /** What a VM has in the block pool, and takes along. */
    enum VmPart {
        DISK,
        /** Of a suspended VM; nobody writes to it. */
        MEMORY
    }

    /** Which VM goes where, and how, and who owns it before and after. */
    record MoveOrder(MoveId move, VmSpec spec, Owner before, Owner after, MoveManner manner) {
        public VmId vm() {
            return spec.id();
        }

        public HostId source() {
            return before.host();
        }

        public HostId target() {
            return after.host();
        }
    }

    /**
     * @param hypervisorMajor QEMU's major version
     * @param machine that a new VM gets here
     * @param guests what else its guests may be
     * @param streams how it can send and take their memory
     */
    record HostFacts(
            HostId host,
            String hypervisor,
            int hypervisorMajor,
            String accelerator,
            String machine,
            GuestKinds guests,
            StreamKinds streams,
            HostPlace place,
            long freeMemoryMiB,
            long freeDiskBytes,
            boolean switchConnected,
            List<String> problems) {}

    /**
     * @param machines versioned machine types, by name
     * @param cpuModels that this host has every feature of
     */
    record GuestKinds(List<String> machines, List<String> cpuModels) {}

    /**
     * @param underlayMtu of the device that other hosts are reached by, in bytes; 0 where it is not known
     * @param overlayMtu the largest of its networks; 0 where it has none
     * @param clockMillis since 1970, when this was asked
     * @param trustedUntilMillis since 1970, the end of the certificate that its streams need; 0 where they need none
     */
    record HostPlace(int underlayMtu, int overlayMtu, long clockMillis, long trustedUntilMillis) {}

    /**
     * @param memoryBytes that the guest has touched
     * @param dirtyBytesPerSecond of memory that it changes, each page counted once a round
     * @param diskBytes of its volume that differ from the image
     * @param sentShare what is left of its memory when it is compressed, 0 to 1; of a sample
     */
    record VmLoad(long memoryBytes, long dirtyBytesPerSecond, long diskBytes, double sentShare) {}

    record VmStatus(VmId vm, long epoch, String state, long missingBlocks, AtRisk atRisk) {}

    record VmList(List<VmStatus> vms) {}

    /** @param stream that the target listens for */
    record Armed(Ipv4 address, int port, StreamShape stream) {}

    /** @param wanted false where the guest needs no more of its memory: it has all, or was booted from its disk */
    record RestPoint(boolean wanted, Ipv4 address, int port) {}

    record VolumeProgress(long missingBlocks, long bytesFetched, boolean complete) {}

    /** How long the target needed to let the guest go on: its flows, and the end of its memory stream. */
    record Resumed(double millis) {}

    /** How the transfer of a VM goes, as its source sees it. */
    sealed interface TransferStatus {
        record Streaming(String phase, long sentBytes, long remainingBytes, long totalBytes, double bytesPerSecond)
                implements TransferStatus {}

        /** The owner has changed: there is no way back. */
        record Switched(SwitchTimes times, long memoryBytes, StreamFigures stream) implements TransferStatus {}

        /** The VM runs on at the source. */
        record GivenUp(String reason) implements TransferStatus {}

        /** This agent knows of no such transfer, perhaps because it was restarted. */
        record Unknown() implements TransferStatus {}
    }

    /**
     * What the guest's stop was like: where the time went, and what it missed.
     *
     * @param precopyMillis before that, from the begin of the stream
     * @param drainMillis until its running disk requests were answered and flushed
     * @param deviceStateMillis and volumeMillis ran side by side
     * @param lostFrames that came for the guest to the source after it was stopped there; -1 where that is not known
     */
    record SwitchTimes(
            double precopyMillis,
            double drainMillis,
            double deviceStateMillis,
            double volumeMillis,
            double ownerMillis,
            double resumeMillis,
            double stoppedMillis,
            long lostFrames) {
        /** Of a switch whose witness was lost. */
        public static final SwitchTimes UNKNOWN = new SwitchTimes(0, 0, 0, 0, 0, 0, 0, -1);
    }
}
