package io.supercloud.overlay.cloud.ec2.fake;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the account has, and what calls make of it. Guarded by {@link FakeEc2}. */
final class FakeState {
    private static final String ZONE = FakeEc2.REGION + "-a";
    private static final Duration START = Duration.ofSeconds(3);
    private static final int PAGE = 2;

    /** How long one that was terminated holds its security group. */
    private static final Duration STOP = Duration.ofSeconds(20);

    final Map<String, FakeInstance> instances = new LinkedHashMap<>();
    final FakeGroups groups = new FakeGroups();
    int capacity = Integer.MAX_VALUE;
    Duration lag = Duration.ZERO;

    private final InstantSource clock;
    private final Map<String, String> bought = new HashMap<>();

    FakeState(InstantSource clock) {
        this.clock = clock;
    }

    String runInstances(Map<String, String> parameters) throws Refusal {
        String token = parameters.getOrDefault("ClientToken", "");
        if (bought.containsKey(token)) {
            FakeInstance known = instances.get(bought.get(token));
            if (!ordered(known.parameters()).equals(ordered(parameters))) {
                throw new Refusal(400, "IdempotentParameterMismatch", "The token was used with other parameters");
            }
            return Xml.ran(known, state(known));
        }
        if (!ZONE.equals(parameters.get("Placement.AvailabilityZone"))) {
            throw new Refusal(
                    400,
                    "InvalidParameterValue",
                    "Invalid availability zone: [%s]".formatted(parameters.get("Placement.AvailabilityZone")));
        }
        if (!FakeEc2.IMAGE.equals(parameters.get("ImageId"))) {
            throw new Refusal(400, "InvalidAMIID.NotFound", "The image id does not exist");
        }
        groups.require(parameters.get("SecurityGroupId.1"));
        if (instances.values().stream().filter(each -> !each.terminated()).count() >= capacity) {
            throw new Refusal(500, "InsufficientInstanceCapacity", "There is not enough capacity.");
        }
        FakeInstance instance = new FakeInstance(
                "i-%017x".formatted(instances.size() + 1),
                Map.copyOf(parameters),
                tags(parameters),
                "192.0.2." + (instances.size() + 1),
                clock.instant(),
                Instant.MAX);
        instances.put(instance.id(), instance);
        if (!token.isEmpty()) {
            bought.put(token, instance.id());
        }
        return Xml.ran(instance, "pending");
    }

    /** Whether an instance is, or was until a moment ago, in the group. */
    boolean used(String group) {
        return instances.values().stream()
                .filter(instance -> group.equals(instance.parameters().get("SecurityGroupId.1")))
                .anyMatch(instance -> !instance.terminated()
                        || clock.instant().isBefore(instance.terminatedAt().plus(STOP)));
    }

    private static Map<String, String> ordered(Map<String, String> parameters) {
        Map<String, String> kept = new HashMap<>(parameters);
        kept.keySet().removeIf(name -> name.startsWith("TagSpecification"));
        return kept;
    }

    static Map<String, String> tags(Map<String, String> parameters) {
        Map<String, String> tags = new HashMap<>();
        for (int i = 1; parameters.containsKey("TagSpecification.1.Tag.%d.Key".formatted(i)); i++) {
            tags.put(
                    parameters.get("TagSpecification.1.Tag.%d.Key".formatted(i)),
                    parameters.get("TagSpecification.1.Tag.%d.Value".formatted(i)));
        }
        return tags;
    }

    String describeInstances(Map<String, String> parameters) throws Refusal {
        List<FakeInstance> found = new ArrayList<>();
        for (FakeInstance instance : instances.values()) {
            if (visible(instance) && matches(instance, parameters)) {
                found.add(instance);
            }
        }
        int from = Integer.parseInt(parameters.getOrDefault("NextToken", "0"));
        int to = Math.min(found.size(), from + PAGE);
        Map<FakeInstance, String> page = new LinkedHashMap<>();
        found.subList(from, to).forEach(instance -> page.put(instance, state(instance)));
        return Xml.described(page, to < found.size() ? Integer.toString(to) : "");
    }

    private boolean matches(FakeInstance instance, Map<String, String> parameters) throws Refusal {
        for (int i = 1; parameters.containsKey("Filter.%d.Name".formatted(i)); i++) {
            String name = parameters.get("Filter.%d.Name".formatted(i));
            String value = name.startsWith("tag:")
                    ? instance.tags().getOrDefault(name.substring("tag:".length()), "")
                    : switch (name) {
                        case "instance-id" -> instance.id();
                        case "instance-state-name" -> state(instance);
                        default ->
                            throw new Refusal(
                                    400, "InvalidParameterValue", "The filter '%s' is invalid".formatted(name));
                    };
            if (!values(parameters, "Filter.%d.Value".formatted(i)).contains(value)) {
                return false;
            }
        }
        return true;
    }

    private static List<String> values(Map<String, String> parameters, String prefix) {
        List<String> values = new ArrayList<>();
        for (int i = 1; parameters.containsKey(prefix + "." + i); i++) {
            values.add(parameters.get(prefix + "." + i));
        }
        return values;
    }

    private boolean visible(FakeInstance instance) {
        return !clock.instant().isBefore(instance.launchedAt().plus(lag));
    }

    /** As it is seen, which may be as it was. */
    private String state(FakeInstance instance) {
        Instant seen = clock.instant().minus(lag);
        if (!seen.isBefore(instance.terminatedAt())) {
            return "terminated";
        }
        return clock.instant().isBefore(instance.launchedAt().plus(START)) ? "pending" : "running";
    }

    String terminateInstances(Map<String, String> parameters) throws Refusal {
        List<String> ids = values(parameters, "InstanceId");
        for (String id : ids) {
            if (!instances.containsKey(id) || !visible(instances.get(id))) {
                throw new Refusal(
                        400, "InvalidInstanceID.NotFound", "The instance ID '%s' does not exist".formatted(id));
            }
        }
        ids.forEach(id -> instances.computeIfPresent(id, (same, instance) -> instance.terminated(clock.instant())));
        return Xml.terminated(ids);
    }
}
