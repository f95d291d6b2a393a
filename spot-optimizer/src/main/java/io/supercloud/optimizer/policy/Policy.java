package io.supercloud.optimizer.policy;

import io.supercloud.core.SiteId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What to optimise for one VM and what never to violate.
 *
 * @param clients groups of clients by name
 * @param text the policy as a policy file (JSON, which is YAML) that says all of it: equal policies have equal text
 */
public record Policy(
        String name,
        Objective objective,
        Map<String, ClientGroup> clients,
        Places places,
        Spread spread,
        Pace pace,
        Budget budget,
        Optional<Job> job,
        Protection protection,
        Prices prices,
        String text) {
    /** What the key {@code objective} can be. */
    public enum Goal {
        COST,
        LATENCY,
        MIX
    }

    /** What a plan makes small. */
    public sealed interface Objective {
        /** Dollars an hour. */
        record Cost() implements Objective {}

        /** The mean of the client groups' p95 latencies, by weight. */
        record Latency() implements Objective {}

        /** Dollars an hour, with a millisecond of that latency counted as so many. */
        record Mix(double dollarsPerMillisecondHour) implements Objective {}
    }

    /** @param p95 the highest latency that is permitted at the 95th percentile, there and back */
    public record ClientGroup(double weight, Optional<Duration> p95) {}

    /** A list of what is allowed, where it is not empty, and one of what is forbidden. */
    public record Choice<T>(List<T> allowed, List<T> forbidden) {
        public Choice {
            allowed = List.copyOf(allowed);
            forbidden = List.copyOf(forbidden);
        }

        public boolean permits(T value) {
            return !forbidden.contains(value) && (allowed.isEmpty() || allowed.contains(value));
        }
    }

    /**
     * Where the VM may be.
     *
     * @param residency regions that its data may not leave; any where empty
     */
    public record Places(
            Optional<String> instanceType,
            Choice<SiteId> sites,
            Choice<String> clouds,
            Choice<String> regions,
            List<RegionPattern> residency,
            List<Requirement> requirements) {
        /** Why nothing of the VM may be in {@code region}; empty where it may. */
        public Optional<String> objection(SiteId site, String cloud, String region) {
            if (!sites.permits(site)) {
                return Optional.of("the policy does not permit this site");
            }
            if (!clouds.permits(cloud)) {
                return Optional.of("the policy does not permit the cloud " + cloud);
            }
            if (!regions.permits(region)) {
                return Optional.of("the policy does not permit the region " + region);
            }
            if (!residency.isEmpty() && residency.stream().noneMatch(pattern -> pattern.matches(cloud, region))) {
                return Optional.of("the VM's data may not be in " + region);
            }
            return Optional.empty();
        }
    }

    /**
     * How the VMs of a slice lie to each other.
     *
     * @param spotShare most of them, 0 to 1, that are on spot instances
     */
    public record Spread(
            double spotShare,
            OptionalInt leastSites,
            OptionalInt leastClouds,
            Optional<String> affinity,
            Optional<String> antiAffinity) {}

    /**
     * When the VM may be moved for a better place.
     *
     * @param minimumGain share, 0 to 1
     * @param horizon over which a saving must pay for the move; learned from the market where empty
     */
    public record Pace(
            double minimumGain,
            Duration minimumStay,
            int movesPerDay,
            List<QuietHours> quietHours,
            Optional<Duration> horizon) {}

    /** Of the whole slice, in dollars. */
    public record Budget(OptionalDouble perHour, OptionalDouble perMonth) {}

    /** @param work that an uninterrupted VM needs */
    public record Job(Duration work, Instant deadline) {}

    /** @param durability as the configuration writes it: {@code local}, {@code archived} or {@code replicated 3/3/2} */
    public record Protection(String durability, int standbyReplicas, OnNotice onNotice, OnLoss onLoss) {
        /** Whether the disk can be opened elsewhere after its host is lost. */
        public boolean outlivesHost() {
            return !durability.equals("local");
        }
    }

    /** What to do when the cloud takes the VM's host away. */
    public enum OnNotice {
        MOVE,
        STAY
    }

    /** What to do when the VM's host is lost. */
    public enum OnLoss {
        RESTART,
        STAY
    }

    /** @param staleAfter a price that was confirmed longer ago is not believed */
    public record Prices(Duration staleAfter, double egressDollarsPerGib) {}

    /** The built-in policy. */
    public static Policy standard() {
        return PolicyFile.standard().slice();
    }
}
