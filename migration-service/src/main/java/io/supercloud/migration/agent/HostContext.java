package io.supercloud.migration.agent;

import io.supercloud.core.Event;
import io.supercloud.core.Events;
import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.Tasks;
import io.supercloud.image.DiskServer;
import io.supercloud.image.VolumePool;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.Owners;
import io.supercloud.migration.hypervisor.Hypervisor;
import io.supercloud.overlay.sdn.HostNetwork;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What everything on one host works with.
 *
 * @param underlay where other hosts reach this one
 * @param directory where the VMs' files and sockets stand
 * @param hosts the other hosts' agents
 */
public record HostContext(
        HostId me,
        Ipv4 underlay,
        Path directory,
        Registry registry,
        Owners owners,
        Events events,
        Hypervisor hypervisor,
        VolumePool volumes,
        DiskServer disks,
        HostNetwork network,
        TopologyKeeper topology,
        HostAgent.Directory hosts,
        InstantSource clock,
        Tasks tasks) {
    private static final Logger log = LoggerFactory.getLogger(HostContext.class);

    /** Tells what happened. A VM does not wait for the registry to hear about it, so a lost event is only logged. */
    void tell(String kind, String subject, String message, Map<String, String> details) {
        tell(new Event(clock.instant(), kind, subject, message, details));
    }

    void tell(Event event) {
        log.info("{}: {}", event.kind(), event.message());
        try {
            events.publish(event);
        } catch (RegistryException e) {
            log.warn("event {} of {} is lost: {}", event.kind(), event.subject(), e.getMessage());
        }
    }
}
