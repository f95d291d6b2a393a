package io.supercloud.optimizer;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
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
 * All that a decision is made from.
 *
 * @param offers one per site, in any order
 */
public record Snapshot(Instant now, VmSituation vm, List<Offer> offers) {
    public Snapshot {
        offers = offers.stream()
                .sorted(Comparator.comparing(offer -> offer.site().value()))
                .toList();
        if (offers.stream().map(Offer::site).distinct().count() != offers.size()) {
            throw new InvalidValueException("a snapshot has one offer per site, but there are two of one site");
        }
    }

    Optional<Offer> offerAt(SiteId site) {
        return offers.stream().filter(offer -> offer.site().equals(site)).findFirst();
    }

    /** SHA-256, in hex, over one fixed text of these inputs and {@code policy}: equal inputs, equal digest. */
    String digest(Policy policy) {
        String text = offers.stream()
                .map(Offer::canonicalText)
                .collect(Collectors.joining(
                        "\n", "now %s\n%s\n%s\n".formatted(now, vm.canonicalText(), policy.canonicalText()), "\n"));
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
