package io.supercloud.core;

/** One place to rent at: cloud, region, zone, by name. */
public record SiteId(String value) {
    public SiteId {
        Names.require("site", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
