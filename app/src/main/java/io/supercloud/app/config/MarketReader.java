package io.supercloud.app.config;

import io.supercloud.app.config.DeploymentConfig.OfferConfig;
import io.supercloud.app.config.DeploymentConfig.Site;
import io.supercloud.app.config.MarketConfig.Act;
import io.supercloud.core.SiteId;
import io.supercloud.optimizer.live.GcpCatalogue;
import io.supercloud.optimizer.live.PriceForm;
import io.supercloud.optimizer.live.PriceSource;
import io.supercloud.settings.Mapping;
import io.supercloud.settings.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the key {@code market}. */
final class MarketReader {
    static final Duration MIN_EVERY = Duration.ofSeconds(10);
    private static final Duration EVERY = Duration.ofMinutes(5);
    private static final Duration STALE_AFTER = Duration.ofHours(1);

    private MarketReader() {}

    static Optional<MarketConfig> read(Mapping top, List<Site> sites, List<OfferConfig> offers) {
        return top.optional("market").map(node -> {
            Set<SiteId> offered = offers.stream().map(OfferConfig::site).collect(Collectors.toSet());
            sites.stream()
                    .filter(site -> !offered.contains(site.id()))
                    .findFirst()
                    .ifPresent(site -> {
                        throw node.error("site %s has no offer: a market needs one for each site".formatted(site.id()));
                    });
            return market(node);
        });
    }

    private static MarketConfig market(Node market) {
        return market.mapping(keys -> {
            Duration every = keys.optional("every").map(Node::duration).orElse(EVERY);
            Duration staleAfter =
                    keys.optional("staleAfter").map(Node::duration).orElse(STALE_AFTER);
            if (every.compareTo(MIN_EVERY) < 0 || every.compareTo(staleAfter) > 0) {
                throw market.error("'every' is %d s: give at least %d s, and at most staleAfter, %d s"
                        .formatted(every.toSeconds(), MIN_EVERY.toSeconds(), staleAfter.toSeconds()));
            }
            List<PriceSource> feeds = keys.require("feeds").list(MarketReader::feed);
            if (feeds.isEmpty()) {
                throw keys.require("feeds")
                        .error("there must be a feed, such as '{form: csv, file: /var/lib/prices.csv}'");
            }
            return new MarketConfig(
                    keys.optional("act").map(node -> node.oneOf(Act.class)).orElse(Act.ADVISE),
                    every,
                    staleAfter,
                    feeds);
        });
    }

    private static PriceSource feed(Node feed) {
        return feed.mapping(keys -> {
            Optional<Path> file = keys.optional("file").map(MarketReader::absolute);
            List<String> command = keys.optional("command")
                    .map(node -> node.list(Node::string))
                    .orElse(List.of());
            if (file.isPresent() == !command.isEmpty()) {
                throw feed.error(
                        "a feed has either a file, or a command such as [aws, ec2, describe-spot-price-history]");
            }
            PriceForm form = keys.require("form").oneOf(PriceForm.class);
            List<GcpCatalogue.Shape> machines = keys.optional("machines")
                    .map(node -> node.list(item -> item.parsed(GcpCatalogue.Shape::parse)))
                    .orElse(List.of());
            if ((form == PriceForm.GCP) == machines.isEmpty()) {
                throw feed.error(
                        "machines, such as [n2-standard-4=4x16], are for feeds of the form gcp, which need them");
            }
            return new PriceSource(form, file, command, machines);
        });
    }

    private static Path absolute(Node node) {
        Path file = Path.of(node.string());
        if (!file.isAbsolute()) {
            throw node.error("'%s' is not an absolute path".formatted(file));
        }
        return file;
    }
}
