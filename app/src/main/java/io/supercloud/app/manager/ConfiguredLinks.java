package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.core.SiteId;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Links;
import io.supercloud.optimizer.policy.Policy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The links of the configuration. A memory stream may take most of one, but never all. */
public final class ConfiguredLinks implements Links {
    /** What is left keeps the link's queues short, so that the messages of the switch do not wait behind the stream. */
    private static final double STREAM_SHARE = 0.7;

    private static final int BITS_PER_BYTE = 8;
    /** Where the link has no limit of its own, or more than a host sends. */
    private static final long MAX_BITS_PER_SECOND = 1_000_000_000;

    private final DeploymentConfig config;
    private final AliveHosts alive;
    private final double egressDollarsPerGigabyte = Policy.standard().prices().egressDollarsPerGib();
    private final Map<HostId, Integer> lanes = new ConcurrentHashMap<>();

    ConfiguredLinks(DeploymentConfig config, Registry registry) {
        this.config = config;
        this.alive = new AliveHosts(registry);
    }

    /** From now on {@code streams} leave {@code source} beside each other; 1 is the usual. */
    void share(HostId source, int streams) {
        lanes.put(source, streams);
    }

    @Override
    public Links.Link between(HostId source, HostId target) {
        List<HostRecord> hosts = alive.all();
        Optional<DeploymentConfig.Link> link = link(site(hosts, source), site(hosts, target));
        long linkBits = link.map(DeploymentConfig.Link::bandwidthBitsPerSecond).orElse(0L);
        return new Links.Link(
                        streamBytesPerSecond(linkBits),
                        link.map(DeploymentConfig.Link::rttMillis).orElse(0.0),
                        egressDollarsPerGigabyte)
                .shared(lanes.getOrDefault(source, 1));
    }

    /**
     * Bytes per second.
     *
     * @param linkBitsPerSecond of the link; 0 where it has no limit
     */
    public static long streamBytesPerSecond(long linkBitsPerSecond) {
        long bits = linkBitsPerSecond > 0 ? linkBitsPerSecond : MAX_BITS_PER_SECOND;
        return (long) (Math.min(bits, MAX_BITS_PER_SECOND) * STREAM_SHARE) / BITS_PER_BYTE;
    }

    private static Optional<SiteId> site(List<HostRecord> hosts, HostId host) {
        return hosts.stream()
                .filter(record -> record.host().equals(host))
                .map(HostRecord::site)
                .findFirst();
    }

    private Optional<DeploymentConfig.Link> link(Optional<SiteId> one, Optional<SiteId> other) {
        return one.flatMap(a -> other.flatMap(b -> config.links().stream()
                .filter(link -> link.a().equals(a) && link.b().equals(b)
                        || link.a().equals(b) && link.b().equals(a))
                .findFirst()));
    }
}
