package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.config.DeploymentConfig.OfferConfig;
import io.supercloud.core.SiteId;
import io.supercloud.optimizer.Offer;
import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.Rental;
import io.supercloud.optimizer.live.Listing;
import io.supercloud.optimizer.live.LivePriceFeed;
import io.supercloud.optimizer.live.PriceSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The market of a deployment's sites as its feeds tell it. Nothing is believed here but that a price is old: the planner
 * judges each by its number and its age, and by the list price of the configuration, which no feed can change.
 */
final class LiveMarket implements SiteMarket {
    private final DeploymentConfig config;
    private final InstantSource clock;
    private final Duration staleAfter;
    private final LivePriceFeed feed = new LivePriceFeed();
    private final LiveLessons lessons;
    private final Map<SiteId, Pool> pools;
    private final Map<SiteId, Double> listPrices = new LinkedHashMap<>();
    private Set<Pool> hinted = Set.of();

    /** @param staleAfter a price that was confirmed longer ago is as good as none */
    LiveMarket(DeploymentConfig config, InstantSource clock, Duration staleAfter, Duration moveTime) {
        this.config = config;
        this.clock = clock;
        this.staleAfter = staleAfter;
        this.pools = SiteMarket.pools(config);
        for (OfferConfig offer : config.offers()) {
            listPrices.put(offer.site(), offer.onDemandDollarsPerHour());
        }
        Map<Pool, Double> spot = new LinkedHashMap<>();
        pools.forEach((site, pool) -> {
            if (config.site(site).spot()) {
                spot.put(pool, listPrices.get(site));
            }
        });
        this.lessons = new LiveLessons(spot, moveTime);
    }

    @Override
    public Instant instant() {
        return clock.instant();
    }

    /** What a feed told: of it, what concerns the sites. A price of a whole region is one of each of its zones. */
    void told(PriceSource.Told told) {
        List<Listing> ours = new ArrayList<>();
        for (Listing listing : told.listings()) {
            for (Pool pool : pools.values()) {
                Pool region = new Pool(pool.cloud(), pool.region(), "", pool.instanceType());
                if (listing.rental() == Rental.SPOT
                        && (listing.pool().equals(pool) || listing.pool().equals(region))) {
                    ours.add(new Listing(pool, Rental.SPOT, listing.dollarsPerHour(), listing.since()));
                }
            }
        }
        feed.told(ours, told.at());
        lessons.told(ours, instant());
    }

    /** The sites at which clouds say that they are likely to take instances away; it counts for all of the same market. */
    void hinted(Set<SiteId> sites) {
        hinted = sites.stream().map(pools::get).filter(Objects::nonNull).collect(Collectors.toSet());
    }

    @Override
    public Offer offer(SiteId site) {
        Instant now = instant();
        Pool pool = pools.get(site);
        if (!config.site(site).spot()) {
            return Offer.onDemand(site, pool, listPrices.get(site));
        }
        Duration age = feed.age(pool, now);
        return Offer.spot(
                        site,
                        pool,
                        age.compareTo(staleAfter) > 0 ? Optional.empty() : feed.quote(pool, now),
                        age,
                        listPrices.get(site))
                .hinted(hinted.contains(pool));
    }

    @Override
    public List<Offer> offers(SiteId here, Predicate<SiteId> open) {
        return pools.keySet().stream()
                .filter(site -> site.equals(here) || open.test(site))
                .map(site -> offer(site)
                        .withLatency(SiteMarket.latencies(config, site))
                        .lasting(lessons.lasts(instant(), pools.get(here), pools.get(site))))
                .toList();
    }
}
