package io.supercloud.overlay.cloud.local;

import io.supercloud.core.InvalidValueException;

/**
 * A zone of a local account.
 *
 * @param name as launch requests name it: letters, digits, '.', '_' and '-'
 * @param siteIndex the underlay's site where its instances plug in
 * @param maximumInstances how many the account may have there at once; beyond it a launch finds no capacity
 */
public record LocalZone(String name, int siteIndex, int maximumInstances) {
    public LocalZone {
        if (!name.matches("[A-Za-z0-9._-]+")
                || siteIndex < 1
                || siteIndex > SiteSpec.MAX_INDEX
                || maximumInstances < 0) {
            throw new InvalidValueException(
                    "zone '%s' at site %d with %d instances is not valid: use a plain name, a site of 1 to %d and 0 or more instances"
                            .formatted(name, siteIndex, maximumInstances, SiteSpec.MAX_INDEX));
        }
    }

    /** The zone as {@code name@site:maximum}. */
    public String format() {
        return name + "@" + siteIndex + ":" + maximumInstances;
    }

    /** Parses {@code name@site:maximum}. */
    public static LocalZone parse(String text) {
        String[] parts = text.split("[@:]", -1);
        if (!text.matches("[^@:]+@[0-9]{1,4}:[0-9]{1,4}")) {
            throw new InvalidValueException("'%s' is not a zone such as zone-a@1:8".formatted(text));
        }
        return new LocalZone(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }
}
