package io.supercloud.app.manager;

import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.Registry;
import io.supercloud.core.VmId;
import io.supercloud.image.AtRisk;
import io.supercloud.image.ScrubReport;
import io.supercloud.migration.HostActivity;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.HostCall.TransferStatus;
import io.supercloud.migration.HostFigures;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Restarted;
import io.supercloud.migration.SavedState;
import io.supercloud.migration.StreamFigures;
import io.supercloud.migration.StreamKinds;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** Agents that do at once whatever they are asked; a move's transfer changes the owner and no more. */
final class ObligingAgents implements HostAgent.Directory {
    private final Owners owners;
    private final InstantSource clock;
    /** What was asked, in its order. */
    final List<HostCall<?>> asked = new CopyOnWriteArrayList<>();
    /** What every host says that its VMs have done. */
    volatile List<HostActivity.VmActivity> activities = List.of();
    /** How far each standby copy is said to be. */
    volatile HostCall.VolumeProgress tended = new HostCall.VolumeProgress(0, 0, true);
    /** What each scrub is said to have found. */
    volatile ScrubReport scrubbed = new ScrubReport(1, 0, 0, "");
    /** Is told each call before it is carried out, and may refuse it by throwing. */
    volatile BiConsumer<HostId, HostCall<?>> before = (host, call) -> {};

    /** How VMs with checkpoints are said to come to run elsewhere. */
    volatile Restarted restarted = Restarted.RESUMED;

    /** What a transfer is said to have come to; where it is empty, it is over at once. */
    volatile Optional<TransferStatus.Streaming> streaming = Optional.empty();

    ObligingAgents(Registry registry, InstantSource clock) {
        this.clock = clock;
        owners = new Owners(registry);
    }

    @Override
    public HostAgent of(HostId host) {
        return new HostAgent() {
            @Override
            public <R> R call(HostCall<R> call, Duration limit) {
                asked.add(call);
                before.accept(host, call);
                return call.reply().cast(answer(host, call));
            }
        };
    }

    <C> List<C> asked(Class<C> type) {
        return asked.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private Object answer(HostId host, HostCall<?> call) {
        return switch (call) {
            case HostCall.DescribeHost ignored ->
                new HostCall.HostFacts(
                        host,
                        "QEMU 10.0.2",
                        10,
                        "TCG",
                        "pc-q35-10.0",
                        new HostCall.GuestKinds(List.of("pc-q35-10.0"), List.of("Nehalem")),
                        new StreamKinds(2, 1, true),
                        new HostCall.HostPlace(1500, 1400, clock.millis(), 0),
                        9_000,
                        1L << 40,
                        true,
                        List.of());
            case HostCall.ListVms ignored -> new HostCall.VmList(List.of());
            case HostCall.ReadFigures ignored ->
                new HostFigures(List.of(new HostFigures.VmFigures(
                        new VmId("web"), "owning", true, 7, 4096, new AtRisk(true, 8192, 1500))));
            case HostCall.MeasureVm ignored -> new HostCall.VmLoad(32 << 20, 0, 0, 1);
            case HostCall.Warm ignored -> new HostCall.VolumeProgress(0, 0, true);
            case HostCall.Arm arm -> new HostCall.Armed(Ipv4.parse("127.0.0.9"), 1, arm.stream());
            case HostCall.FollowTransfer follow -> switched(follow.order());
            case HostCall.ResumeVm ignored -> new HostCall.Resumed(1);
            case HostCall.TendDisk ignored -> tended;
            case HostCall.ScrubDisk ignored -> scrubbed;
            case HostCall.Hydrate ignored -> new HostCall.VolumeProgress(0, 0, true);
            case HostCall.ReadActivity ignored -> new HostActivity(activities);
            case HostCall.ResumeCheckpoint ignored -> restarted;
            case HostCall.SuspendVm ignored -> new SavedState(1, 1);
            default -> HostCall.Done.DONE;
        };
    }

    private TransferStatus switched(MoveOrder order) {
        Optional<TransferStatus.Streaming> still = streaming;
        if (still.isPresent()) {
            return still.get();
        }
        if (owners.find(order.vm().value()).equals(Optional.of(order.before()))) {
            owners.change(owners.hold(order.vm().value(), order.before()), order.after());
        }
        return new TransferStatus.Switched(
                new HostCall.SwitchTimes(1, 1, 1, 1, 1, 1, 5, 0), 32 << 20, StreamFigures.NONE);
    }
}
