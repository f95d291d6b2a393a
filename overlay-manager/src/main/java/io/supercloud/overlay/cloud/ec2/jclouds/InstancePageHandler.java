package io.supercloud.overlay.cloud.ec2.jclouds;

import io.supercloud.overlay.cloud.ec2.internal.Ec2Instance;
import io.supercloud.overlay.cloud.ec2.internal.InstancePage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads an answer to {@code DescribeInstances}
 * (docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html).
 */
final class InstancePageHandler extends PathHandler<InstancePage> {
    private static final String ROOT = "DescribeInstancesResponse/";
    private static final String INSTANCE = ROOT + "reservationSet/item/instancesSet/item";

    private final List<Ec2Instance> instances = new ArrayList<>();
    private final Map<String, String> fields = new HashMap<>();
    private final Map<String, String> tags = new HashMap<>();
    private String tagKey = "";
    private String next = "";

    @Override
    void ended(String place, String value) {
        if (place.equals(ROOT + "nextToken")) {
            next = value;
        } else if (place.equals(INSTANCE)) {
            addInstance();
        } else if (place.startsWith(INSTANCE)) {
            field(place.substring(INSTANCE.length() + 1), value);
        }
    }

    private void field(String name, String value) {
        switch (name) {
            case "tagSet/item/key" -> tagKey = value;
            case "tagSet/item/value" -> tags.put(tagKey, value);
            default -> fields.put(name, value);
        }
    }

    private void addInstance() {
        String publicAddress = fields.getOrDefault("ipAddress", "");
        instances.add(new Ec2Instance(
                fields.getOrDefault("instanceId", ""),
                fields.getOrDefault("instanceState/name", ""),
                fields.getOrDefault("stateReason/code", ""),
                fields.getOrDefault("instanceType", ""),
                fields.getOrDefault("placement/availabilityZone", ""),
                fields.getOrDefault("instanceLifecycle", "").equals("spot"),
                publicAddress.isEmpty() ? fields.getOrDefault("privateIpAddress", "") : publicAddress,
                Map.copyOf(tags)));
        fields.clear();
        tags.clear();
    }

    @Override
    public InstancePage getResult() {
        return new InstancePage(List.copyOf(instances), next);
    }
}
