package io.supercloud.overlay.sdn;

import io.supercloud.core.Names;

/** One VM's attachment to one network, by name. */
public record PortId(String value) {
    public PortId {
        Names.require("port", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
