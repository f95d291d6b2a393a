package io.supercloud.migration;

import io.supercloud.migration.HostCall.HostFacts;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.MoveManner.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Step 1: what speaks against a move, decided from what both hosts say of themselves. Pure. */
public final class MoveChecks {
    /** QEMU before 9.0 loses dirty pages of TCG guests in live migration. */
    static final int SOUND_TCG_MAJOR = 9;
    /** What a VM's process needs beside the guest's memory. */
    static final long OVERHEAD_MIB = 128;
    /** A volume's log may hold each block twice before it is cleaned. */
    static final int LOG_FACTOR = 2;

    /** Outer Ethernet, IPv4, UDP and VXLAN headers (RFC 7348), less the inner Ethernet header that an MTU does not count. */
    static final int VXLAN_BYTES = 50;
    /** A guest's clock follows its host's; one that jumps breaks leases and certificates. */
    static final Duration MOST_SKEW = Duration.ofSeconds(2);

    /** No stream lasts longer, also one that is taken up again. */
    static final Duration LEAST_TRUST = Duration.ofHours(1);

    private MoveChecks() {}

    /**
     * Sentences, each a reason not to move; empty where nothing is in the way.
     *
     * @param skew by how much the target's clock is ahead of the source's
     */
    public static List<String> objections(MoveOrder order, HostFacts source, HostFacts target, Duration skew) {
        List<String> found = new ArrayList<>();
        Kind kind = order.manner().kind();
        if (order.source().equals(order.target())) {
            found.add("VM %s is on %s already".formatted(order.vm(), order.target()));
        }
        for (HostFacts host : List.of(source, target)) {
            if (kind == Kind.LIVE && host.accelerator().equals("TCG") && host.hypervisorMajor() < SOUND_TCG_MAJOR) {
                found.add("%s on host %s loses guest memory in live migration under TCG: install QEMU %d or newer"
                        .formatted(host.hypervisor(), host.host(), SOUND_TCG_MAJOR));
            }
            if (!host.switchConnected()) {
                found.add("the Open vSwitch of host %s is not connected to its agent".formatted(host.host()));
            }
        }
        if (kind == Kind.LIVE) {
            found.addAll(againstTrust(source, target));
        }
        if (kind != Kind.COLD) {
            found.addAll(againstMemory(order, source, target));
            if (skew.abs().compareTo(MOST_SKEW) > 0) {
                found.add("the clock of host %s is %.1f s %s that of host %s: let both follow one time"
                        .formatted(
                                target.host(),
                                skew.abs().toMillis() / 1e3,
                                skew.isNegative() ? "behind" : "ahead of",
                                source.host()));
            }
        }
        found.addAll(againstPlace(source, target));
        found.addAll(againstGuest(order, target));
        long needed = LOG_FACTOR * order.spec().diskBytes()
                + (kind == Kind.SUSPENDED ? (long) order.spec().memoryMiB() << 20 : 0);
        if (target.freeDiskBytes() < needed) {
            found.add("host %s has %d MiB of disk free, VM %s needs %d"
                    .formatted(target.host(), target.freeDiskBytes() >> 20, order.vm(), needed >> 20));
        }
        return List.copyOf(found);
    }

    /** Frames of the overlay must fit into packets of the underlay. */
    private static List<String> againstPlace(HostFacts source, HostFacts target) {
        int needed = Math.max(source.place().overlayMtu(), target.place().overlayMtu()) + VXLAN_BYTES;
        return Stream.of(source, target)
                .filter(host -> host.place().underlayMtu() > 0 && host.place().underlayMtu() < needed)
                .map(host ->
                        "packets of host %s have %d bytes at most, the overlay needs %d: give the network a smaller MTU"
                                .formatted(host.host(), host.place().underlayMtu(), needed))
                .toList();
    }

    /** A stream that is taken up again must still prove who sends it. */
    private static List<String> againstTrust(HostFacts source, HostFacts target) {
        return Stream.of(source, target)
                .filter(host -> host.place().trustedUntilMillis() > 0)
                .filter(host -> host.place().trustedUntilMillis() - host.place().clockMillis() < LEAST_TRUST.toMillis())
                .map(host -> "the certificate of host %s ends at %s, perhaps before the move does: launch the host anew"
                        .formatted(
                                host.host(), Instant.ofEpochMilli(host.place().trustedUntilMillis())))
                .toList();
    }

    /** What a user should know of a move that nothing speaks against: whether there is a way back. */
    public static List<String> remarks(MoveOrder order, HostFacts source, HostFacts target) {
        boolean noReturn = order.manner().kind() != Kind.COLD && newer(target, source);
        return noReturn
                ? List.of("VM %s cannot come back running: %s on host %s is newer than %s on host %s"
                        .formatted(order.vm(), target.hypervisor(), target.host(), source.hypervisor(), source.host()))
                : List.of();
    }

    /** Memory goes to the same version or to a later one: QEMU promises no other. */
    private static boolean newer(HostFacts one, HostFacts other) {
        return HypervisorVersion.of(one).compareTo(HypervisorVersion.of(other)) > 0;
    }

    private static List<String> againstGuest(MoveOrder order, HostFacts target) {
        List<String> found = new ArrayList<>();
        if (!target.guests().machines().contains(order.spec().machine())) {
            found.add("%s on host %s has no machine type %s, which VM %s is"
                    .formatted(target.hypervisor(), target.host(), order.spec().machine(), order.vm()));
        }
        if (!target.guests().cpuModels().contains(order.spec().cpuModel())) {
            found.add("host %s lacks features of the CPU model %s, which VM %s has"
                    .formatted(target.host(), order.spec().cpuModel(), order.vm()));
        }
        return found;
    }

    /** Memory of one host must run on the other. */
    private static List<String> againstMemory(MoveOrder order, HostFacts source, HostFacts target) {
        List<String> found = new ArrayList<>();
        if (!source.accelerator().equals(target.accelerator())) {
            found.add("host %s runs guests with %s, host %s with %s: memory of one does not run on the other"
                    .formatted(source.host(), source.accelerator(), target.host(), target.accelerator()));
        }
        if (newer(source, target)) {
            found.add("%s on host %s is newer than %s on host %s"
                    .formatted(source.hypervisor(), source.host(), target.hypervisor(), target.host()));
        }
        if (order.manner().compression() == MoveManner.Compression.ALWAYS
                && order.manner().kind() == Kind.LIVE) {
            Stream.of(source, target)
                    .filter(host -> !host.streams().compresses())
                    .map(host -> "%s on host %s does not compress memory: move VM %s without '--compress always'"
                            .formatted(host.hypervisor(), host.host(), order.vm()))
                    .forEach(found::add);
        }
        long needed = order.spec().memoryMiB() + OVERHEAD_MIB;
        if (target.freeMemoryMiB() < needed) {
            found.add("host %s has %d MiB of memory free, VM %s needs %d"
                    .formatted(target.host(), target.freeMemoryMiB(), order.vm(), needed));
        }
        return found;
    }
}
