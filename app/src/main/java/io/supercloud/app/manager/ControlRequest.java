package io.supercloud.app.manager;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.supercloud.core.ImageId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MoveId;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.image.ImageFormat;
import io.supercloud.image.KeyReference;
import io.supercloud.migration.MoveManner;
import io.supercloud.migration.Protection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the command line asks the manager; each is answered as its comment says. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "verb")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ControlRequest.Launch.class, name = "launch"),
    @JsonSubTypes.Type(value = ControlRequest.Status.class, name = "status"),
    @JsonSubTypes.Type(value = ControlRequest.TearDown.class, name = "tear-down"),
    @JsonSubTypes.Type(value = ControlRequest.ImportImage.class, name = "import-image"),
    @JsonSubTypes.Type(value = ControlRequest.ExportImage.class, name = "export-image"),
    @JsonSubTypes.Type(value = ControlRequest.RemoveImage.class, name = "remove-image"),
    @JsonSubTypes.Type(value = ControlRequest.ListImages.class, name = "list-images"),
    @JsonSubTypes.Type(value = ControlRequest.RunVm.class, name = "run-vm"),
    @JsonSubTypes.Type(value = ControlRequest.ListVms.class, name = "list-vms"),
    @JsonSubTypes.Type(value = ControlRequest.StopVm.class, name = "stop-vm"),
    @JsonSubTypes.Type(value = ControlRequest.ScrubVm.class, name = "scrub-vm"),
    @JsonSubTypes.Type(value = ControlRequest.KeepStandby.class, name = "keep-standby"),
    @JsonSubTypes.Type(value = ControlRequest.EndStandby.class, name = "end-standby"),
    @JsonSubTypes.Type(value = ControlRequest.PaceDisk.class, name = "pace-disk"),
    @JsonSubTypes.Type(value = ControlRequest.ChangeVm.class, name = "change-vm"),
    @JsonSubTypes.Type(value = ControlRequest.ResumeVm.class, name = "resume-vm"),
    @JsonSubTypes.Type(value = ControlRequest.TakeSnapshot.class, name = "take-snapshot"),
    @JsonSubTypes.Type(value = ControlRequest.ListSnapshots.class, name = "list-snapshots"),
    @JsonSubTypes.Type(value = ControlRequest.DeleteSnapshot.class, name = "delete-snapshot"),
    @JsonSubTypes.Type(value = ControlRequest.RestoreSnapshot.class, name = "restore-snapshot"),
    @JsonSubTypes.Type(value = ControlRequest.CloneVm.class, name = "clone-vm"),
    @JsonSubTypes.Type(value = ControlRequest.RenameVm.class, name = "rename-vm"),
    @JsonSubTypes.Type(value = ControlRequest.ResizeVm.class, name = "resize-vm"),
    @JsonSubTypes.Type(value = ControlRequest.RemoveVm.class, name = "remove-vm"),
    @JsonSubTypes.Type(value = ControlRequest.ReadConsole.class, name = "read-console"),
    @JsonSubTypes.Type(value = ControlRequest.TypeConsole.class, name = "type-console"),
    @JsonSubTypes.Type(value = ControlRequest.Move.class, name = "move"),
    @JsonSubTypes.Type(value = ControlRequest.ListMoves.class, name = "list-moves"),
    @JsonSubTypes.Type(value = ControlRequest.CancelMove.class, name = "cancel-move"),
    @JsonSubTypes.Type(value = ControlRequest.LimitMove.class, name = "limit-move"),
    @JsonSubTypes.Type(value = ControlRequest.MoveTimeline.class, name = "timeline"),
    @JsonSubTypes.Type(value = ControlRequest.Why.class, name = "why"),
    @JsonSubTypes.Type(value = ControlRequest.Evacuate.class, name = "evacuate"),
    @JsonSubTypes.Type(value = ControlRequest.Reclaim.class, name = "reclaim"),
    @JsonSubTypes.Type(value = ControlRequest.FollowEvents.class, name = "events"),
    @JsonSubTypes.Type(value = ControlRequest.ReadMetrics.class, name = "metrics"),
    @JsonSubTypes.Type(value = ControlRequest.AttachClient.class, name = "attach-client"),
    @JsonSubTypes.Type(value = ControlRequest.ReplayMarket.class, name = "replay-market"),
})
public sealed interface ControlRequest {
    /** Launches the hosts that the configuration asks for and that are not there; answers {@link Answers.Status}. */
    record Launch() implements ControlRequest {}

    /** Answers {@link Answers.Status}. */
    record Status() implements ControlRequest {}

    /** Ends all hosts; answers how many. */
    record TearDown() implements ControlRequest {}

    /**
     * Imports a disk image; answers {@link Answers.Image}.
     *
     * @param sites where to; every site where there are none
     * @param key what the disks of VMs over it are encrypted with, if they are
     */
    record ImportImage(ImageId image, String file, ImageFormat format, List<SiteId> sites, Optional<KeyReference> key)
            implements ControlRequest {
        /** A raw one, to every site. */
        public ImportImage(ImageId image, String file) {
            this(image, file, ImageFormat.RAW, List.of(), Optional.empty());
        }
    }

    /** Writes an image to a file of the manager's machine; answers {@link Answers.Image}. */
    record ExportImage(ImageId image, String file, ImageFormat format) implements ControlRequest {}

    /** Deletes an image at every site; refused while a VM is based on it. Answers its name. */
    record RemoveImage(ImageId image) implements ControlRequest {}

    /** Answers a list of {@link Answers.Image}. */
    record ListImages() implements ControlRequest {}

    /**
     * Runs a new VM, or a stopped one; answers {@link Answers.Vm}.
     *
     * @param address a free one where it is empty
     * @param suspendAfter as in a VM's file
     * @param userData for cloud-init in the guest; empty for none
     * @param protection the deployment's where it is empty
     */
    record RunVm(
            VmId vm,
            Optional<ImageId> image,
            int memoryMiB,
            int vcpus,
            long diskBytes,
            Optional<SiteId> site,
            Optional<String> network,
            Optional<Ipv4> address,
            Optional<Duration> suspendAfter,
            String userData,
            Optional<Protection> protection)
            implements ControlRequest {
        /** With any address, and no user data. */
        public RunVm(
                VmId vm, Optional<ImageId> image, int memoryMiB, int vcpus, long diskBytes, Optional<SiteId> site) {
            this(
                    vm,
                    image,
                    memoryMiB,
                    vcpus,
                    diskBytes,
                    site,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    "",
                    Optional.empty());
        }
    }

    /** What is done to a VM that runs. */
    enum Change {
        PAUSE,
        RESET,
        SUSPEND
    }

    /** Answers {@link Answers.Changed}. */
    record ChangeVm(VmId vm, Change change) implements ControlRequest {}

    /**
     * Lets a paused or suspended VM go on, or boots the latter {@code fromDisk}; answers {@link Answers.Vm}.
     *
     * @param on a host or site to go on at; empty for where it is
     */
    record ResumeVm(VmId vm, boolean fromDisk, Optional<String> on) implements ControlRequest {}

    /** Answers {@link Answers.Snapshot}. */
    record TakeSnapshot(VmId vm, String snapshot) implements ControlRequest {}

    /** Answers a list of {@link Answers.Snapshot}, oldest first. */
    record ListSnapshots(VmId vm) implements ControlRequest {}

    /** Answers its name. */
    record DeleteSnapshot(VmId vm, String snapshot) implements ControlRequest {}

    /** Answers {@link Answers.Vm}. */
    record RestoreSnapshot(VmId vm, String snapshot) implements ControlRequest {}

    /** Runs a new VM with the disk of another, as it is or as it was at a snapshot; answers {@link Answers.Vm}. */
    record CloneVm(VmId vm, Optional<String> snapshot, VmId to) implements ControlRequest {}

    /** Answers {@link Answers.Vm}. */
    record RenameVm(VmId vm, VmId to) implements ControlRequest {}

    /** What is 0 stays as it is; takes effect when the VM boots the next time. Answers {@link Answers.Vm}. */
    record ResizeVm(VmId vm, int memoryMiB, int vcpus, long diskBytes) implements ControlRequest {}

    /** Answers a list of {@link Answers.Vm}. */
    record ListVms() implements ControlRequest {}

    /** What is asked of a VM's disk. */
    sealed interface OfDisk extends ControlRequest {
        VmId vm();
    }

    /** Keeps a copy of a VM's disk at a site, no further behind than so long; answers {@link Answers.Vm}. */
    record KeepStandby(VmId vm, SiteId site, Duration within) implements OfDisk {}

    /** Answers {@link Answers.Vm}. */
    record EndStandby(VmId vm) implements OfDisk {}

    /**
     * How fast the part of a VM's disk comes that is still at another host; answers {@link io.supercloud.migration.HostCall.VolumeProgress}.
     *
     * @param bytesPerSecond 0 pauses it, {@link Long#MAX_VALUE} is as fast as it goes
     */
    record PaceDisk(VmId vm, long bytesPerSecond) implements OfDisk {}

    /** Reads and verifies all of a VM's disk at its host; answers {@link io.supercloud.image.ScrubReport}. */
    record ScrubVm(VmId vm) implements OfDisk {}

    /** Answers {@link Answers.Vm}. */
    record StopVm(VmId vm, boolean force) implements ControlRequest {}

    /** Stops the VM where it runs, and deletes its disk; answers its name. */
    record RemoveVm(VmId vm) implements ControlRequest {}

    /** Answers {@link Answers.Console}. */
    record ReadConsole(VmId vm, long offset) implements ControlRequest {}

    /** Answers nothing of interest. */
    record TypeConsole(VmId vm, String text) implements ControlRequest {}

    /** Moves a VM to a host or site; answers {@link Answers.Move}, or with {@code plan} {@link Answers.MovePlan}. */
    record Move(VmId vm, String to, boolean plan, String reason, MoveManner manner) implements ControlRequest {
        public Move(VmId vm, String to, boolean plan, String reason) {
            this(vm, to, plan, reason, MoveManner.LIVE);
        }
    }

    /**
     * Changes what the memory stream of a move may take; answers its id.
     *
     * @param bytesPerSecond 0 for all
     */
    record LimitMove(MoveId move, long bytesPerSecond) implements ControlRequest {}

    /** The moves of a VM, oldest first; answers a list of {@link Answers.Move}. */
    record ListMoves(VmId vm) implements ControlRequest {}

    /** Asks for the end of a move under way; answers its name. */
    record CancelMove(MoveId move) implements ControlRequest {}

    /** Answers {@link io.supercloud.migration.Timeline}. */
    record MoveTimeline(MoveId move) implements ControlRequest {}

    /** Answers {@link Answers.Why}. */
    record Why(VmId vm) implements ControlRequest {}

    /** Moves all VMs away from a host; answers {@link Answers.Evacuation}. */
    record Evacuate(String host, boolean plan, Optional<Instant> deadline) implements ControlRequest {}

    /** Has a local cloud take a host away after so long; answers its instance's name. */
    record Reclaim(String host, long noticeSeconds) implements ControlRequest {}

    /** Streams events numbered above {@code after}; ends after the kept ones unless {@code follow}. */
    record FollowEvents(long after, boolean follow) implements ControlRequest {}

    /** Answers text in the format of Prometheus: all figures, or those of one host's agent. */
    record ReadMetrics(Optional<String> host) implements ControlRequest {}

    /** Gives a network namespace of this machine a port in the overlay, at a site; answers {@link Answers.Client}. */
    record AttachClient(String name, String namespace, SiteId site) implements ControlRequest {}

    /**
     * Replays a market for one VM, from a time on, until it ended or has brought {@code moves} moves; answers
     * {@link Answers.Replay}.
     */
    record ReplayMarket(
            VmId vm,
            Optional<String> trace,
            Optional<String> policy,
            Optional<Instant> from,
            int moves,
            long limitMillis,
            double speed)
            implements ControlRequest {}
}
