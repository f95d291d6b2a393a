package io.supercloud.overlay.cloud.ec2.internal;

import io.supercloud.overlay.cloud.ec2.Ec2Openings;
import java.util.Set;

/** A security group, and what it lets in. */
public record Ec2Group(String id, Set<Ec2Openings.Rule> rules) {
    public Ec2Group {
        rules = Set.copyOf(rules);
    }
}
