package io.supercloud.core;

/** One move of one VM, by name. */
public record MoveId(String value) {
    public MoveId {
        Names.require("move", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
