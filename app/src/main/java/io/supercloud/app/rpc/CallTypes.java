package io.supercloud.app.rpc;

import io.supercloud.cluster.MessageTypes;
import io.supercloud.core.HostId;
import io.supercloud.core.ImageId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.MoveId;
import io.supercloud.core.Owner;
import io.supercloud.core.VmId;
import io.supercloud.image.AtRisk;
import io.supercloud.image.BlockData;
import io.supercloud.image.Changes;
import io.supercloud.image.Durability;
import io.supercloud.image.Encryption;
import io.supercloud.image.ScrubReport;
import io.supercloud.image.Seal;
import io.supercloud.image.VolumeDescription;
import io.supercloud.image.ledger.Copies;
import io.supercloud.migration.CheckpointRecord;
import io.supercloud.migration.ConsoleText;
import io.supercloud.migration.DiskCare;
import io.supercloud.migration.HostActivity;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostFigures;
import io.supercloud.migration.MoveManner;
import io.supercloud.migration.Protection;
import io.supercloud.migration.RestKept;
import io.supercloud.migration.Restarted;
import io.supercloud.migration.SavedState;
import io.supercloud.migration.SourceQuestion;
import io.supercloud.migration.StreamFigures;
import io.supercloud.migration.StreamKinds;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.StreamShape;
import java.util.List;

/**
 * The types of {@link HostCall} on the wire. An id is never used for another type; a new type gets the next free id at
 * the end.
 */
public final class CallTypes {
    private static final int FIRST_ID = 16;

    private static final List<Class<?>> IN_ORDER = List.of(
            VmId.class,
            HostId.class,
            ImageId.class,
            MoveId.class,
            Ipv4.class,
            MacAddress.class,
            Owner.class,
            VmSpec.class,
            Seal.class,
            Changes.class,
            BlockData.class,
            HostCall.Done.class,
            HostCall.DescribeHost.class,
            HostCall.RunVm.class,
            HostCall.StopVm.class,
            HostCall.EraseVm.class,
            HostCall.ListVms.class,
            HostCall.ReadConsole.class,
            HostCall.TypeConsole.class,
            HostCall.AttachEndpoint.class,
            HostCall.DetachEndpoint.class,
            HostCall.Reserve.class,
            HostCall.Warm.class,
            HostCall.Arm.class,
            HostCall.Transfer.class,
            HostCall.FollowTransfer.class,
            HostCall.CancelTransfer.class,
            HostCall.Abandon.class,
            HostCall.OpenVolume.class,
            HostCall.ResumeVm.class,
            HostCall.Hydrate.class,
            HostCall.CleanSource.class,
            HostCall.ReadChanges.class,
            HostCall.ReadBlocks.class,
            HostCall.MoveOrder.class,
            HostCall.HostFacts.class,
            HostCall.VmStatus.class,
            HostCall.VmList.class,
            ConsoleText.class,
            HostCall.Armed.class,
            HostCall.VolumeProgress.class,
            HostCall.Resumed.class,
            HostCall.TransferStatus.Streaming.class,
            HostCall.TransferStatus.Switched.class,
            HostCall.TransferStatus.GivenUp.class,
            HostCall.TransferStatus.Unknown.class,
            HostCall.SwitchTimes.class,
            HostCall.DescribeVolume.class,
            VolumeDescription.class,
            HostCall.MeasureVm.class,
            HostCall.VmLoad.class,
            HostCall.PauseVm.class,
            HostCall.ResetVm.class,
            HostCall.SuspendVm.class,
            HostCall.WakeVm.class,
            HostCall.TakeSnapshot.class,
            HostCall.RestoreSnapshot.class,
            HostCall.DeleteSnapshot.class,
            HostCall.CloneDisk.class,
            SavedState.class,
            MoveManner.class,
            MoveManner.Kind.class,
            MoveManner.PostCopy.class,
            HostCall.VmPart.class,
            HostCall.LimitTransfer.class,
            HostCall.TakeRest.class,
            HostCall.RestPoint.class,
            HostCall.KeepsRest.class,
            RestKept.class,
            HostCall.GuestKinds.class,
            HostCall.HostPlace.class,
            HostCall.ReadFigures.class,
            HostFigures.VmFigures.class,
            HostFigures.class,
            HostCall.ReadActivity.class,
            HostActivity.VmActivity.class,
            HostActivity.class,
            HostCall.AskSource.class,
            SourceQuestion.Names.class,
            SourceQuestion.Digests.class,
            SourceQuestion.Blocks.class,
            SourceQuestion.Hottest.class,
            SourceQuestion.Answer.class,
            MoveManner.Compression.class,
            StreamShape.class,
            StreamKinds.class,
            StreamFigures.class,
            Encryption.class,
            Protection.class,
            Protection.OnHostLoss.class,
            Durability.Local.class,
            Durability.Archived.class,
            Durability.Replicated.class,
            Copies.class,
            HostCall.ScrubDisk.class,
            ScrubReport.class,
            HostCall.ResumeCheckpoint.class,
            CheckpointRecord.class,
            Restarted.class,
            AtRisk.class,
            HostCall.TendDisk.class,
            DiskCare.StandBy.class,
            DiskCare.Pace.class);

    private CallTypes() {}

    public static MessageTypes all() {
        MessageTypes types = new MessageTypes();
        for (int i = 0; i < IN_ORDER.size(); i++) {
            types.register(FIRST_ID + i, IN_ORDER.get(i));
        }
        return types;
    }

    /** Whether every kind of call is registered; for the test that holds this list complete. */
    static List<Class<?>> registered() {
        return IN_ORDER;
    }
}
