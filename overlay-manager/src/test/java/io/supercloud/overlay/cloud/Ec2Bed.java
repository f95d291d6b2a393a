package io.supercloud.overlay.cloud;

import io.supercloud.core.HostId;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.Registry;
import io.supercloud.core.SiteId;
import io.supercloud.overlay.cloud.ec2.Ec2Clouds;
import io.supercloud.overlay.cloud.ec2.fake.FakeEc2;
import io.supercloud.overlay.cloud.ec2.fake.FakeInstance;
import io.supercloud.overlay.cloud.internal.LaunchRecord;
import io.supercloud.overlay.cloud.internal.LaunchRecord.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A fake EC2 on a clock that only sleeping moves, a registry, and hosts that are launched there. */
final class Ec2Bed implements AutoCloseable {
    static final String ACCOUNT = "aws";

    final VirtualTime time = new VirtualTime(Instant.parse("2026-11-20T10:00:00Z"));
    final FakeEc2 ec2 = FakeEc2.start(time);
    final Cloud cloud = Ec2Clouds.open(ec2.account(ACCOUNT), time, time);
    InMemoryRegistry registry = new InMemoryRegistry();
    private final Path bundle;

    /** @param directory of the test's own */
    Ec2Bed(Path directory) throws IOException {
        bundle = Files.writeString(directory.resolve("bundle.tar.gz"), "content");
    }

    HostLauncher launcher(Registry through, Cloud cloud) {
        return new HostLauncher(
                through,
                Map.of(ACCOUNT, cloud),
                Lab.KEYS,
                time,
                time,
                (address, key, fingerprint, timeout) -> new InMemoryShell());
    }

    LaunchOrder order(String deployment, String host, String instanceType, boolean spot) {
        return new LaunchOrder(
                deployment,
                new HostId(host),
                ACCOUNT,
                new SiteId("north"),
                "north-a",
                instanceType,
                spot,
                new AgentBundle(bundle, Map.of()));
    }

    List<LaunchRecord> records() {
        return registry.children("/launches").values().stream()
                .map(entry -> LaunchRecord.decode(entry.text()))
                .toList();
    }

    /** The instances of records that say that their host is launched. */
    Set<String> known() {
        return records().stream()
                .filter(record -> record.state() == State.LAUNCHED)
                .map(LaunchRecord::instanceId)
                .collect(Collectors.toSet());
    }

    Set<String> billed() {
        return ec2.billed().stream().map(FakeInstance::id).collect(Collectors.toSet());
    }

    Set<String> billedTokens() {
        return ec2.billed().stream()
                .map(instance -> instance.tags().get("supercloud-token"))
                .collect(Collectors.toSet());
    }

    /** What security groups let in. */
    Set<String> open() {
        return ec2.groups().stream().flatMap(group -> group.rules().stream()).collect(Collectors.toSet());
    }

    /** What they should. */
    Set<String> needed() {
        Set<String> needed = new HashSet<>(Set.of("tcp 22-22 from 198.51.100.7/32"));
        records().stream().filter(record -> record.state() == State.LAUNCHED).forEach(record -> {
            needed.add("udp 51820-51820 from %s/32".formatted(record.address()));
            needed.add("tcp 7070-7072 from %s/32".formatted(record.address()));
        });
        return needed;
    }

    @Override
    public void close() {
        cloud.close();
        ec2.close();
    }
}
