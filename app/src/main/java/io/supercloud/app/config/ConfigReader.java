package io.supercloud.app.config;

import io.supercloud.app.config.DeploymentConfig.Account;
import io.supercloud.app.config.DeploymentConfig.LedgerHosts;
import io.supercloud.app.config.DeploymentConfig.Link;
import io.supercloud.app.config.DeploymentConfig.OfferConfig;
import io.supercloud.app.config.DeploymentConfig.Provider;
import io.supercloud.app.config.DeploymentConfig.Site;
import io.supercloud.core.Cidr;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import io.supercloud.image.ArchiveLimits;
import io.supercloud.image.PoolLimits;
import io.supercloud.migration.Protection;
import io.supercloud.migration.StubRecord;
import io.supercloud.overlay.sdn.EncryptedTunnels;
import io.supercloud.overlay.sdn.Network;
import io.supercloud.settings.Mapping;
import io.supercloud.settings.Node;
import io.supercloud.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a {@link DeploymentConfig}. Every error names file, line and, for a wrong key or name, the nearest right one. */
public final class ConfigReader {
    static final int MAX_SITES = 200;
    static final int MAX_MANAGERS = 5;
    static final int MIN_MTU_BYTES = 576;
    static final int MAX_MTU_BYTES = 9_000;
    private static final int USUAL_MTU_BYTES = 1450;
    private static final Duration MIN_IDLE = Duration.ofSeconds(10);
    private static final Duration MIN_SCRUB = Duration.ofMinutes(1);
    private static final double MAX_RTT_MILLIS = 10_000;

    private static final int MIN_OPEN_FILES = 64;
    private static final int MAX_OPEN_FILES = 100_000;

    private ConfigReader() {}

    public static DeploymentConfig read(Path file) {
        return read(Settings.read(file));
    }

    public static DeploymentConfig parse(String name, String text) {
        return read(Settings.parse(name, text));
    }

    private static DeploymentConfig read(Node root) {
        return root.mapping(top -> {
            String name = top.require("deployment").name("deployment");
            Map<String, Account> accounts = AccountReader.accounts(top.require("accounts"));
            Optional<SiteObjects> objects = ObjectsReader.read(top);
            Map<SiteId, SiteObjects> stores = new LinkedHashMap<>();
            List<Site> sites = sites(top.require("sites"), accounts, objects, stores);
            AccountReader.requireHosts(top.require("sites"), sites, accounts);
            List<Link> links = top.optional("links")
                    .map(node -> node.list(item -> link(item, sites)))
                    .orElse(List.of());
            List<OfferConfig> offers = top.optional("offers")
                    .map(node -> node.list(item -> offer(item, sites)))
                    .orElse(List.of());
            Network network = top.require("network").mapping(keys -> network(keys, accounts));
            List<StubRecord> stubs = top.optional("stubs")
                    .map(node -> node.list(item -> stub(item, network, sites)))
                    .orElse(List.of());
            int managers = (int) top.optional("managers")
                    .map(node -> node.integer(1, MAX_MANAGERS))
                    .orElse(1L)
                    .longValue();
            Duration suspendAfter =
                    top.optional("idle").map(ConfigReader::suspendAfter).orElse(Duration.ZERO);
            PoolLimits pools = top.optional("pools").map(ConfigReader::pools).orElse(PoolLimits.DEFAULT);
            Duration scrubEvery =
                    top.optional("scrub").map(ConfigReader::scrubEvery).orElse(Duration.ZERO);
            Protection protection = ProtectionReader.read(top).orElse(Protection.NONE);
            LedgerHosts ledgers = ProtectionReader.ledgers(top, protection);
            Optional<String> policy = top.optional("policy").map(Node::string);
            return new DeploymentConfig(
                    name,
                    accounts,
                    sites,
                    links,
                    offers,
                    network,
                    stubs,
                    managers,
                    suspendAfter,
                    protection,
                    ledgers,
                    pools,
                    scrubEvery,
                    Map.copyOf(stores),
                    policy,
                    MarketReader.read(top, sites, offers));
        });
    }

    private static ArchiveLimits archive(Node archive) {
        return archive.mapping(keys -> new ArchiveLimits(
                keys.optional("bytesPerSecond").map(Node::bytes).orElse(ArchiveLimits.DEFAULT.bytesPerSecond()),
                keys.optional("within")
                        .map(within -> within.duration().toMillis())
                        .orElse(ArchiveLimits.DEFAULT.lagMillis()),
                keys.optional("kept").map(Node::bytes).orElse(ArchiveLimits.DEFAULT.retainedBytes())));
    }

    private static PoolLimits pools(Node pools) {
        return pools.mapping(keys -> new PoolLimits(
                keys.optional("maps").map(Node::bytes).orElse(PoolLimits.DEFAULT.mapBytes()),
                keys.optional("openFiles")
                        .map(node -> (int) node.integer(MIN_OPEN_FILES, MAX_OPEN_FILES))
                        .orElse(PoolLimits.DEFAULT.openFiles()),
                keys.optional("archive").map(ConfigReader::archive).orElse(ArchiveLimits.DEFAULT)));
    }

    private static Duration scrubEvery(Node scrub) {
        return scrub.mapping(keys -> {
            Duration every = keys.require("every").duration();
            if (every.compareTo(MIN_SCRUB) < 0) {
                throw scrub.error("disks are scrubbed every %d min at most".formatted(MIN_SCRUB.toMinutes()));
            }
            return every;
        });
    }

    /** What an {@code idle} says, of a deployment or of a VM; zero for never. */
    public static Duration suspendAfter(Node idle) {
        return idle.mapping(keys -> {
            Node after = keys.require("suspendAfter");
            if (after.string().equals("never")) {
                return Duration.ZERO;
            }
            Duration unused = after.duration();
            if (unused.compareTo(MIN_IDLE) < 0) {
                throw after.error("give 'never', or at least %ds".formatted(MIN_IDLE.toSeconds()));
            }
            return unused;
        });
    }

    /** @param stores gets the object store of each site that has one */
    private static List<Site> sites(
            Node node, Map<String, Account> accounts, Optional<SiteObjects> objects, Map<SiteId, SiteObjects> stores) {
        Map<String, SiteFields> fields = node.map(item -> item.mapping(keys -> siteFields(keys, accounts)));
        if (fields.isEmpty() || fields.size() > MAX_SITES) {
            throw node.error("there must be 1 to %d sites".formatted(MAX_SITES));
        }
        List<Site> sites = new ArrayList<>();
        fields.forEach((name, site) -> sites.add(new Site(
                new SiteId(name),
                sites.size() + 1,
                site.account,
                site.region,
                site.zone.isEmpty() ? name : site.zone,
                site.instanceType,
                site.spot)));
        fields.forEach(
                (name, site) -> site.objects.or(() -> objects).ifPresent(store -> stores.put(new SiteId(name), store)));
        return List.copyOf(sites);
    }

    private record SiteFields(
            String account,
            String region,
            String zone,
            String instanceType,
            boolean spot,
            Optional<SiteObjects> objects) {}

    private static SiteFields siteFields(Mapping keys, Map<String, Account> accounts) {
        String account = oneOf(keys.require("account"), "account", accounts.keySet());
        AccountReader.requirePlace(keys, accounts.get(account));
        return new SiteFields(
                account,
                keys.require("region").string(),
                keys.optional("zone").map(Node::string).orElse(""),
                keys.require("instanceType").string(),
                keys.optional("spot").map(Node::bool).orElse(true),
                ObjectsReader.read(keys));
    }

    private static String oneOf(Node node, String kind, Iterable<String> known) {
        String value = node.string();
        for (String name : known) {
            if (name.equals(value)) {
                return value;
            }
        }
        throw node.error("there is no %s '%s'; known: %s".formatted(kind, value, String.join(", ", known)));
    }

    private static SiteId site(Node node, List<Site> sites) {
        return new SiteId(oneOf(
                node, "site", sites.stream().map(site -> site.id().value()).toList()));
    }

    private static Link link(Node node, List<Site> sites) {
        return node.mapping(keys -> {
            Node between = keys.require("between");
            List<SiteId> ends = between.list(item -> site(item, sites));
            if (ends.size() != 2 || ends.get(0).equals(ends.get(1))) {
                throw between.error("a link is between two different sites");
            }
            double rtt = keys.require("rtt").duration().toNanos() / 1e6;
            if (rtt > MAX_RTT_MILLIS) {
                throw keys.require("rtt").error("a round trip takes at most %.0f ms".formatted(MAX_RTT_MILLIS));
            }
            return new Link(
                    ends.get(0),
                    ends.get(1),
                    rtt,
                    keys.optional("bandwidth").map(Node::bitsPerSecond).orElse(0L));
        });
    }

    private static OfferConfig offer(Node node, List<Site> sites) {
        return node.mapping(keys -> new OfferConfig(
                site(keys.require("site"), sites),
                keys.require("cloud").string(),
                keys.require("instanceType").string(),
                keys.require("spot").money(),
                keys.require("onDemand").money()));
    }

    private static Network network(Mapping keys, Map<String, Account> accounts) {
        boolean encrypted = accounts.values().stream().anyMatch(account -> account.provider() != Provider.LOCAL);
        int most = encrypted ? EncryptedTunnels.GUEST_MTU_BYTES : MAX_MTU_BYTES;
        return new Network(
                keys.require("name").name("network"),
                (int) keys.require("vni").integer(1, Network.MAX_VNI),
                keys.require("subnet").parsed(Cidr::parse),
                (int) keys.optional("mtu")
                        .map(node -> node.integer(MIN_MTU_BYTES, most))
                        .orElse((long) Math.min(most, USUAL_MTU_BYTES))
                        .longValue(),
                Optional.empty(),
                Optional.empty());
    }

    private static StubRecord stub(Node node, Network network, List<Site> sites) {
        return node.mapping(keys -> {
            Ipv4 address = keys.require("address").parsed(Ipv4::parse);
            if (!network.subnet().contains(address)) {
                throw keys.require("address")
                        .error("%s is not in the network's subnet %s".formatted(address, network.subnet()));
            }
            return new StubRecord(
                    keys.require("name").name("stub"),
                    network.name(),
                    address,
                    port(keys.require("port")),
                    site(keys.require("site"), sites),
                    keys.require("serviceAddress").parsed(Ipv4::parse),
                    port(keys.require("servicePort")));
        });
    }

    private static int port(Node node) {
        return (int) node.integer(1, 65_535);
    }
}
