package io.supercloud.optimizer;

import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The VMs beside the one that is decided for.
 *
 * @param others in any order
 * @param spentThisMonthDollars by all VMs of the slice in this calendar month (UTC) so far
 */
public record Slice(List<Neighbour> others, double spentThisMonthDollars) {
    /** A slice of one VM that has cost nothing yet. */
    public static final Slice ALONE = new Slice(List.of(), 0);

    /**
     * @param cloud of its site, as price files name it
     * @param dollarsPerHour of what it rents
     */
    public record Neighbour(
            VmId vm,
            SiteId site,
            String cloud,
            Rental rental,
            double dollarsPerHour,
            Optional<String> affinity,
            Optional<String> antiAffinity) {
        String canonicalText() {
            return "%s at %s (%s) %s %s affinity=%s anti=%s"
                    .formatted(vm, site, cloud, rental, dollarsPerHour, affinity, antiAffinity);
        }
    }

    public Slice {
        others = others.stream()
                .sorted(Comparator.comparing(other -> other.vm().value()))
                .toList();
    }

    double othersDollarsPerHour() {
        return others.stream().mapToDouble(Neighbour::dollarsPerHour).sum();
    }

    String canonicalText() {
        return others.stream()
                .map(Neighbour::canonicalText)
                .collect(Collectors.joining("; ", "slice spent=%s ".formatted(spentThisMonthDollars), ""));
    }
}
