package io.supercloud.app.cli;

import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.PriceTrace;
import io.supercloud.optimizer.Quote;
import io.supercloud.optimizer.Rental;
import io.supercloud.optimizer.live.AzureRetailPrices;
import io.supercloud.optimizer.live.Ec2SpotHistory;
import io.supercloud.optimizer.live.GcpCatalogue;
import io.supercloud.optimizer.live.Listing;
import io.supercloud.optimizer.live.LivePriceFeed;
import io.supercloud.optimizer.live.PriceDocuments;
import io.supercloud.optimizer.policy.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Show the prices that clouds publish, how old they are, and keep them as a price file. */
@Command(
        name = "prices",
        mixinStandardHelpOptions = true,
        description = "Show the prices that clouds publish, how old they are, and keep them as a price file.")
final class PricesCommand implements Callable<Integer> {
    private static final int PRICE_DIGITS = 9;

    @Mixin
    private GlobalOptions options;

    @Option(names = "--ec2", paramLabel = "FILE", description = "What 'aws ec2 describe-spot-price-history' printed.")
    private List<Path> ec2 = List.of();

    @Option(names = "--azure", paramLabel = "FILE", description = "A page of Azure's retail prices.")
    private List<Path> azure = List.of();

    @Option(names = "--azure-region", paramLabel = "REGION", description = "Fetch Azure's retail prices of a region.")
    private List<String> azureRegions = List.of();

    @Option(names = "--gcp", paramLabel = "FILE", description = "A page of the Cloud Billing Catalog; needs --machine.")
    private List<Path> gcp = List.of();

    @Option(names = "--machine", paramLabel = "TYPE=CPUSxGIB", description = "Such as n2-standard-4=4x16.")
    private List<String> machines = List.of();

    @Option(names = "--csv", paramLabel = "FILE", description = "Write a price file for 'policy' commands, too.")
    private Optional<Path> csv = Optional.empty();

    /**
     * One pool.
     *
     * @param list dollars an hour on demand, where a document tells
     * @param ageSeconds since the price was confirmed
     * @param believed whether the built-in policy still believes it
     */
    record Price(
            Pool pool,
            double dollarsPerHour,
            Instant since,
            Optional<Double> list,
            long ageSeconds,
            boolean believed) {}

    @Override
    public Integer call() {
        LivePriceFeed feed = new LivePriceFeed();
        List<Listing> all = new ArrayList<>();
        List<GcpCatalogue.Shape> shapes =
                machines.stream().map(GcpCatalogue.Shape::parse).toList();
        read(feed, all, ec2, Ec2SpotHistory::parse);
        read(
                feed,
                all,
                azure,
                (name, text) -> AzureRetailPrices.parse(name, text).listings());
        read(feed, all, gcp, (name, text) -> GcpCatalogue.parse(name, text, shapes));
        PriceDocuments documents = new PriceDocuments();
        for (String region : azureRegions) {
            List<Listing> listings = documents.azure(AzureRetailPrices.firstPage(region));
            feed.told(listings, Instant.now());
            all.addAll(listings);
        }
        List<Price> prices = prices(feed, Instant.now());
        csv.ifPresent(file -> write(file, feed, all));
        options.print(prices, text(prices));
        return 0;
    }

    /** What is in a file was confirmed when the file was written. */
    private static void read(
            LivePriceFeed feed, List<Listing> all, List<Path> files, BiFunction<String, String, List<Listing>> parser) {
        for (Path file : files) {
            try {
                List<Listing> listings = parser.apply(file.toString(), Files.readString(file));
                feed.told(listings, Files.getLastModifiedTime(file).toInstant());
                all.addAll(listings);
            } catch (IOException e) {
                throw new UncheckedIOException("%s cannot be read".formatted(file), e);
            }
        }
    }

    private static List<Price> prices(LivePriceFeed feed, Instant now) {
        Duration staleAfter = Policy.standard().prices().staleAfter();
        List<Price> prices = new ArrayList<>();
        for (Pool pool : feed.pools()) {
            Duration age = feed.age(pool, now);
            feed.quote(pool, now)
                    .ifPresent(quote -> prices.add(new Price(
                            pool,
                            quote.dollarsPerHour(),
                            quote.since(),
                            feed.listPrice(pool, now).map(Quote::dollarsPerHour),
                            age.toSeconds(),
                            age.compareTo(staleAfter) <= 0)));
        }
        return prices;
    }

    private static String text(List<Price> prices) {
        List<String> lines = new ArrayList<>();
        lines.add("%-52s %10s %10s %-22s %s".formatted("SPOT", "$/H", "LIST", "SINCE", "CONFIRMED"));
        for (Price price : prices) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-52s %10.5f %10s %-22s %d s ago%s",
                    price.pool(),
                    price.dollarsPerHour(),
                    price.list()
                            .map(list -> String.format(Locale.ROOT, "%.5f", list))
                            .orElse("-"),
                    price.since(),
                    price.ageSeconds(),
                    price.believed() ? "" : ", stale"));
        }
        return String.join("\n", lines);
    }

    private static void write(Path file, LivePriceFeed feed, List<Listing> all) {
        List<String> lines = new ArrayList<>(List.of(PriceTrace.columns()));
        all.stream()
                .filter(listing -> listing.rental() == Rental.SPOT)
                .sorted(Comparator.comparing(Listing::since))
                .forEach(listing -> lines.add("%s,%s,%s,%s,%s,%s,%s"
                        .formatted(
                                listing.since(),
                                listing.pool().cloud(),
                                listing.pool().region(),
                                listing.pool().zone(),
                                listing.pool().instanceType(),
                                plain(listing.dollarsPerHour()),
                                feed.listPrice(listing.pool(), Instant.now())
                                        .map(list -> plain(list.dollarsPerHour()))
                                        .orElse(""))));
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be written".formatted(file), e);
        }
    }

    private static String plain(double dollars) {
        return BigDecimal.valueOf(dollars)
                .setScale(PRICE_DIGITS, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
