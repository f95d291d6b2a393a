package io.supercloud.overlay.sdn;

import io.supercloud.core.Cidr;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The overlay as one host has it. Every method that changes something blocks until the change is in force on this host,
 * and throws {@link OverlayException} where it is not known to be; all changes are idempotent, so a caller may repeat
 * them. Nothing here outlives {@link #close} but devices and the switch's flows, so traffic goes on while an agent
 * restarts.
 */
public interface HostNetwork extends AutoCloseable {

    /**
     * Makes the device of a port and plugs it into the switch. It carries traffic when an applied topology has the port
     * owned by this host.
     *
     * @return the name of the device at the switch; for a tap, what QEMU opens
     */
    String attach(Attachment attachment, Network network, MacAddress mac, Ipv4 address);

    /** Unplugs and deletes the device of a port; does nothing where there is none. */
    void detach(PortId port);

    /**
     * Makes the switch forward by {@code topology}: what differs is changed as one atomic bundle, acknowledged by a
     * barrier on return. Fast, as it is part of a VM's downtime. Where it throws, the topology is kept and installed as
     * soon as the switch can be reached.
     */
    void apply(Topology topology);

    /**
     * Calls {@code listener} when a local VM tries to reach a stub from outside the stub's site, at most once a second for
     * one VM and stub, one call at a time, on a thread of the network's own; the listener may block. Replaces the
     * listener before.
     */
    void onStubTouched(Consumer<StubTouch> listener);

    /**
     * Calls {@code listener} when an IPv4 packet has come to this host for a port of its own that is asleep and has no device;
     * the packet is dropped. At most once a second for one port, one call at a time, on a thread of the network's own; the
     * listener may block. Replaces the listener before.
     */
    void onSleeperTouched(Consumer<PortId> listener);

    /**
     * How many frames each port of this host that has a device has sent and received, as the switch counts them: a second late
     * at most, and begun anew where its flows are. Throws where the switch does not answer.
     */
    Map<PortId, Long> frames();

    /**
     * How many frames have come for an attached port that nobody has taken from its device, since that was made: what a guest that stands still for
     * good has lost. Empty where the host does not tell.
     */
    OptionalLong untaken(PortId port);

    /** Gives this host the address of a stub, with a route to the VMs of {@code network}, so that a proxy can listen there. */
    void exposeStub(Ipv4 address, Cidr network);

    /** Takes the address of a stub from this host again; does nothing where it is not there. */
    void concealStub(Ipv4 address);

    /** Whether the switch can be programmed now. */
    boolean connected();

    /** What is wrong now, as sentences; empty where all is well. */
    List<String> problems();

    @Override
    void close();
}
