package io.supercloud.optimizer;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.optimizer.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * All that a decision is made from, beside the policy.
 *
 * @param offers at most one per site and way of renting, in any order
 */
public record Snapshot(Instant now, VmSituation vm, List<Offer> offers, Slice slice) {
    public Snapshot {
        offers = offers.stream()
                .sorted(Comparator.comparing((Offer offer) -> offer.site().value())
                        .thenComparing(Offer::rental))
                .toList();
        if (offers.stream()
                        .map(offer -> offer.site() + " " + offer.rental())
                        .distinct()
                        .count()
                != offers.size()) {
            throw new InvalidValueException(
                    "a snapshot has one offer per site and way of renting, but there are two alike of one site");
        }
    }

    /** What the VM rents, where it is offered. */
    Optional<Offer> current() {
        return offers.stream().filter(this::isHere).findFirst();
    }

    /** Whether the VM rents {@code offer}. */
    boolean isHere(Offer offer) {
        SiteId site = vm.site();
        return offer.site().equals(site) && offer.rental() == vm.rental();
    }

    /** SHA-256, in hex, over one fixed text of these inputs and {@code policy}: equal inputs, equal digest. */
    public String digest(Policy policy) {
        String text = offers.stream()
                .map(Offer::canonicalText)
                .collect(Collectors.joining(
                        "\n",
                        "now %s\n%s\n%s\n%s\n".formatted(now, vm.canonicalText(), slice.canonicalText(), policy.text()),
                        "\n"));
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
