package io.supercloud.migration.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.migration.hypervisor.VirtualMachine.RunState;
import io.supercloud.migration.hypervisor.VirtualMachine.StreamSettings;
import org.junit.jupiter.api.Test;

/** What every hypervisor does whose memory travels over channels beside the first, compressed. */
abstract class ParallelStreamContract extends PostCopyContract {
    @Test
    void aCompressedStreamCanBeCancelledAndLimitedAndArrives() {
        StreamShape shape = StreamShape.compressed(source().facts().channels());
        VirtualMachine from = running();
        StreamSettings slow = new StreamSettings(500, 1 << 20, 1, shape);
        from.beginStream(awaiting().listen(anyPort(), SOURCE, shape), TARGET, slow);
        from.cancelStream();
        from.resume();
        assertThat(from.runState()).isEqualTo(RunState.RUNNING);

        VirtualMachine to = awaiting();
        from.beginStream(to.listen(anyPort(), SOURCE, shape), TARGET, slow);
        from.adjustStream(slow.at(0));
        from.awaitSwitchoverPoint(LIMIT, progress -> {});
        from.finishStream(LIMIT);
        to.awaitArrival(LIMIT);
        to.resume();

        assertThat(to.runState()).isEqualTo(RunState.RUNNING);
        assertThat(from.streamProgress().sentBytes()).isPositive();
    }

    @Test
    void aGuestMayTravelPlainAfterItHasTravelledCompressed() {
        VirtualMachine from = running();
        arrive(from, awaiting(), StreamShape.compressed(1));
        from.cancelStream();
        from.resume();

        arrive(from, awaiting(), StreamShape.SINGLE);
    }

    private static void arrive(VirtualMachine from, VirtualMachine to, StreamShape shape) {
        from.beginStream(to.listen(anyPort(), SOURCE, shape), TARGET, new StreamSettings(500, 0, 1, shape));
        from.awaitSwitchoverPoint(LIMIT, progress -> {});
        from.finishStream(LIMIT);
        to.awaitArrival(LIMIT);
        to.kill();
    }
}
