package io.supercloud.overlay.cloud.ec2.jclouds;

import io.supercloud.core.Cidr;
import io.supercloud.overlay.cloud.ec2.Ec2Openings.Ports;
import io.supercloud.overlay.cloud.ec2.Ec2Openings.Rule;
import io.supercloud.overlay.cloud.ec2.internal.Ec2Group;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads an answer to {@code DescribeSecurityGroups}
 * (docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html).
 */
final class GroupsHandler extends PathHandler<List<Ec2Group>> {
    private static final String GROUP = "DescribeSecurityGroupsResponse/securityGroupInfo/item";
    private static final String PERMISSION = GROUP + "/ipPermissions/item";

    private final List<Ec2Group> groups = new ArrayList<>();
    private final Set<Rule> rules = new HashSet<>();
    private final Map<String, String> fields = new HashMap<>();
    private final List<Cidr> sources = new ArrayList<>();

    @Override
    void ended(String place, String value) {
        switch (place) {
            case PERMISSION + "/ipRanges/item/cidrIp" -> sources.add(Cidr.parse(value));
            case PERMISSION -> addRules();
            case GROUP -> addGroup();
            default -> fields.put(place, value);
        }
    }

    private void addRules() {
        Ports ports = new Ports(
                fields.getOrDefault(PERMISSION + "/ipProtocol", ""),
                Integer.parseInt(fields.getOrDefault(PERMISSION + "/fromPort", "-1")),
                Integer.parseInt(fields.getOrDefault(PERMISSION + "/toPort", "-1")));
        sources.forEach(source -> rules.add(new Rule(ports, source)));
        sources.clear();
        fields.keySet().removeIf(place -> place.startsWith(PERMISSION));
    }

    private void addGroup() {
        groups.add(new Ec2Group(fields.getOrDefault(GROUP + "/groupId", ""), rules));
        rules.clear();
        fields.clear();
    }

    @Override
    public List<Ec2Group> getResult() {
        return List.copyOf(groups);
    }
}
