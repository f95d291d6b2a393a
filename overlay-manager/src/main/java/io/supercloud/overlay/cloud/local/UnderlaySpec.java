package io.supercloud.overlay.cloud.local;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Names;
import io.supercloud.core.SiteId;
import java.util.List;
import java.util.Set;

/**
 * The network under a deployment's local clouds.
 *
 * @param links of pairs that are not named the link has no delay and no limit
 */
public record UnderlaySpec(String deployment, List<SiteSpec> sites, List<LinkSpec> links) {
    public UnderlaySpec {
        Names.require("deployment", deployment);
        sites = List.copyOf(sites);
        links = List.copyOf(links);
        if (sites.stream().map(SiteSpec::index).distinct().count() != sites.size()
                || sites.stream().map(SiteSpec::id).distinct().count() != sites.size()) {
            throw new InvalidValueException("deployment %s names a site or a site's index twice".formatted(deployment));
        }
        for (LinkSpec link : links) {
            find(sites, link.a());
            find(sites, link.b());
        }
    }

    LinkSpec link(SiteSpec a, SiteSpec b) {
        return links.stream()
                .filter(link -> Set.of(link.a(), link.b()).equals(Set.of(a.id(), b.id())))
                .findFirst()
                .orElse(new LinkSpec(a.id(), b.id(), 0, 0));
    }

    SiteSpec site(SiteId id) {
        return find(sites, id);
    }

    private static SiteSpec find(List<SiteSpec> sites, SiteId id) {
        return sites.stream()
                .filter(site -> site.id().equals(id))
                .findFirst()
                .orElseThrow(
                        () -> new InvalidValueException("the underlay has no site %s; it has %s".formatted(id, sites)));
    }
}
