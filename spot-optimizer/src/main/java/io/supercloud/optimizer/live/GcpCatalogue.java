package io.supercloud.optimizer.live;

import io.supercloud.core.InvalidValueException;
import io.supercloud.optimizer.OptimizerException;
import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.Rental;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Compute Engine's prices in the Cloud Billing Catalog (cloud.google.com/billing/docs/reference/rest/v1/services.skus/list).
 * It has prices of cores and of memory by family and region, of which a machine type's price is the sum.
 */
public final class GcpCatalogue {
    private static final Pattern DESCRIPTION = Pattern.compile(
            "(?:Spot Preemptible )?([A-Z][0-9][A-Z]?)(?: Predefined| AMD| Arm)? Instance (Core|Ram) running in .*");

    private static final Pattern WRITTEN = Pattern.compile("([a-z0-9-]+)=([0-9]{1,4})x([0-9]{1,5}(?:\\.[0-9]+)?)");
    private static final double NANOS = 1e-9;

    private GcpCatalogue() {}

    /** A machine type: {@code n2-standard-4} has 4 CPUs and 16 GiB; its family is the part before the first dash. */
    public record Shape(String machineType, int cpus, double memoryGib) {
        public Shape {
            if (!machineType.matches("[a-z][0-9][a-z]?-[a-z0-9-]+") || cpus < 1 || !(memoryGib > 0)) {
                throw new InvalidValueException(
                        "%s with %d CPUs and %s GiB is no machine type".formatted(machineType, cpus, memoryGib));
            }
        }

        /** As it is written: {@code n2-standard-4=4x16}, the machine type, its CPUs and its GiB. */
        public static Shape parse(String text) {
            Matcher matcher = WRITTEN.matcher(text);
            if (!matcher.matches()) {
                throw new InvalidValueException("'%s' is no machine type such as n2-standard-4=4x16".formatted(text));
            }
            return new Shape(
                    matcher.group(1), Integer.parseInt(matcher.group(2)), Double.parseDouble(matcher.group(3)));
        }

        String family() {
            return machineType.substring(0, machineType.indexOf('-'));
        }
    }

    /**
     * Prices of {@code shapes} in each region that has both parts of their price.
     *
     * @throws OptimizerException where it is no such document, with the first item that is wrong
     */
    public static List<Listing> parse(String name, String json, List<Shape> shapes) {
        Map<String, Listing> parts = new HashMap<>();
        PriceJson.parse(name, json).items("skus", item -> part(item)).forEach(part -> parts.put(key(part), part));
        List<Listing> listings = new ArrayList<>();
        for (Shape shape : shapes) {
            parts.values().stream()
                    .filter(core -> core.pool().instanceType().equals(shape.family() + " core"))
                    .forEach(core -> {
                        Listing memory = parts.get(key(core).replace(" core", " ram"));
                        if (memory != null) {
                            listings.add(new Listing(
                                    new Pool("gcp", core.pool().region(), "", shape.machineType()),
                                    core.rental(),
                                    shape.cpus() * core.dollarsPerHour() + shape.memoryGib() * memory.dollarsPerHour(),
                                    core.since().isAfter(memory.since()) ? core.since() : memory.since()));
                        }
                    });
        }
        return listings;
    }

    private static String key(Listing part) {
        return part.pool() + " " + part.rental();
    }

    /** The price of a core or of a GiB, as a listing of a type {@code n2 core} or {@code n2 ram}, for each region. */
    private static Stream<Listing> part(PriceJson.Item item) {
        Matcher matcher = DESCRIPTION.matcher(item.text("/description"));
        String usage = item.text("/category/usageType");
        if (!matcher.matches() || !usage.equals("Preemptible") && !usage.equals("OnDemand")) {
            return Stream.of();
        }
        String rates = "/pricingInfo/0/pricingExpression/tieredRates";
        String price = rates + "/" + (item.node().at(rates).size() - 1) + "/unitPrice";
        double dollars = item.price(
                price,
                item.node().at(price + "/units").asDouble(0)
                        + item.node().at(price + "/nanos").asDouble(0) * NANOS);
        String type = (matcher.group(1) + " " + matcher.group(2)).toLowerCase(Locale.ROOT);
        return item.node()
                .path("serviceRegions")
                .valueStream()
                .map(region -> new Listing(
                        new Pool("gcp", region.asString(""), "", type),
                        usage.equals("OnDemand") ? Rental.ON_DEMAND : Rental.SPOT,
                        dollars,
                        item.time("/pricingInfo/0/effectiveTime")));
    }
}
