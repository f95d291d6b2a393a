package io.supercloud.overlay.cloud;

import io.supercloud.core.HostId;

/**
 * What to rent.
 *
 * @param deployment the Supercloud that the instance belongs to; a tag
 * @param host the host that the instance is to become; a tag
 * @param zone the provider's name of the place
 * @param instanceType the provider's name of the size
 * @param spot whether at the spot market, where the provider may reclaim it
 * @param token names this attempt and no other; a tag
 * @param sshPublicKey the one key that may log in, as a line of {@code authorized_keys}
 */
public record LaunchRequest(
        String deployment,
        HostId host,
        String zone,
        String instanceType,
        boolean spot,
        String token,
        String sshPublicKey) {}
