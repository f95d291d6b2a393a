package io.supercloud.migration.agent;

import io.supercloud.migration.Convergence;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.Paths;
import io.supercloud.migration.hypervisor.StreamShape;
import io.supercloud.migration.hypervisor.VirtualMachine;
import io.supercloud.migration.hypervisor.VirtualMachine.StreamProgress;
import io.supercloud.migration.hypervisor.VirtualMachine.StreamSettings;
import java.time.Duration;
import java.util.Map;

/** Takes the measures by which a pre-copy comes to its end at a good moment, or, where it stalls, at all. */
final class Escalation {
    private static final int UNTHROTTLED_PERCENT = 1;

    private final HostContext host;
    private final MoveOrder order;
    private Convergence convergence;
    private VirtualMachine machine;
    private StreamSettings settings;
    private boolean postCopy;

    Escalation(HostContext host, MoveOrder order, long bandwidthBytesPerSecond, StreamShape shape) {
        this.host = host;
        this.order = order;
        this.settings = new StreamSettings(
                order.manner().downtimeLimitMillis(), bandwidthBytesPerSecond, UNTHROTTLED_PERCENT, shape);
    }

    /** The settings of the stream, which begins now. */
    synchronized StreamSettings of(VirtualMachine streaming) {
        machine = streaming;
        convergence = new Convergence(order.manner(), underNotice() ? Duration.ZERO : Convergence.PATIENCE);
        settings = settings.within(convergence.downtimeMillis());
        return settings;
    }

    /** Whether the guest's memory follows it. */
    synchronized boolean postCopy() {
        return postCopy;
    }

    synchronized void limit(long bytesPerSecond) {
        settings = settings.at(bytesPerSecond);
        if (machine != null) {
            machine.adjustStream(settings);
        }
    }

    synchronized void observe(StreamProgress progress) {
        convergence.after(progress, host.tasks().nanoTime()).ifPresent(this::take);
    }

    private void take(Convergence.Measure measure) {
        switch (measure) {
            case Convergence.Measure.Settle(long millis) -> {
                settings = settings.within(millis);
                machine.adjustStream(settings);
            }
            case Convergence.Measure.Throttle(int percent) -> {
                settings = settings.throttling(percent);
                machine.adjustStream(settings);
                tell("the guest is slowed down by up to %d %%".formatted(percent));
            }
            case Convergence.Measure.AllowDowntime(long millis) -> {
                settings = settings.within(millis);
                machine.adjustStream(settings);
                tell("the guest may stand still for %d ms".formatted(millis));
            }
            case Convergence.Measure.PostCopy() -> {
                if (underNotice()) {
                    tell("this host is under notice, so that its memory may not follow the guest");
                } else {
                    machine.startPostCopy();
                    postCopy = true;
                    tell("the rest of its memory will follow the guest");
                }
            }
        }
    }

    private boolean underNotice() {
        return host.registry().read(Paths.notice(host.me())).isPresent();
    }

    private void tell(String measure) {
        host.tell(
                "move.stalls",
                order.vm().value(),
                "the memory of VM %s changes as fast as it travels to %s: %s"
                        .formatted(order.vm(), order.target(), measure),
                Map.of("move", order.move().value()));
    }
}
