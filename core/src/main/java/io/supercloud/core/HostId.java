package io.supercloud.core;

/** A rented instance that runs our nested hypervisor and one agent, by name. */
public record HostId(String value) {
    public HostId {
        Names.require("host", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
