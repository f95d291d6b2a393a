package io.supercloud.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a deployment has at one host: processes, devices, ports and flows of its switch, and what its disk says. Two that own
 * the VM, or two that do not, are equal where nothing is left over.
 *
 * @param flows without counters, ages, cookies and the numbers of ports
 * @param remains what no host may keep once a move has ended
 */
record Footprint(
        List<String> programs, List<String> devices, List<String> ports, List<String> flows, List<String> remains) {
    private static final Set<String> PROGRAMS = Set.of("qemu-system-x86_64", "java", "ovs-vswitchd", "ovsdb-server");

    static Footprint of(ChaosBed bed, String account) {
        String namespace = bed.deployment().instanceNamespace(account);
        Path instance = bed.deployment().instance(account);
        return new Footprint(
                sorted(bed.inInstance(account).stream()
                        .map(process -> Path.of(process.words().getFirst())
                                .getFileName()
                                .toString())
                        .filter(PROGRAMS::contains)),
                sorted(ChaosBed.run("ip", "-n", namespace, "-o", "link").lines().map(line -> line.split("[:@] ?")[1])),
                sorted(ChaosBed.run("ovs-vsctl", "--db=unix:" + instance.resolve("ovs/db.sock"), "list-ports", "br-int")
                        .lines()),
                sorted(ChaosBed.run(
                                "ovs-ofctl",
                                "-O",
                                "OpenFlow15",
                                "dump-flows",
                                instance.resolve("ovs/br-int.mgmt").toString())
                        .lines()
                        .filter(line -> line.contains("actions="))
                        .map(Footprint::timeless)),
                remains(bed.instance(account)));
    }

    private static List<String> sorted(Stream<String> lines) {
        return lines.sorted().toList();
    }

    private static String timeless(String flow) {
        return flow.strip()
                .replaceAll("(cookie|duration|n_packets|n_bytes|idle_age|hard_age)=[^ ,]+, ?", "")
                .replaceAll("in_port=\\d+", "in_port=N")
                .replaceAll("output:\\d+", "output:N");
    }

    private static List<String> remains(Path instance) {
        Path role = instance.resolve("agent/vms").resolve(ChaosBed.VM.value()).resolve("role.json");
        Path volume = instance.resolve("agent/volumes").resolve(ChaosBed.VM.value());
        if (!Files.exists(role)) {
            return Files.exists(volume) ? List.of("the volume of a VM that the host does not know") : List.of();
        }
        return text(role).contains("\"arriving\":{") ? List.of("the role of a target") : List.of();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How this differs from what it should be, a difference an element. */
    List<String> differences(Footprint expected) {
        return Stream.of(
                        differences("program", programs, expected.programs),
                        differences("device", devices, expected.devices),
                        differences("port", ports, expected.ports),
                        differences("flow", flows, expected.flows),
                        differences("file", remains, expected.remains))
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> differences(String what, List<String> actual, List<String> expected) {
        return Stream.concat(
                        surplus(actual, expected).map(element -> "left over: %s %s".formatted(what, element)),
                        surplus(expected, actual).map(element -> "missing: %s %s".formatted(what, element)))
                .toList();
    }

    private static Stream<String> surplus(List<String> more, List<String> less) {
        String[] left = more.toArray(String[]::new);
        for (String element : less) {
            int at = Arrays.asList(left).indexOf(element);
            if (at >= 0) {
                left[at] = null;
            }
        }
        return Arrays.stream(left).filter(element -> element != null);
    }
}
