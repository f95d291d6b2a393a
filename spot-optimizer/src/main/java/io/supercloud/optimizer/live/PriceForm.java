package io.supercloud.optimizer.live;

import io.supercloud.optimizer.PriceTrace;
import io.supercloud.optimizer.Rental;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The forms of documents that tell prices. */
public enum PriceForm {
    /** As {@link Ec2SpotHistory} reads it. */
    EC2,
    /** One page, as {@link AzureRetailPrices} reads it. */
    AZURE,
    /** One page, as {@link GcpCatalogue} reads it. */
    GCP,
    /** A price file of our own, as {@link PriceTrace} reads it. */
    CSV;

    /**
     * The prices in a document.
     *
     * @param name what errors call it
     * @param machines whose prices to make of parts, for those that tell prices of parts
     * @throws io.supercloud.optimizer.OptimizerException where it is no such document
     */
    public List<Listing> parse(String name, String text, List<GcpCatalogue.Shape> machines) {
        return switch (this) {
            case EC2 -> Ec2SpotHistory.parse(name, text);
            case AZURE -> AzureRetailPrices.parse(name, text).listings();
            case GCP -> GcpCatalogue.parse(name, text, machines);
            case CSV -> listings(trace(name, text));
        };
    }

    private static PriceTrace trace(String name, String text) {
        try {
            return PriceTrace.read(name, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory can be read", e);
        }
    }

    private static List<Listing> listings(PriceTrace trace) {
        List<Listing> listings = new ArrayList<>();
        trace.pools()
                .forEach(pool -> trace.between(pool, Instant.MIN, Instant.MAX)
                        .forEach(change ->
                                listings.add(new Listing(pool, Rental.SPOT, change.dollarsPerHour(), change.at()))));
        return listings;
    }
}
