package io.supercloud.overlay.sdn;

/** How a port ends on this host. */
public sealed interface Attachment {
    PortId port();

    /** A persistent tap device for QEMU. */
    record Tap(PortId port) implements Attachment {}

    /**
     * One end of a veth pair, inside a named network namespace.
     *
     * @param device the name of the end there
     */
    record NamespaceEnd(PortId port, String namespace, String device) implements Attachment {}
}
