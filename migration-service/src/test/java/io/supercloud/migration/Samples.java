package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.ImageId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.MoveId;
import io.supercloud.core.Owner;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall.GuestKinds;
import io.supercloud.migration.HostCall.HostFacts;
import io.supercloud.migration.HostCall.HostPlace;
import io.supercloud.migration.HostCall.MoveOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Values that the tests share. */
public final class Samples {
    public static final VmId VM = new VmId("web");
    public static final HostId EAST = new HostId("east");
    public static final HostId WEST = new HostId("west");
    public static final Owner BEFORE = new Owner(EAST, 3);
    private static final Ipv4 ADDRESS = Ipv4.parse("10.42.0.5");

    static final GuestKinds GUESTS = new GuestKinds(List.of("pc-i440fx-10.0"), List.of("qemu64"));
    static final StreamKinds STREAMS = new StreamKinds(4, 1, true);
    static final HostPlace PLACE = new HostPlace(1500, 1400, 0, 0);

    private Samples() {}

    public static VmSpec spec() {
        return new VmSpec(
                VM,
                new ImageId("small"),
                256,
                1,
                64 << 20,
                "blue",
                ADDRESS,
                MacAddress.of(ADDRESS),
                "pc-i440fx-10.0",
                "qemu64");
    }

    public static MoveOrder order(String move) {
        return new MoveOrder(new MoveId(move), spec(), BEFORE, BEFORE.movedTo(WEST), MoveManner.LIVE);
    }

    public static PortRecord port() {
        return PortRecord.resting(VM.value(), "blue", MacAddress.of(ADDRESS), ADDRESS);
    }

    static MoveRecord move(String id, MoveState state, long second) {
        return new MoveRecord(
                order(id), "a test", Instant.ofEpochSecond(second), Optional.empty(), false, List.of(), state);
    }

    static HostFacts facts(HostId host) {
        return new HostFacts(
                host,
                "QEMU 10.0.2",
                10,
                "TCG",
                "pc-i440fx-10.0",
                GUESTS,
                STREAMS,
                PLACE,
                4096,
                10L << 30,
                true,
                List.of());
    }
}
