package io.supercloud.benchmarks;

import io.supercloud.migration.Json;
import io.supercloud.overlay.cloud.local.internal.Namespaces;
import io.supercloud.overlay.cloud.local.internal.WideAreaLink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What the peer runs in: two namespaces with a Linux bridge each, joined to one broadcast domain by the kind of link that
 * local clouds have between them, and a client at the first bridge. QEMU's announcement after a migration moves what the
 * bridges have learnt.
 */
final class BareNetwork {
    static final List<String> PLACES = List.of("scbench-home", "scbench-away");
    static final String CLIENT = "scbench-client";
    static final String GUEST_ADDRESS = "198.18.0.10";
    static final String TAP = "guest";

    private static final String BRIDGE = "bridge";
    private static final String LINK = "wide";
    private static final String MTU_BYTES = "1450";
    private static final long BITS_PER_MEGABIT = 1_000_000;
    private static final Path NO_DIRECTORY = Path.of("/nonexistent");

    private BareNetwork() {}

    /** The address of a place on its bridge, where memory streams and disks go to. */
    static String address(int place) {
        return "198.18.0." + (place + 1);
    }

    static void create(MovePart part, Path folder) throws IOException {
        remove();
        Namespaces.add(CLIENT);
        for (int place = 0; place < PLACES.size(); place++) {
            addPlace(place);
        }
        WideAreaLink.join(
                new WideAreaLink.End(PLACES.get(0), LINK),
                new WideAreaLink.End(PLACES.get(1), LINK),
                part.rttMillis() / 2.0,
                part.megabitsPerSecond() * BITS_PER_MEGABIT);
        PLACES.forEach(place -> Namespaces.ip(place, "link", "set", LINK, "master", BRIDGE));
        String home = PLACES.getFirst();
        Namespaces.ip(home, "link", "add", CLIENT, "type", "veth", "peer", "name", "eth0", "netns", CLIENT);
        Namespaces.ip(CLIENT, "address", "add", "198.18.0.20/24", "dev", "eth0");
        plug(home, CLIENT);
        Namespaces.offloadsOff(CLIENT, "eth0");
        Namespaces.ip(CLIENT, "link", "set", "eth0", "mtu", MTU_BYTES, "up");
        serveAddress(home, folder);
    }

    private static void addPlace(int place) {
        String namespace = PLACES.get(place);
        Namespaces.add(namespace);
        Namespaces.ip(namespace, "link", "add", BRIDGE, "type", "bridge");
        Namespaces.ip(namespace, "address", "add", address(place) + "/24", "dev", BRIDGE);
        Namespaces.ip(namespace, "link", "set", BRIDGE, "up");
        Namespaces.ip(namespace, "tuntap", "add", "dev", TAP, "mode", "tap");
        plug(namespace, TAP);
    }

    private static void plug(String namespace, String device) {
        Namespaces.offloadsOff(namespace, device);
        Namespaces.ip(namespace, "link", "set", device, "master", BRIDGE);
        Namespaces.ip(namespace, "link", "set", device, "up");
    }

    /** The guest asks for its address; ends with the namespace. */
    private static void serveAddress(String namespace, Path folder) throws IOException {
        Path config = folder.resolve("udhcpd.conf");
        Files.writeString(config, """
            start %s
            end %s
            interface %s
            lease_file %s
            pidfile %s
            option subnet 255.255.255.0
            option mtu %s
            option lease 864000
            """.formatted(
                        GUEST_ADDRESS,
                        GUEST_ADDRESS,
                        BRIDGE,
                        folder.resolve("leases"),
                        folder.resolve("udhcpd.pid"),
                        MTU_BYTES));
        Files.createFile(folder.resolve("leases"));
        Namespaces.start(namespace, "busybox", "udhcpd", "-f", config.toString());
    }

    /** With all processes in them. */
    static void remove() {
        Namespaces.remove(CLIENT, NO_DIRECTORY);
        PLACES.forEach(place -> Namespaces.remove(place, NO_DIRECTORY));
    }

    /** What has gone over the peer's link so far, both ways. */
    static long wireBytes() {
        return wireBytes(PLACES.getFirst(), LINK);
    }

    /** By the counters of one end of a link. */
    static long wireBytes(String namespace, String device) {
        String text = Namespaces.ip(namespace, "-s", "-j", "link", "show", "dev", device);
        JsonNode counters = Json.read("ip", text.getBytes(StandardCharsets.UTF_8), JsonNode.class)
                .path(0)
                .path("stats64");
        return counters.path("rx").path("bytes").asLong()
                + counters.path("tx").path("bytes").asLong();
    }

    static double mib(long bytes) {
        return bytes / (double) (1 << 20);
    }
}
