package io.supercloud.overlay.cloud.ec2.internal;

import io.supercloud.overlay.cloud.ec2.Ec2Openings.Rule;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The calls of EC2's API that are used, each one request and its answer. Every method blocks and throws {@link Ec2Failure};
 * nothing is tried again here.
 */
public interface Ec2Wire extends AutoCloseable {
    /** {@code RunInstances}: the new instance's id; of the same instance where the order's token was used before. */
    String runInstance(RunOrder order);

    /**
     * {@code DescribeInstances}.
     *
     * @param filters names and the values that are looked for, separated by commas
     * @param page where to go on, as {@link InstancePage#next} said; empty for the beginning
     */
    InstancePage describeInstances(Map<String, String> filters, String page);

    /** {@code TerminateInstances} of one. */
    void terminateInstance(String instanceId);

    /** {@code DescribeSecurityGroups}, of few groups. */
    List<Ec2Group> describeGroups(Map<String, String> filters);

    /** {@code CreateSecurityGroup} in the default VPC: the new group's id. */
    String createGroup(String name, Map<String, String> tags);

    /** {@code AuthorizeSecurityGroupIngress}; refused where one of the rules is there. */
    void authorize(String groupId, Set<Rule> rules);

    /** {@code RevokeSecurityGroupIngress}. */
    void revoke(String groupId, Set<Rule> rules);

    /** {@code DeleteSecurityGroup}; refused while instances are in it. */
    void deleteGroup(String groupId);

    @Override
    void close();
}
