package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.config.DeploymentConfig.OfferConfig;
import io.supercloud.app.config.DeploymentConfig.Site;
import io.supercloud.core.SiteId;
import io.supercloud.optimizer.Offer;
import io.supercloud.optimizer.Pool;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What is rented at the sites of a deployment, at the prices of its present. */
interface SiteMarket extends InstantSource {
    /** What is rented at {@code site}, at its price of now. */
    Offer offer(SiteId site);

    /** What is offered to a VM at {@code here}, at the sites that {@code open} accepts; its own is always there. */
    List<Offer> offers(SiteId here, Predicate<SiteId> open);

    /** What the configuration offers, by site. */
    static Map<SiteId, Pool> pools(DeploymentConfig config) {
        Map<SiteId, Pool> pools = new LinkedHashMap<>();
        for (OfferConfig offer : config.offers()) {
            Site site = config.site(offer.site());
            pools.put(offer.site(), new Pool(offer.cloud(), site.region(), site.zone(), offer.instanceType()));
        }
        return pools;
    }

    /** Clients that are near a site are a group of the site's name; what is between sites is what the links say. */
    static Map<String, Double> latencies(DeploymentConfig config, SiteId site) {
        Map<String, Double> millis = new HashMap<>();
        config.sites().forEach(other -> millis.put(other.id().value(), 0.0));
        for (DeploymentConfig.Link link : config.links()) {
            if (link.a().equals(site)) {
                millis.put(link.b().value(), link.rttMillis());
            } else if (link.b().equals(site)) {
                millis.put(link.a().value(), link.rttMillis());
            }
        }
        return millis;
    }
}
