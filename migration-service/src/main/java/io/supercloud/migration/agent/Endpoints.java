package io.supercloud.migration.agent;

import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.Done;
import io.supercloud.overlay.sdn.Attachment;
import io.supercloud.overlay.sdn.PortId;
import java.time.Duration;

/** Ports of the overlay that end in a network namespace of this host: clients that are no VMs. */
final class Endpoints {
    private static final Duration FLOWS_LIMIT = Duration.ofSeconds(20);
    private static final String DEVICE = "overlay0";

    private final HostContext host;

    Endpoints(HostContext host) {
        this.host = host;
    }

    Done attach(HostCall.AttachEndpoint call) {
        PortId port = new PortId(call.port());
        host.topology()
                .await(
                        known -> known.ports().stream()
                                .anyMatch(other -> other.id().equals(port)),
                        FLOWS_LIMIT,
                        "port of " + call.port());
        host.network()
                .attach(
                        new Attachment.NamespaceEnd(port, call.namespace(), DEVICE),
                        host.topology().awaitNetwork(call.network(), FLOWS_LIMIT),
                        call.mac(),
                        call.address());
        host.topology().refresh();
        return Done.DONE;
    }

    Done detach(HostCall.DetachEndpoint call) {
        host.network().detach(new PortId(call.port()));
        host.topology().refresh();
        return Done.DONE;
    }
}
