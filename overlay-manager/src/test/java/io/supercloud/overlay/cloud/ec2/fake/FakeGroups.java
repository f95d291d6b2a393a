package io.supercloud.overlay.cloud.ec2.fake;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The account's security groups. Guarded by {@link FakeEc2}. */
final class FakeGroups {
    final Map<String, FakeGroup> groups = new LinkedHashMap<>();
    private int created;

    String describe(Map<String, String> parameters) throws Refusal {
        if (!"group-name".equals(parameters.get("Filter.1.Name"))) {
            throw new Refusal(400, "InvalidParameterValue", "The fake knows one filter of groups: group-name");
        }
        return Xml.groups(
                named(parameters.get("Filter.1.Value.1")).map(List::of).orElse(List.of()));
    }

    private Optional<FakeGroup> named(String name) {
        return groups.values().stream()
                .filter(group -> group.name().equals(name))
                .findFirst();
    }

    String create(Map<String, String> parameters) throws Refusal {
        String name = parameters.get("GroupName");
        if (named(name).isPresent()) {
            throw new Refusal(400, "InvalidGroup.Duplicate", "The security group '%s' already exists".formatted(name));
        }
        created++;
        FakeGroup group = new FakeGroup("sg-%017x".formatted(created), name, FakeState.tags(parameters), Set.of());
        groups.put(group.id(), group);
        return Xml.answer("CreateSecurityGroup", "<return>true</return><groupId>%s</groupId>".formatted(group.id()));
    }

    String authorize(Map<String, String> parameters) throws Refusal {
        FakeGroup group = require(parameters.get("GroupId"));
        Set<String> rules = new HashSet<>(group.rules());
        for (String rule : rules(parameters)) {
            if (!rules.add(rule)) {
                throw new Refusal(400, "InvalidPermission.Duplicate", "the rule '%s' already exists".formatted(rule));
            }
        }
        groups.put(group.id(), new FakeGroup(group.id(), group.name(), group.tags(), rules));
        return Xml.answer("AuthorizeSecurityGroupIngress", "<return>true</return>");
    }

    String revoke(Map<String, String> parameters) throws Refusal {
        FakeGroup group = require(parameters.get("GroupId"));
        Set<String> rules = new HashSet<>(group.rules());
        for (String rule : rules(parameters)) {
            if (!rules.remove(rule)) {
                throw new Refusal(400, "InvalidPermission.NotFound", "the rule '%s' does not exist".formatted(rule));
            }
        }
        groups.put(group.id(), new FakeGroup(group.id(), group.name(), group.tags(), rules));
        return Xml.answer("RevokeSecurityGroupIngress", "<return>true</return>");
    }

    private static Set<String> rules(Map<String, String> parameters) {
        Set<String> rules = new HashSet<>();
        String prefix = "IpPermissions.1.";
        for (int i = 1; parameters.containsKey(prefix + "IpProtocol"); i++) {
            rules.add("%s %s-%s from %s"
                    .formatted(
                            parameters.get(prefix + "IpProtocol"),
                            parameters.get(prefix + "FromPort"),
                            parameters.get(prefix + "ToPort"),
                            parameters.get(prefix + "IpRanges.1.CidrIp")));
            prefix = "IpPermissions.%d.".formatted(i + 1);
        }
        return rules;
    }

    String delete(Map<String, String> parameters, Predicate<String> used) throws Refusal {
        FakeGroup group = require(parameters.get("GroupId"));
        if (used.test(group.id())) {
            throw new Refusal(400, "DependencyViolation", "resource %s has a dependent object".formatted(group.id()));
        }
        groups.remove(group.id());
        return Xml.answer("DeleteSecurityGroup", "<return>true</return>");
    }

    FakeGroup require(String id) throws Refusal {
        if (!groups.containsKey(id)) {
            throw new Refusal(400, "InvalidGroup.NotFound", "The security group '%s' does not exist".formatted(id));
        }
        return groups.get(id);
    }
}
