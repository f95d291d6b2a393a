package io.supercloud.overlay.cloud.ec2.internal;

import java.util.Map;

/**
 * One instance to run.
 *
 * @param token of {@code ClientToken}: an order with the same one buys nothing more
 * @param nested whether its processor's virtualization is asked for
 * @param groupId the one security group that it is in
 * @param userData for cloud-init
 * @param tags of the instance and its disks, from birth
 */
public record RunOrder(
        String image,
        String zone,
        String instanceType,
        boolean spot,
        boolean nested,
        String groupId,
        String token,
        String userData,
        Map<String, String> tags) {}
