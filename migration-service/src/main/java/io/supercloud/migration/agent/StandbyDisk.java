package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.VmId;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeDescription;
import io.supercloud.image.VolumeState;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.VmPart;
import io.supercloud.migration.HostCall.VolumeProgress;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.RemoteVolume;
import java.time.Duration;

/**
 * A copy of a disk that is kept where its VM may have to go: it follows the owner's copy as the target of a move does. A move to here, or the
 * recovery of a replicated disk, finds its blocks and fetches the rest alone.
 */
final class StandbyDisk {
    private StandbyDisk() {}

    /** Fetches what has changed, for at most so long; complete where this copy has all that there was when it was asked. */
    static VolumeProgress follow(HostContext host, HostedVm hosted, Owner owner, Duration limit) {
        VmId vm = hosted.id();
        if (!(hosted.role() instanceof Role.Left)) {
            throw new MigrationException("VM %s comes to %s just now".formatted(vm, host.me()));
        }
        if (!hosted.role().leftTo(owner)) {
            hosted.become(new Role.Left(owner));
        }
        long end = host.tasks().nanoTime() + limit.toNanos();
        VolumeDescription description =
                host.hosts().of(owner.host()).call(new HostCall.DescribeVolume(vm, VmPart.DISK));
        RemoteVolume source = new RemoteVolume(host.hosts(), owner.host(), vm, VmPart.DISK);
        VolumeState following = new VolumeState.Standby(owner.epoch() + 1);
        Volume copy = host.volumes()
                .find(VmVolumes.disk(vm))
                .filter(known -> known.state().equals(following))
                .filter(known -> known.description().equals(description))
                .orElseGet(() -> host.volumes().standby(VmVolumes.disk(vm), description, following.epoch(), source));
        copy.attachSource(source);
        if (copy.catchUp() > 0) {
            copy.prefetch(() -> host.tasks().nanoTime() < end, (done, total) -> {});
        }
        return TargetSide.progress(copy);
    }
}
