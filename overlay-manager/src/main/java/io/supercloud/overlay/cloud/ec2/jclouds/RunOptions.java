package io.supercloud.overlay.cloud.ec2.jclouds;

import io.supercloud.overlay.cloud.ec2.internal.RunOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
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
            tag("TagSpecification.%d.".formatted(i + 1), TAGGED.get(i), order.tags());
        }
    }

    private void tag(String prefix, String resource, Map<String, String> tags) {
        formParameters.put(prefix + "ResourceType", resource);
        int index = 0;
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            index++;
            formParameters.put("%sTag.%d.Key".formatted(prefix, index), tag.getKey());
            formParameters.put("%sTag.%d.Value".formatted(prefix, index), tag.getValue());
        }
    }
}
