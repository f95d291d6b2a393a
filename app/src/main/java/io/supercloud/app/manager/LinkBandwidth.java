package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.config.DeploymentConfig.Link;
import io.supercloud.core.HostId;
import io.supercloud.core.SiteId;
import io.supercloud.migration.HostRecord;
import java.util.Optional;

/** How much of the link between two hosts a memory stream may take: most of it, but never all. */
public final class LinkBandwidth {
    /** What is left keeps the link's queues short, so that the messages of the switch do not wait behind the stream. */
    private static final double STREAM_SHARE = 0.7;

    private static final int BITS_PER_BYTE = 8;
    /** Where the link has no limit of its own, or more than a host sends. */
    private static final long MAX_BITS_PER_SECOND = 1_000_000_000;

    private final DeploymentConfig config;
    private final Fleet fleet;

    LinkBandwidth(DeploymentConfig config, Fleet fleet) {
        this.config = config;
        this.fleet = fleet;
    }

    /** Bytes per second. */
    long forStream(HostId source, HostId target) {
        return streamBytesPerSecond(link(site(source), site(target))
                .map(Link::bandwidthBitsPerSecond)
                .orElse(0L));
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

    private Optional<SiteId> site(HostId host) {
        return fleet.alive().stream()
                .filter(record -> record.host().equals(host))
                .map(HostRecord::site)
                .findFirst();
    }

    private Optional<Link> link(Optional<SiteId> one, Optional<SiteId> other) {
        return one.flatMap(a -> other.flatMap(b -> config.links().stream()
                .filter(link -> link.a().equals(a) && link.b().equals(b)
                        || link.a().equals(b) && link.b().equals(a))
                .findFirst()));
    }
}
