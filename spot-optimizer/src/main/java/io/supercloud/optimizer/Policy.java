package io.supercloud.optimizer;

import io.supercloud.core.SiteId;
import io.supercloud.settings.Mapping;
import io.supercloud.settings.Node;
import io.supercloud.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What to optimise for a VM and what never to violate.
 *
 * @param instanceType the only type that may run the VM; any where empty
 * @param allowedSites the only sites that may run the VM; all where empty
 * @param minimumGain share, 0 to 1, by which a price must be lower to be worth a move
 * @param minimumStay how long the VM stays after a move
 * @param movesPerDay most moves within any 24 hours
 * @param horizon the time over which the saving must pay for the move
 * @param staleAfter a quote that was last confirmed longer ago is not believed
 * @param egressDollarsPerGib what a GiB costs that leaves a site
 */
public record Policy(
        String name,
        Objective objective,
        Optional<String> instanceType,
        Set<SiteId> allowedSites,
        Set<SiteId> forbiddenSites,
        double minimumGain,
        Duration minimumStay,
        int movesPerDay,
        Duration horizon,
        Duration staleAfter,
        double egressDollarsPerGib) {
    private static final String DEFAULT = "default-policy.yaml";
    private static final int MAX_MOVES_PER_DAY = 1_000;

    /** What a plan makes small. */
    public enum Objective {
        COST
    }

    public Policy {
        allowedSites = Set.copyOf(allowedSites);
        forbiddenSites = Set.copyOf(forbiddenSites);
    }

    /** The built-in policy. */
    public static Policy standard() {
        try (InputStream in = Policy.class.getResourceAsStream(DEFAULT)) {
            return read(Settings.parse(DEFAULT, new String(in.readAllBytes(), StandardCharsets.UTF_8)), null);
        } catch (IOException e) {
            throw new OptimizerException("the policy that comes with Supercloud cannot be read", e);
        }
    }

    /**
     * The policy in {@code file}; what it leaves out, but for its name, is as in {@link #standard()}.
     *
     * @throws io.supercloud.settings.SettingsException with file, line and the nearest known key, where it is wrong
     */
    public static Policy read(Path file) {
        return read(Settings.read(file));
    }

    /** As {@link #read(Path)}, from settings that are already parsed. */
    public static Policy read(Node node) {
        return read(node, standard());
    }

    /** Whether the VM may be at {@code site}. */
    public boolean permits(SiteId site) {
        return !forbiddenSites.contains(site) && (allowedSites.isEmpty() || allowedSites.contains(site));
    }

    private static Policy read(Node node, Policy standard) {
        return node.mapping(keys -> {
            Optional<Mapping> sites = keys.optional("sites").map(Node::mapping);
            Policy policy = new Policy(
                    keys.require("name").name("policy"),
                    value(keys, "objective", each -> each.oneOf(Objective.class), standard, Policy::objective),
                    keys.optional("instance-type").map(Node::string),
                    sites.flatMap(each -> each.optional("allowed"))
                            .map(Policy::sites)
                            .orElse(Set.of()),
                    sites.flatMap(each -> each.optional("forbidden"))
                            .map(Policy::sites)
                            .orElse(Set.of()),
                    value(keys, "minimum-gain", Node::percent, standard, Policy::minimumGain),
                    value(keys, "minimum-stay", Node::duration, standard, Policy::minimumStay),
                    value(keys, "moves-per-day", Policy::count, standard, Policy::movesPerDay),
                    value(keys, "horizon", Node::duration, standard, Policy::horizon),
                    value(keys, "stale-after", Node::duration, standard, Policy::staleAfter),
                    value(keys, "egress-per-gib", Node::money, standard, Policy::egressDollarsPerGib));
            sites.ifPresent(Mapping::done);
            return policy;
        });
    }

    private static <T> T value(
            Mapping keys, String key, Function<Node, T> reader, Policy standard, Function<Policy, T> otherwise) {
        return standard == null
                ? reader.apply(keys.require(key))
                : keys.optional(key).map(reader).orElseGet(() -> otherwise.apply(standard));
    }

    private static int count(Node node) {
        return (int) node.integer(0, MAX_MOVES_PER_DAY);
    }

    private static Set<SiteId> sites(Node node) {
        return Set.copyOf(node.list(each -> new SiteId(each.name("site"))));
    }

    /** All values in one fixed order, so that equal policies have equal text. */
    String canonicalText() {
        return "policy %s %s type=%s allowed=%s forbidden=%s gain=%s stay=%s moves=%d horizon=%s stale=%s egress=%s"
                .formatted(
                        name,
                        objective,
                        instanceType.orElse("any"),
                        sorted(allowedSites),
                        sorted(forbiddenSites),
                        minimumGain,
                        minimumStay,
                        movesPerDay,
                        horizon,
                        staleAfter,
                        egressDollarsPerGib);
    }

    private static Collection<String> sorted(Set<SiteId> sites) {
        return sites.stream().map(SiteId::value).collect(Collectors.toCollection(TreeSet::new));
    }
}
