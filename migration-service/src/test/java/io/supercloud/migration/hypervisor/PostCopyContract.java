package io.supercloud.migration.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.migration.hypervisor.VirtualMachine.Rest;
import io.supercloud.migration.hypervisor.VirtualMachine.RunState;
import io.supercloud.migration.hypervisor.VirtualMachine.StreamSettings;
import org.junit.jupiter.api.Test;

/** What every hypervisor does when a guest runs at its target before its memory is there. */
abstract class PostCopyContract extends HypervisorContract {
    /** So slow that nothing ends by itself. */
    private static final StreamSettings SLOW = new StreamSettings(50, 1 << 20, 1, StreamShape.POST_COPY);

    private static final StreamSettings FAST = SLOW.at(0);

    /** The guest runs at its target, and most of its memory is at its source. */
    private static void runThere(VirtualMachine from, VirtualMachine to) {
        from.beginStream(to.listen(anyPort(), SOURCE, StreamShape.POST_COPY), TARGET, SLOW);
        from.startPostCopy();
        from.awaitSwitchoverPoint(LIMIT, progress -> {});
        from.finishStream(LIMIT);
        to.awaitArrival(LIMIT);
        to.resume();
    }

    private static void awaitRest(VirtualMachine machine, Rest wanted) {
        await().dontCatchUncaughtExceptions().atMost(LIMIT).until(() -> machine.restOfMemory() == wanted);
    }

    @Test
    void aGuestRunsAtItsTargetBeforeItsMemoryIsThere() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();

        runThere(from, to);

        assertThat(to.runState()).isEqualTo(RunState.RUNNING);
        assertThat(from.runState()).isEqualTo(RunState.PAUSED);
        assertThat(to.restOfMemory()).isEqualTo(Rest.ARRIVING);
        assertThat(from.restOfMemory()).isEqualTo(Rest.ARRIVING);
        from.adjustStream(FAST);
        assertThat(to.awaitRest(LIMIT)).isEqualTo(Rest.NONE);
        assertThat(from.awaitRest(LIMIT)).isEqualTo(Rest.NONE);
        assertThat(to.runState()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void aStreamThatMayBecomeAPostCopyNeedNot() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();

        from.beginStream(
                to.listen(anyPort(), SOURCE, StreamShape.POST_COPY),
                TARGET,
                new StreamSettings(500, 0, 1, StreamShape.POST_COPY));
        from.awaitSwitchoverPoint(LIMIT, progress -> {});
        from.finishStream(LIMIT);
        to.awaitArrival(LIMIT);
        to.resume();

        assertThat(to.awaitRest(LIMIT)).isEqualTo(Rest.NONE);
        assertThat(to.runState()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void aPostCopyCanBeCancelledUntilItsLastPart() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();
        from.beginStream(to.listen(anyPort(), SOURCE, StreamShape.POST_COPY), TARGET, SLOW);
        from.startPostCopy();
        from.awaitSwitchoverPoint(LIMIT, progress -> {});

        from.cancelStream();
        from.resume();

        assertThat(from.runState()).isEqualTo(RunState.RUNNING);
        assertThat(from.restOfMemory()).isEqualTo(Rest.NONE);
    }

    @Test
    void aBrokenPostCopyIsTakenUpAgain() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();
        runThere(from, to);

        from.breakRest();
        assertThat(from.restOfMemory()).isEqualTo(Rest.BROKEN);
        to.breakRest();
        awaitRest(to, Rest.BROKEN);
        from.resumeRest(to.listenForRest(anyPort()));
        from.adjustStream(FAST);

        awaitRest(to, Rest.NONE);
        awaitRest(from, Rest.NONE);
        assertThat(to.runState()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void aPostCopyThatBreaksTwiceIsTakenUpTwice() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();
        runThere(from, to);

        for (int i = 0; i < 2; i++) {
            to.breakRest();
            awaitRest(from, Rest.BROKEN);
            from.resumeRest(to.listenForRest(anyPort()));
            awaitRest(to, Rest.ARRIVING);
        }
        from.adjustStream(FAST);

        awaitRest(to, Rest.NONE);
    }

    @Test
    void aPostCopyWhoseSourceDiesIsBrokenAndNotWhole() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();
        runThere(from, to);

        from.kill();

        awaitRest(to, Rest.BROKEN);
        to.kill();
    }

    @Test
    void aPostCopyIsFoundAndEndedByTheNextProcess() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();
        runThere(from, to);
        from.close();

        VirtualMachine adopted = sourceAfterRestart().adopt(VM).orElseThrow();
        assertThat(adopted.restOfMemory()).isEqualTo(Rest.ARRIVING);
        adopted.adjustStream(FAST);

        awaitRest(to, Rest.NONE);
    }
}
