package io.supercloud.overlay.cloud.ec2.internal;

import java.util.Map;

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

    @Override
    void close();
}
