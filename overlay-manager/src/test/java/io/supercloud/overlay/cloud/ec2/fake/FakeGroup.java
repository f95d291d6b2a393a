package io.supercloud.overlay.cloud.ec2.fake;

import java.util.Map;
import java.util.Set;

/**
 * A security group of the fake.
 *
 * @param rules as {@code tcp 22-22 from 192.0.2.1/32}
 */
public record FakeGroup(String id, String name, Map<String, String> tags, Set<String> rules) {
    public FakeGroup {
        rules = Set.copyOf(rules);
    }
}
