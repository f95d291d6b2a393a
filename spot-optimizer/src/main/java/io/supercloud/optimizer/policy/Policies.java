package io.supercloud.optimizer.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Makes a policy of the values that hold, and refuses those that contradict each other. */
final class Policies {
    private Policies() {}

    static Policy of(Values values) {
        Map<String, Policy.ClientGroup> clients = values.find(Keys.CLIENTS).orElse(Map.of());
        return new Policy(
                values.get(Keys.NAME),
                objective(values, clients),
                clients,
                places(values),
                spread(values),
                new Policy.Pace(
                        values.get(Keys.MINIMUM_GAIN),
                        values.get(Keys.MINIMUM_STAY),
                        values.get(Keys.MOVES_PER_DAY),
                        list(values, Keys.QUIET_HOURS),
                        values.find(Keys.HORIZON)),
                new Policy.Budget(amount(values, Keys.BUDGET_HOUR), amount(values, Keys.BUDGET_MONTH)),
                job(values),
                protection(values),
                new Policy.Prices(values.get(Keys.STALE_AFTER), values.get(Keys.EGRESS_PER_GIB)),
                text(values));
    }

    private static Policy.Objective objective(Values values, Map<String, Policy.ClientGroup> clients) {
        Policy.Goal goal = values.get(Keys.OBJECTIVE);
        boolean weighed = clients.values().stream().anyMatch(group -> group.weight() > 0);
        if (goal != Policy.Goal.COST && !weighed) {
            throw values.error(
                    Keys.OBJECTIVE, "latency to whom? name groups of clients with a weight under the key 'clients'");
        }
        Optional<Double> worth = values.find(Keys.MILLISECOND_WORTH);
        if (worth.isPresent() && goal != Policy.Goal.MIX) {
            throw values.error(Keys.MILLISECOND_WORTH, "counts only where the key 'objective' is mix");
        }
        return switch (goal) {
            case COST -> new Policy.Objective.Cost();
            case LATENCY -> new Policy.Objective.Latency();
            case MIX ->
                new Policy.Objective.Mix(worth.orElseThrow(
                        () -> values.error(Keys.OBJECTIVE, "a mix needs the key 'millisecond-worth'")));
        };
    }

    private static Policy.Places places(Values values) {
        return new Policy.Places(
                values.find(Keys.INSTANCE_TYPE),
                new Policy.Choice<>(list(values, Keys.SITES_ALLOWED), list(values, Keys.SITES_FORBIDDEN)),
                new Policy.Choice<>(list(values, Keys.CLOUDS_ALLOWED), list(values, Keys.CLOUDS_FORBIDDEN)),
                new Policy.Choice<>(list(values, Keys.REGIONS_ALLOWED), list(values, Keys.REGIONS_FORBIDDEN)),
                list(values, Keys.DATA_RESIDENCY),
                list(values, Keys.REQUIRE));
    }

    private static Policy.Spread spread(Values values) {
        Optional<String> affinity = values.find(Keys.AFFINITY);
        if (affinity.isPresent() && affinity.equals(values.find(Keys.ANTI_AFFINITY))) {
            throw values.error(Keys.ANTI_AFFINITY, "group '%s' cannot be together and apart".formatted(affinity.get()));
        }
        return new Policy.Spread(
                values.get(Keys.SPOT_SHARE),
                count(values, Keys.DIVERSITY_SITES),
                count(values, Keys.DIVERSITY_CLOUDS),
                affinity,
                values.find(Keys.ANTI_AFFINITY));
    }

    private static Optional<Policy.Job> job(Values values) {
        if (values.find(Keys.JOB_WORK).isPresent()
                != values.find(Keys.JOB_DEADLINE).isPresent()) {
            throw values.find(Keys.JOB_WORK).isPresent()
                    ? values.error(Keys.JOB_WORK, "a job needs the key 'deadline' too")
                    : values.error(Keys.JOB_DEADLINE, "a job needs the key 'work' too");
        }
        return values.find(Keys.JOB_WORK).map(work -> new Policy.Job(work, values.get(Keys.JOB_DEADLINE)));
    }

    private static Policy.Protection protection(Values values) {
        boolean durable = values.get(Keys.DURABILITY).startsWith("replicated");
        Policy.Protection protection = new Policy.Protection(
                values.get(Keys.DURABILITY),
                values.get(Keys.STANDBY_REPLICAS),
                values.get(Keys.ON_NOTICE),
                values.find(Keys.ON_LOSS).orElse(durable ? Policy.OnLoss.RESTART : Policy.OnLoss.STAY));
        if (protection.onLoss() == Policy.OnLoss.RESTART && !protection.outlivesHost()) {
            throw values.error(
                    Keys.ON_LOSS,
                    "a VM restarts elsewhere only with 'durability: replicated' or archived, and here it is local");
        }
        return protection;
    }

    private static <T> List<T> list(Values values, Key<List<T>> key) {
        return values.find(key).orElse(List.of());
    }

    private static OptionalDouble amount(Values values, Key<Double> key) {
        return values.find(key).map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }

    private static OptionalInt count(Values values, Key<Integer> key) {
        return values.find(key).map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    /** A policy file, with sections as it has them. */
    private static String text(Values values) {
        Map<String, Object> top = new LinkedHashMap<>();
        Map<String, Map<String, Object>> sections = new LinkedHashMap<>();
        for (Key<?> key : Keys.all()) {
            values.written(key)
                    .ifPresent(value -> key.section()
                            .map(name -> sections.computeIfAbsent(name, _ -> new LinkedHashMap<>()))
                            .orElse(top)
                            .put(key.leaf(), value));
        }
        top.putAll(sections);
        return PolicySchema.json(top);
    }
}
