package io.supercloud.optimizer.live;

import io.supercloud.optimizer.OptimizerException;
import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.Rental;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * EC2's spot prices as {@code aws ec2 describe-spot-price-history --output json} prints them, the fields of the API's
 * DescribeSpotPriceHistory (version 2016-11-15). Prices of Windows and others are left out.
 */
public final class Ec2SpotHistory {
    private static final Pattern ZONE = Pattern.compile("([a-z]{2}(?:-[a-z]+)+-[0-9]+)(?:[a-z]|-[a-z0-9-]+)");

    private Ec2SpotHistory() {}

    /** @throws OptimizerException where it is no such document, with the first item that is wrong */
    public static List<Listing> parse(String name, String json) {
        return PriceJson.parse(name, json).items("SpotPriceHistory", item -> {
            if (!item.text("/ProductDescription").startsWith("Linux/UNIX")) {
                return Stream.of();
            }
            String zone = item.word("/AvailabilityZone");
            Matcher matcher = ZONE.matcher(zone);
            if (!matcher.matches()) {
                throw new OptimizerException("%s: '%s' is not a zone such as us-east-1a".formatted(item.where(), zone));
            }
            return Stream.of(new Listing(
                    new Pool("aws", matcher.group(1), zone, item.word("/InstanceType")),
                    Rental.SPOT,
                    item.price("/SpotPrice"),
                    item.time("/Timestamp")));
        });
    }
}
