package io.supercloud.core;

/** A virtual machine of the user (second layer), by name. */
public record VmId(String value) {
    public VmId {
        Names.require("VM", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
