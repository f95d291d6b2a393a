package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.SupercloudException;
import io.supercloud.migration.MoveManner;
import io.supercloud.migration.MoveManner.Compression;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.MoveManner.PostCopy;
import io.supercloud.migration.MoveState.Step;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Runs cases on one deployment, one after the other, and checks after each that nothing of it is left. */
final class ChaosTrial {
    /** After a fault is mended, or a killed process could be started again, a move ends within this. */
    static final Duration BOUND = Duration.ofSeconds(120);

    private static final Duration POLL = Duration.ofMillis(100);
    /** Records are of so many bytes, one every so many microseconds. */
    private static final String WRITE = "WRITE START 4096 5000";
    /** More than the link carries, even from a guest that is slowed down. */
    private static final String DIRTY = "DIRTY 900";
    /** With no other way out than a post-copy. */
    private static final MoveManner POST_COPY =
            new MoveManner(Kind.LIVE, PostCopy.IF_NEEDED, Compression.NEVER, 50, 50);
    /** Longer than the source looks at a stream that stands still. */
    private static final Duration POST_COPY_HOLD = Duration.ofSeconds(12);

    private final ChaosBed bed;
    private final long seed;
    private final boolean moveAfterwards;
    /** What a host has in peace, by account and whether it runs the VM. */
    private final Map<String, Footprint> peace = new HashMap<>();

    /** @param moveAfterwards whether each case is followed by a move in peace, which nothing must hinder */
    ChaosTrial(ChaosBed bed, long seed, boolean moveAfterwards) {
        this.bed = bed;
        this.seed = seed;
        this.moveAfterwards = moveAfterwards;
        for (int way = 0; way < 2; way++) {
            moveInPeace("peace");
            ChaosBed.ACCOUNTS.forEach(account -> peace.put(role(account), Footprint.of(bed, account)));
        }
    }

    private void moveInPeace(String reason) {
        assertThat(bed.move(ChaosBed.other(owner()), reason).failure()).isEmpty();
        awaitOneCopy();
    }

    private String owner() {
        return ChaosBed.account(bed.vm());
    }

    private String role(String account) {
        return account + (account.equals(owner()) ? " runs the VM" : " does not run the VM");
    }

    /** Returns how the move ended, in a few words; throws where any promise was broken. */
    String run(ChaosCase chaos) {
        String source = owner();
        askUntil(WRITE, "OK");
        String boot = bed.guest().ask("BOOTID");
        assertThat(boot).isNotEmpty();
        int known = bed.moves().length;

        Struck struck = strike(chaos, source);
        String end = awaitSound(known, struck, chaos.mayRestartTheGuest() ? Optional.empty() : Optional.of(boot));
        if (moveAfterwards) {
            moveInPeace("after " + chaos);
            awaitNothingLeft();
            assertWhole(struck.acknowledged());
        }
        return struck.found() ? end : end + " (nothing to strike: no such process at this step)";
    }

    private String awaitSound(int known, Struck struck, Optional<String> boot) {
        awaitEnd(known);
        awaitOneCopy();
        boot.ifPresent(before -> assertThat(bed.guest().ask("BOOTID"))
                .as("the very guest that began")
                .isEqualTo(before));
        awaitNothingLeft();
        assertWhole(struck.acknowledged());
        Answers.Move[] moves = bed.moves();
        assertThat(moves).hasSize(known + 1);
        String end = moves[known].failure().orElse("settled");
        assertThat(end).as("what the case before left").doesNotContain("already being moved");
        return end;
    }

    /**
     * A move that only a post-copy ends, struck when the guest runs at its target and most of its memory is at its source.
     * Returns whether the guest is the one that began.
     */
    boolean runPostCopy(Fault fault) {
        String source = owner();
        String target = ChaosBed.other(source);
        askUntil(WRITE, "OK");
        askUntil(DIRTY, "dirtied=");
        String boot = bed.guest().ask("BOOTID");
        int known = bed.moves().length;
        Injection injection = new Injection(bed, fault, source);
        try (EventTail events = new EventTail(bed.deployment().manager())) {
            long before = bed.ask(new ControlRequest.FollowEvents(0, false), Long.class);
            Thread.ofVirtual()
                    .start(() -> moveQuietly(
                            new ControlRequest.Move(ChaosBed.VM, target + "-1", false, "post-copy", POST_COPY)));
            events.awaitAfter(before, "move.stalls", BOUND);
            injection.prepare();
            long acknowledged = TestGuest.records(askUntil("STATUS", "records="));
            events.awaitAfter(before, "vm.resumed", BOUND);
            assertThat(injection.strike()).isTrue();
            if (fault.kind() != Fault.Kind.KILL) {
                after(POST_COPY_HOLD);
                injection.mend();
            }
            assertThat(awaitSound(known, new Struck(acknowledged, true), Optional.empty()))
                    .isEqualTo("settled");
        } finally {
            injection.mend();
        }
        return bed.guest().ask("BOOTID").equals(boot);
    }

    /** @param acknowledged records before the fault */
    private record Struck(long acknowledged, boolean found) {}

    private Struck strike(ChaosCase chaos, String source) {
        String target = ChaosBed.other(source);
        Injection injection = new Injection(bed, chaos.fault(), source);
        try (StepWatch watch = new StepWatch(bed, target)) {
            Thread.ofVirtual()
                    .start(() -> moveQuietly(new ControlRequest.Move(ChaosBed.VM, target + "-1", false, "chaos")));
            watch.awaitEve(chaos.step());
            injection.prepare();
            long acknowledged = TestGuest.records(askUntil("STATUS", "records="));
            watch.awaitBegin(chaos.step());
            if (chaos.step() == Step.ARM) {
                injection.awaitProcess();
            }
            after(chaos.delay(seed));
            boolean found = injection.strike();
            if (found && chaos.fault().kind() != Fault.Kind.KILL) {
                after(chaos.hold(seed));
            }
            return new Struck(acknowledged, found);
        } finally {
            injection.mend();
        }
    }

    private static void after(Duration time) {
        Executor later = CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture.runAsync(() -> {}, later).join();
    }

    private void moveQuietly(ControlRequest.Move request) {
        try {
            bed.ask(request, Answers.Move.class);
        } catch (SupercloudException managerGone) {
            // The journal tells how the move ends.
            return;
        }
    }

    private void awaitEnd(int known) {
        await("the move ends or is undone")
                .atMost(BOUND)
                .pollInterval(POLL)
                .ignoreExceptionsInstanceOf(SupercloudException.class)
                .until(() -> {
                    Answers.Move[] moves = bed.moves();
                    return moves.length > known
                            && Arrays.stream(moves)
                                    .noneMatch(move -> move.state().equals("under way"));
                });
    }

    /** One process in all namespaces, on the host that the owner record names, and the guest answers. */
    private void awaitOneCopy() {
        await("one copy, at its owner's")
                .atMost(BOUND)
                .pollInterval(POLL)
                .ignoreExceptionsInstanceOf(SupercloudException.class)
                .untilAsserted(() -> {
                    Answers.Vm vm = bed.vm();
                    assertThat(vm.state()).isEqualTo("running");
                    String owner = ChaosBed.account(vm);
                    assertThat(bed.qemus(owner)).hasSize(1);
                    assertThat(bed.qemus(ChaosBed.other(owner))).isEmpty();
                    assertThat(bed.guest().ask("PING 1")).isEqualTo("PONG 1");
                });
    }

    private void awaitNothingLeft() {
        await("nothing is left over")
                .atMost(BOUND)
                .pollInterval(POLL)
                .ignoreExceptionsInstanceOf(SupercloudException.class)
                .untilAsserted(() -> assertThat(leftOver()).isEmpty());
    }

    private List<String> leftOver() {
        return ChaosBed.ACCOUNTS.stream()
                .flatMap(account -> Footprint.of(bed, account).differences(peace.get(role(account))).stream()
                        .map(difference -> account + ": " + difference))
                .toList();
    }

    private void assertWhole(long acknowledged) {
        askUntil("WRITE STOP", "OK");
        String verified = askUntil("VERIFY", "VERIFIED");
        assertThat(verified).contains("lost=0 ").endsWith("corrupt=0");
        assertThat(TestGuest.records(verified)).isGreaterThanOrEqualTo(acknowledged);
    }

    private String askUntil(String command, String beginning) {
        return await("the guest answers " + command)
                .atMost(BOUND)
                .pollInterval(POLL)
                .until(() -> bed.guest().ask(command), answer -> answer.startsWith(beginning));
    }
}
