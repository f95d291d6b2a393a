package io.supercloud.core;

/** An imported disk image, by name. */
public record ImageId(String value) {
    public ImageId {
        Names.require("image", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
