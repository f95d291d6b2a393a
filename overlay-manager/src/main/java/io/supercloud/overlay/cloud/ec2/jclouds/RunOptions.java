package io.supercloud.overlay.cloud.ec2.jclouds;

import io.supercloud.overlay.cloud.ec2.internal.RunOrder;
import io.supercloud.overlay.cloud.ec2.jclouds.Ec2Supplement.Parameters;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jclouds.aws.ec2.options.AWSRunInstancesOptions;

/**
 * An order's parameters, those that jclouds does not know among them
 * (docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html).
 */
final class RunOptions extends AWSRunInstancesOptions {
    private static final List<String> TAGGED = List.of("instance", "volume");

    RunOptions(RunOrder order) {
        asType(order.instanceType());
        withUserData(order.userData().getBytes(StandardCharsets.UTF_8));
        withSecurityGroupId(order.groupId());
        formParameters.put("ClientToken", order.token());
        // Hosts read notices of their end without a session; they have no role whose credentials could be read so.
        formParameters.put("MetadataOptions.HttpTokens", "optional");
        if (order.spot()) {
            formParameters.put("InstanceMarketOptions.MarketType", "spot");
        } else {
            // One that was shut down from inside would be kept, and its disk paid for.
            formParameters.put("InstanceInitiatedShutdownBehavior", "terminate");
        }
        if (order.nested()) {
            formParameters.put("CpuOptions.NestedVirtualization", "enabled");
        }
        for (int i = 0; i < TAGGED.size(); i++) {
            formParameters.putAll(
                    new Parameters().tags(i + 1, TAGGED.get(i), order.tags()).buildFormParameters());
        }
    }
}
