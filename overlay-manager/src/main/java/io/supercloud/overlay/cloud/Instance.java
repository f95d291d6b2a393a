package io.supercloud.overlay.cloud;

import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;

/**
 * A rented instance, as its provider tells of it.
 *
 * @param id the provider's name of it
 * @param host the host that it is tagged for
 * @param address where its sshd answers; 0.0.0.0 while it has none
 * @param token the attempt that made it; empty where the tag is lost
 */
public record Instance(
        String id,
        String account,
        HostId host,
        String zone,
        String instanceType,
        boolean spot,
        Ipv4 address,
        String token) {
    /** The host of an instance whose tags are lost; no host of a deployment is named so. */
    public static final HostId UNTAGGED = new HostId("untagged");

    /** The address of an instance that has none yet. */
    public static final Ipv4 NO_ADDRESS = new Ipv4(0);
}
