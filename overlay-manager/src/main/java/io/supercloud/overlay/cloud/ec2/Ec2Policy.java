package io.supercloud.overlay.cloud.ec2;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The least that a user of AWS needs to be permitted to be an account: an IAM policy
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html). What is changed must have the tags of a deployment, and
 * nothing can be given such tags but at its birth.
 */
public final class Ec2Policy {
    private static final String ANYTHING = "*";

    private Ec2Policy() {}

    /** The document, as JSON has it. */
    public static Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Version", "2012-10-17");
        document.put(
                "Statement",
                List.of(
                        statement("Look", Set.of("DescribeInstances", "DescribeSecurityGroups"), ANYTHING, Map.of()),
                        statement(
                                "BuyWithTags",
                                Set.of("RunInstances"),
                                List.of(resource("instance"), resource("volume")),
                                present("aws:RequestTag/")),
                        statement(
                                "BuyFrom",
                                Set.of("RunInstances"),
                                List.of(
                                        "arn:aws:ec2:*::image/*",
                                        resource("network-interface"),
                                        resource("security-group"),
                                        resource("subnet")),
                                Map.of()),
                        statement(
                                "MakeGroups",
                                Set.of("CreateSecurityGroup"),
                                resource("security-group"),
                                present("aws:RequestTag/")),
                        statement("MakeGroupsIn", Set.of("CreateSecurityGroup"), resource("vpc"), Map.of()),
                        statement(
                                "TagAtBirth",
                                Set.of("CreateTags"),
                                "arn:aws:ec2:*:*:*/*",
                                Map.of(
                                        "StringEquals",
                                        Map.of("ec2:CreateAction", List.of("RunInstances", "CreateSecurityGroup")))),
                        statement(
                                "ChangeOwn",
                                Set.of(
                                        "TerminateInstances",
                                        "AuthorizeSecurityGroupIngress",
                                        "RevokeSecurityGroupIngress",
                                        "DeleteSecurityGroup"),
                                List.of(resource("instance"), resource("security-group")),
                                present("aws:ResourceTag/"))));
        return document;
    }

    private static Map<String, Object> statement(
            String name, Set<String> actions, Object resources, Map<String, Object> condition) {
        Map<String, Object> statement = new LinkedHashMap<>();
        statement.put("Sid", name);
        statement.put("Effect", "Allow");
        statement.put(
                "Action",
                new TreeSet<>(actions).stream().map(action -> "ec2:" + action).toList());
        statement.put("Resource", resources);
        if (!condition.isEmpty()) {
            statement.put("Condition", condition);
        }
        return statement;
    }

    private static String resource(String kind) {
        return "arn:aws:ec2:*:*:%s/*".formatted(kind);
    }

    private static Map<String, Object> present(String prefix) {
        return Map.of("Null", Map.of(prefix + Ec2Account.OWNER_TAG, "false"));
    }
}
