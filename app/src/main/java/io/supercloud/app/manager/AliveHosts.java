package io.supercloud.app.manager;

import io.supercloud.core.HostId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Registry;
import io.supercloud.core.SiteId;
import io.supercloud.migration.HostHint;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.Paths;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The hosts that are alive, as the registry has them. */
final class AliveHosts {
    private final Registry registry;

    AliveHosts(Registry registry) {
        this.registry = registry;
    }

    List<HostRecord> all() {
        Map<String, Registry.Entry> leases = registry.children(Paths.ALIVE);
        return registry.children(Paths.HOSTS).values().stream()
                .map(entry -> Json.read(entry, HostRecord.class))
                .filter(host -> leases.containsKey(host.host().value()))
                .toList();
    }

    /** Those that VMs may come to: their clouds have not said that they will take them away. */
    List<HostRecord> lasting() {
        Map<String, Registry.Entry> notices = registry.children(Paths.NOTICES);
        return all().stream()
                .filter(host -> !notices.containsKey(host.host().value()))
                .toList();
    }

    /** The sites of hosts of which their clouds said since {@code since} that they are likely to take them away. */
    Set<SiteId> hinted(Instant since) {
        Set<HostId> hinted = registry.children(Paths.HINTS).values().stream()
                .map(entry -> Json.read(entry, HostHint.class))
                .filter(hint -> hint.at().isAfter(since))
                .map(HostHint::host)
                .collect(Collectors.toSet());
        return all().stream()
                .filter(host -> hinted.contains(host.host()))
                .map(HostRecord::site)
                .collect(Collectors.toSet());
    }

    /** A host by its name, or the host at a site. */
    HostId named(String name) {
        List<HostRecord> alive = all();
        return alive.stream()
                .filter(host ->
                        host.host().value().equals(name) || host.site().value().equals(name))
                .map(HostRecord::host)
                .findFirst()
                .orElseThrow(() -> new InvalidValueException("there is no host or site '%s' alive; there are %s"
                        .formatted(
                                name,
                                alive.stream().map(host -> host.site().value()).toList())));
    }
}
