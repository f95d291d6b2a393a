package io.supercloud.app.agent;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.config.ObjectsReader;
import io.supercloud.app.config.SiteObjects;
import io.supercloud.core.HostId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import io.supercloud.image.ArchiveLimits;
import io.supercloud.image.PoolLimits;
import io.supercloud.image.object.Archives;
import io.supercloud.image.object.ObjectStore;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an agent is told when it is started, as environment variables.
 *
 * @param directory everything that the agent keeps
 * @param objects the site's images, a directory
 * @param ovsdb the socket of the host's own Open vSwitch database
 * @param machineCache what was found out about the machine, shared where several local hosts are one machine
 * @param ledgers who keeps the journals of replicated disks
 * @param stores the object stores of sites, for what is replicated
 * @param tunnels where its tunnels end, if not where others reach it
 * @param encrypted whether its tunnels are under WireGuard, with {@code tunnels} as the address of its device
 * @param pools what its block pool may take
 * @param join where and with which token and authority a host without a certificate gets one
 */
public record AgentEnvironment(
        String deployment,
        HostId host,
        SiteId site,
        Path directory,
        Path objects,
        Path ovsdb,
        Path probe,
        Path machineCache,
        boolean userspaceDatapath,
        Optional<Ipv4> tunnels,
        boolean encrypted,
        PoolLimits pools,
        String registry,
        DeploymentConfig.LedgerHosts ledgers,
        Map<SiteId, SiteObjects> stores,
        InetSocketAddress joinAddress,
        String joinToken,
        String authorityFingerprint) {
    public static final String INSTANCE_DIRECTORY = "SUPERCLOUD_INSTANCE_DIR";

    /** Local hosts are told where the one machine that they are keeps what was found out about it. */
    public static final String MACHINE_CACHE = "SUPERCLOUD_MACHINE_CACHE";

    /** Where the host's switch has an address of its own, for tunnels; the address of its WireGuard on a host of its own. */
    public static final String TUNNEL_ADDRESS = "SUPERCLOUD_TUNNEL_ADDRESS";

    /** As Open vSwitch itself calls its run directory: it connects to no socket that has another name. */
    private static final Path SWITCH = Path.of("/var/run/openvswitch");

    /** Who keeps ledgers: {@code none}, {@code own}, or {@code servers@root} of a cluster. */
    private static final String LEDGERS = "SUPERCLOUD_LEDGERS";

    /** As {@link ObjectsReader} has them. */
    private static final String STORES = "SUPERCLOUD_STORES";

    private static final String MAP_BYTES = "SUPERCLOUD_MAP_BYTES";
    private static final String OPEN_FILES = "SUPERCLOUD_OPEN_FILES";
    private static final String ARCHIVE_RATE = "SUPERCLOUD_ARCHIVE_BYTES_PER_SECOND";
    private static final String ARCHIVE_LAG = "SUPERCLOUD_ARCHIVE_LAG_MILLIS";
    private static final String ARCHIVE_KEPT = "SUPERCLOUD_ARCHIVE_KEPT_BYTES";
    private static final int MAX_PORT = 65_535;

    static AgentEnvironment of(Map<String, String> environment) {
        Path instance = Path.of(environment.getOrDefault(INSTANCE_DIRECTORY, "/"));
        boolean local = environment.containsKey(INSTANCE_DIRECTORY);
        return new AgentEnvironment(
                require(environment, "SUPERCLOUD_DEPLOYMENT"),
                new HostId(require(environment, "SUPERCLOUD_HOST")),
                new SiteId(require(environment, "SUPERCLOUD_SITE")),
                local ? instance.resolve("agent") : Path.of("/var/lib/supercloud"),
                Path.of(require(environment, "SUPERCLOUD_OBJECTS")),
                local ? instance.resolve("ovs/db.sock") : SWITCH.resolve("db.sock"),
                Path.of(require(environment, "SUPERCLOUD_HOME")).resolve("probe"),
                Path.of(environment.getOrDefault(MACHINE_CACHE, "/var/lib/supercloud")),
                local,
                Optional.ofNullable(environment.get(TUNNEL_ADDRESS)).map(Ipv4::parse),
                !local && environment.containsKey(TUNNEL_ADDRESS),
                new PoolLimits(
                        number(environment, MAP_BYTES, PoolLimits.DEFAULT.mapBytes()),
                        Math.toIntExact(number(environment, OPEN_FILES, PoolLimits.DEFAULT.openFiles())),
                        archive(environment)),
                require(environment, "SUPERCLOUD_REGISTRY"),
                ledgers(environment.getOrDefault(LEDGERS, "none")),
                ObjectsReader.parse(environment.getOrDefault(STORES, "{}")),
                address(require(environment, "SUPERCLOUD_JOIN")),
                require(environment, "SUPERCLOUD_TOKEN"),
                require(environment, "SUPERCLOUD_AUTHORITY"));
    }

    /** The object stores of all sites, where this host's has one. */
    Optional<Archives> archives() {
        if (!stores.containsKey(site)) {
            return Optional.empty();
        }
        Map<SiteId, ObjectStore> opened = new LinkedHashMap<>();
        stores.forEach((at, store) -> opened.put(at, store.open()));
        return Optional.of(new Archives(site, opened));
    }

    /** What the manager passes to a new host. */
    public static Map<String, String> variables(
            String deployment,
            HostId host,
            SiteId site,
            Path objects,
            PoolLimits pools,
            String registry,
            DeploymentConfig.LedgerHosts ledgers,
            Map<SiteId, SiteObjects> stores,
            String join,
            String token,
            String authorityFingerprint) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("SUPERCLOUD_DEPLOYMENT", deployment);
        variables.put("SUPERCLOUD_HOST", host.value());
        variables.put("SUPERCLOUD_SITE", site.value());
        variables.put("SUPERCLOUD_OBJECTS", objects.toString());
        variables.put(MAP_BYTES, Long.toString(pools.mapBytes()));
        variables.put(OPEN_FILES, Integer.toString(pools.openFiles()));
        if (pools.archive().bytesPerSecond() != Long.MAX_VALUE) {
            variables.put(ARCHIVE_RATE, Long.toString(pools.archive().bytesPerSecond()));
        }
        variables.put(ARCHIVE_LAG, Long.toString(pools.archive().lagMillis()));
        variables.put(ARCHIVE_KEPT, Long.toString(pools.archive().retainedBytes()));
        variables.put("SUPERCLOUD_REGISTRY", registry);
        variables.put(LEDGERS, text(ledgers));
        variables.put(STORES, ObjectsReader.text(stores));
        variables.put("SUPERCLOUD_JOIN", join);
        variables.put("SUPERCLOUD_TOKEN", token);
        variables.put("SUPERCLOUD_AUTHORITY", authorityFingerprint);
        return variables;
    }

    private static ArchiveLimits archive(Map<String, String> environment) {
        ArchiveLimits byDefault = ArchiveLimits.DEFAULT;
        return new ArchiveLimits(
                environment.containsKey(ARCHIVE_RATE)
                        ? number(environment, ARCHIVE_RATE, 0)
                        : byDefault.bytesPerSecond(),
                number(environment, ARCHIVE_LAG, byDefault.lagMillis()),
                number(environment, ARCHIVE_KEPT, byDefault.retainedBytes()));
    }

    private static String text(DeploymentConfig.LedgerHosts ledgers) {
        return switch (ledgers) {
            case DeploymentConfig.LedgerHosts.None _ -> "none";
            case DeploymentConfig.LedgerHosts.Own _ -> "own";
            case DeploymentConfig.LedgerHosts.External(String servers, String root) -> servers + "@" + root;
        };
    }

    private static DeploymentConfig.LedgerHosts ledgers(String text) {
        int at = text.indexOf('@');
        if (at > 0) {
            return new DeploymentConfig.LedgerHosts.External(text.substring(0, at), text.substring(at + 1));
        }
        return switch (text) {
            case "none" -> new DeploymentConfig.LedgerHosts.None();
            case "own" -> new DeploymentConfig.LedgerHosts.Own();
            default -> throw new InvalidValueException("%s is '%s', which says of no ledgers".formatted(LEDGERS, text));
        };
    }

    private static String require(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new InvalidValueException(
                    "the agent's environment lacks %s; agents are started by 'supercloud up'".formatted(name));
        }
        return value;
    }

    private static long number(Map<String, String> environment, String name, long otherwise) {
        String value = environment.getOrDefault(name, Long.toString(otherwise));
        if (!value.matches("[0-9]{1,17}")) {
            throw new InvalidValueException("%s is '%s': that is no number".formatted(name, value));
        }
        return Long.parseLong(value);
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 0 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > MAX_PORT) {
            throw new InvalidValueException("'%s' is not an address such as 198.19.0.1:7000".formatted(text));
        }
        return new InetSocketAddress(Ipv4.parse(text.substring(0, colon)).toString(), Integer.parseInt(port));
    }
}
