package io.supercloud.migration;

import static io.supercloud.migration.Samples.EAST;
import static io.supercloud.migration.Samples.WEST;
import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.HostId;
import io.supercloud.core.Owner;
import io.supercloud.migration.HostCall.HostFacts;
import io.supercloud.migration.HostCall.MoveOrder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MoveChecksTest {
    private static final MoveOrder ORDER = Samples.order("m1");
    private static final long NEEDED_MIB = 256 + MoveChecks.OVERHEAD_MIB;
    private static final long NEEDED_BYTES = MoveChecks.LOG_FACTOR * (64L << 20);

    private static HostFacts facts(HostId host, int major, String accelerator, long memoryMiB, long diskBytes) {
        return new HostFacts(
                host,
                "QEMU " + major,
                major,
                accelerator,
                "pc-i440fx-10.0",
                Samples.GUESTS,
                Samples.STREAMS,
                Samples.PLACE,
                memoryMiB,
                diskBytes,
                true,
                List.of());
    }

    private static HostFacts with(HostCall.GuestKinds guests, HostCall.HostPlace place) {
        return new HostFacts(
                WEST,
                "QEMU 10",
                10,
                "TCG",
                "pc-i440fx-10.0",
                guests,
                Samples.STREAMS,
                place,
                4096,
                10L << 30,
                true,
                List.of());
    }

    @Test
    void aHostThatCannotPresentTheVmsHardwareIsRefused() {
        HostFacts other = with(new HostCall.GuestKinds(List.of("pc-i440fx-9.0"), List.of("Nehalem")), Samples.PLACE);
        assertThat(objections(Samples.facts(EAST), other))
                .hasSize(2)
                .anySatisfy(why -> assertThat(why).contains("west", "pc-i440fx-10.0"))
                .anySatisfy(why -> assertThat(why).contains("west", "CPU model qemu64"));
    }

    @Test
    void framesOfTheOverlayMustFitIntoPacketsOfBothHosts() {
        assertThat(objections(Samples.facts(EAST), with(Samples.GUESTS, new HostCall.HostPlace(1450, 1400, 0, 0))))
                .as("just fits")
                .isEmpty();
        assertThat(objections(Samples.facts(EAST), with(Samples.GUESTS, new HostCall.HostPlace(1449, 0, 0, 0))))
                .singleElement()
                .asString()
                .contains("west", "1449", "1450", "smaller MTU");
    }

    @Test
    void aClockThatWouldJumpIsToldAndAStoppedVmHasNone() {
        Duration jump = MoveChecks.MOST_SKEW.plusMillis(1);
        HostFacts east = Samples.facts(EAST);
        HostFacts west = Samples.facts(WEST);
        assertThat(MoveChecks.objections(ORDER, east, west, MoveChecks.MOST_SKEW))
                .isEmpty();
        assertThat(MoveChecks.objections(ORDER, east, west, jump))
                .singleElement()
                .asString()
                .contains("clock of host west", "ahead of", "east");
        assertThat(MoveChecks.objections(ORDER, east, west, jump.negated()))
                .singleElement()
                .asString()
                .contains("behind");
    }

    private static List<String> objections(HostFacts source, HostFacts target) {
        return MoveChecks.objections(ORDER, source, target, Duration.ZERO);
    }

    @Test
    void nothingSpeaksAgainstAMoveBetweenEqualHosts() {
        assertThat(objections(Samples.facts(EAST), Samples.facts(WEST))).isEmpty();
        assertThat(objections(facts(EAST, 10, "TCG", 0, 0), facts(WEST, 10, "TCG", NEEDED_MIB, NEEDED_BYTES)))
                .as("just enough")
                .isEmpty();
    }

    @Test
    void tcgUnderAnOldQemuIsRefusedOnEitherSide() {
        HostFacts old = facts(EAST, 8, "TCG", 4096, 10L << 30);
        assertThat(objections(old, Samples.facts(WEST)))
                .singleElement()
                .asString()
                .contains("east", "loses guest memory", "QEMU 9");
        assertThat(objections(facts(EAST, 8, "TCG", 4096, 10L << 30), facts(WEST, 8, "TCG", 4096, 10L << 30)))
                .hasSize(2);
        assertThat(objections(facts(EAST, 9, "TCG", 4096, 10L << 30), Samples.facts(WEST)))
                .isEmpty();
        assertThat(objections(facts(EAST, 8, "KVM", 4096, 10L << 30), facts(WEST, 8, "KVM", 4096, 10L << 30)))
                .isEmpty();
    }

    @Test
    void accelerationMustBeTheSame() {
        assertThat(objections(facts(EAST, 10, "KVM", 4096, 10L << 30), Samples.facts(WEST)))
                .singleElement()
                .asString()
                .contains("KVM", "TCG");
    }

    @Test
    void aVmDoesNotGoToAnOlderHypervisor() {
        assertThat(objections(facts(EAST, 11, "TCG", 4096, 10L << 30), Samples.facts(WEST)))
                .singleElement()
                .asString()
                .contains("newer");
        assertThat(objections(Samples.facts(EAST), facts(WEST, 11, "TCG", 4096, 10L << 30)))
                .isEmpty();
    }

    @Test
    void theTargetNeedsMemoryAndDisk() {
        assertThat(objections(Samples.facts(EAST), facts(WEST, 10, "TCG", NEEDED_MIB - 1, NEEDED_BYTES)))
                .singleElement()
                .asString()
                .contains("west", "memory", String.valueOf(NEEDED_MIB));
        assertThat(objections(Samples.facts(EAST), facts(WEST, 10, "TCG", NEEDED_MIB, NEEDED_BYTES - 1)))
                .singleElement()
                .asString()
                .contains("west", "disk");
    }

    private static List<String> objections(MoveManner.Kind kind, HostFacts source, HostFacts target) {
        MoveOrder order =
                new MoveOrder(ORDER.move(), ORDER.spec(), ORDER.before(), ORDER.after(), MoveManner.LIVE.of(kind));
        return MoveChecks.objections(order, source, target, Duration.ZERO);
    }

    @Test
    void aSuspendedVmNeedsAHostThatRunsItsMemoryAndHasTheDiskForIt() {
        HostFacts other = facts(WEST, 9, "KVM", 0, NEEDED_BYTES + (256L << 20) - 1);
        assertThat(objections(MoveManner.Kind.SUSPENDED, Samples.facts(EAST), other))
                .hasSize(4)
                .anyMatch(sentence -> sentence.contains("KVM"))
                .anyMatch(sentence -> sentence.contains("newer"))
                .anyMatch(sentence -> sentence.contains("memory free"))
                .anyMatch(sentence -> sentence.contains("disk free"));
        assertThat(objections(
                        MoveManner.Kind.SUSPENDED,
                        facts(EAST, 8, "TCG", 0, 0),
                        facts(WEST, 8, "TCG", NEEDED_MIB, NEEDED_BYTES + (256L << 20))))
                .as("what is saved of a stopped guest is whole under any QEMU")
                .isEmpty();
    }

    @Test
    void aStoppedVmNeedsNothingButDisk() {
        assertThat(objections(MoveManner.Kind.COLD, Samples.facts(EAST), facts(WEST, 7, "KVM", 0, NEEDED_BYTES)))
                .isEmpty();
        assertThat(objections(MoveManner.Kind.COLD, Samples.facts(EAST), facts(WEST, 7, "KVM", 0, NEEDED_BYTES - 1)))
                .singleElement()
                .asString()
                .contains("disk");
    }

    @Test
    void aCompressedStreamNeedsBothHypervisorsToCompress() {
        HostFacts plain = new HostFacts(
                WEST,
                "QEMU 10",
                10,
                "TCG",
                "pc",
                Samples.GUESTS,
                new StreamKinds(4, 1, false),
                Samples.PLACE,
                4096,
                10L << 30,
                true,
                List.of());
        MoveOrder forced = new MoveOrder(
                ORDER.move(),
                ORDER.spec(),
                ORDER.before(),
                ORDER.after(),
                MoveManner.LIVE.with(MoveManner.Compression.ALWAYS));
        assertThat(MoveChecks.objections(forced, Samples.facts(EAST), plain, Duration.ZERO))
                .singleElement()
                .asString()
                .contains("QEMU 10 on host west", "compress");
        assertThat(objections(Samples.facts(EAST), plain))
                .as("only where it is forced")
                .isEmpty();
    }

    private static HostFacts version(HostId host, String hypervisor) {
        return new HostFacts(
                host,
                hypervisor,
                10,
                "TCG",
                "pc",
                Samples.GUESTS,
                Samples.STREAMS,
                Samples.PLACE,
                4096,
                10L << 30,
                true,
                List.of());
    }

    @Test
    void memoryGoesToAnOlderHypervisorNeverAndFromANewerOneNotBack() {
        HostFacts older = version(EAST, "QEMU 10.0.2");
        HostFacts newer = version(WEST, "QEMU 10.1.0");
        assertThat(objections(older, newer)).isEmpty();
        assertThat(MoveChecks.remarks(ORDER, older, newer))
                .singleElement()
                .asString()
                .contains("cannot come back", "QEMU 10.1.0 on host west");
        assertThat(MoveChecks.remarks(ORDER, older, version(WEST, "QEMU 10.0.9")))
                .isEmpty();
        assertThat(objections(newer, older)).anyMatch(why -> why.contains("newer"));
        assertThat(objections(MoveManner.Kind.COLD, newer, older))
                .as("a disk is read by all")
                .isEmpty();
    }

    @Test
    void aCertificateThatEndsDuringTheMoveIsTold() {
        long now = 1_000_000;
        long enough = MoveChecks.LEAST_TRUST.toMillis();
        assertThat(objections(
                        Samples.facts(EAST),
                        with(Samples.GUESTS, new HostCall.HostPlace(1500, 1400, now, now + enough))))
                .isEmpty();
        assertThat(objections(
                        Samples.facts(EAST),
                        with(Samples.GUESTS, new HostCall.HostPlace(1500, 1400, now, now + enough - 1))))
                .singleElement()
                .asString()
                .contains("certificate", "west", "anew");
    }

    @Test
    void aHostWithoutItsSwitchTakesPartInNoMove() {
        HostFacts cutOff = new HostFacts(
                WEST,
                "QEMU 10",
                10,
                "TCG",
                "pc",
                Samples.GUESTS,
                Samples.STREAMS,
                Samples.PLACE,
                4096,
                10L << 30,
                false,
                List.of());
        assertThat(objections(Samples.facts(EAST), cutOff))
                .singleElement()
                .asString()
                .contains("west", "Open vSwitch");
    }

    @Test
    void aVmIsNotMovedToWhereItIs() {
        MoveOrder nowhere =
                new MoveOrder(ORDER.move(), ORDER.spec(), new Owner(EAST, 1), new Owner(EAST, 2), MoveManner.LIVE);
        assertThat(MoveChecks.objections(nowhere, Samples.facts(EAST), Samples.facts(EAST), Duration.ZERO))
                .singleElement()
                .asString()
                .contains("already");
    }
}
