package io.supercloud.overlay.cloud.local;

import io.supercloud.core.Ipv4;
import io.supercloud.core.Names;
import io.supercloud.core.SiteId;
import io.supercloud.overlay.cloud.CloudException;
import io.supercloud.overlay.cloud.local.internal.Namespaces;
import io.supercloud.overlay.cloud.local.internal.WideAreaLink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The network under a deployment's local clouds: a router per site, a way with the asked delay and bandwidth between each
 * two of them, and the manager's own namespace, which reaches every instance without delay.
 *
 * <p>An instance has two addresses at its site: its own, and one where its tunnels end, which its switch answers to.
 *
 * <p>Everything lives in namespaces {@code sc-<deployment>-...}; the machine's own namespace gets no address and no route.
 * The MTU is {@link #MTU_BYTES} throughout, so a VXLAN overlay offers its guests 50 bytes less.
 */
public final class LocalUnderlay {
    /** The packet size that every link takes; the user-space links take no more. */
    public static final int MTU_BYTES = 1500;

    /** The manager's address. */
    public static final Ipv4 MANAGER_ADDRESS = Ipv4.parse("198.19.0.1");

    /** Above a route's metric a cut's has precedence. */
    private static final String ROUTE_METRIC = "100";

    private static final String CUT_METRIC = "1";

    /** The second round is for what a launch that was under way elsewhere has added. */
    private static final int SWEEP_ROUNDS = 2;

    private static final Path NO_DIRECTORY = Path.of("/nonexistent");

    private LocalUnderlay() {}

    /** The namespace that the manager's process runs in. */
    public static String managerNamespace(String deployment) {
        return Namespaces.manager(deployment);
    }

    /** The namespace of a site's router, where a service that is bound to the site can stand. */
    public static String routerNamespace(String deployment, int siteIndex) {
        return Namespaces.router(deployment, siteIndex);
    }

    /** Makes an empty namespace for a client outside of the clouds, and returns its name; it goes with the underlay. */
    public static String addClientNamespace(String deployment, String name) {
        String namespace = Namespaces.client(deployment, Names.require("client", name));
        if (!Namespaces.exists(namespace)) {
            Namespaces.add(namespace);
        }
        return namespace;
    }

    /**
     * The words that start a program in the manager's namespace. Unlike {@code ip netns exec} they leave it the machine's
     * mounts, without which nobody else would see the instances that it makes.
     */
    public static List<String> inManagerNamespace(String deployment) {
        return List.of("nsenter", "--net=/run/netns/" + managerNamespace(deployment), "--");
    }

    /**
     * Makes the network and notes it in {@code stateDirectory}. Throws {@link CloudException} where the deployment has one
     * already; leaves nothing behind where it fails.
     */
    public static void create(UnderlaySpec spec, Path stateDirectory) {
        if (!Namespaces.ofDeployment(spec.deployment()).isEmpty()) {
            throw new CloudException(
                    "deployment %s has an underlay already: destroy or sweep it first".formatted(spec.deployment()));
        }
        try {
            UnderlayFile.write(spec, stateDirectory);
            build(spec);
        } catch (RuntimeException e) {
            destroyAfter(e, stateDirectory);
            throw e;
        }
    }

    private static void destroyAfter(RuntimeException failure, Path stateDirectory) {
        try {
            destroy(stateDirectory);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private static void build(UnderlaySpec spec) {
        String manager = Namespaces.manager(spec.deployment());
        Namespaces.add(manager);
        Namespaces.ip(manager, "address", "add", MANAGER_ADDRESS + "/32", "dev", "lo");
        List<SiteSpec> sites = spec.sites();
        for (SiteSpec site : sites) {
            addRouter(spec, site);
            joinManager(spec, site);
        }
        for (int i = 0; i < sites.size(); i++) {
            for (SiteSpec other : sites.subList(i + 1, sites.size())) {
                join(spec, sites.get(i), other);
            }
        }
    }

    private static void addRouter(UnderlaySpec spec, SiteSpec site) {
        String router = router(spec, site);
        Namespaces.add(router);
        Namespaces.run(router, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0");
        Namespaces.ip(router, "link", "add", "site", "type", "bridge");
        Ipv4 gateway = SiteSpec.gateway(site.index());
        Namespaces.ip(router, "address", "add", gateway + "/24", "dev", "site");
        Namespaces.ip(router, "address", "add", SiteSpec.tunnelAddress(gateway) + "/24", "dev", "site");
        Namespaces.ip(router, "link", "set", "site", "up");
        Namespaces.offloadsOff(router, "site");
        Namespaces.noteMounts(router, "site");
    }

    private static void joinManager(UnderlaySpec spec, SiteSpec site) {
        String manager = Namespaces.manager(spec.deployment());
        String router = router(spec, site);
        String device = "site" + site.index();
        Namespaces.ip(manager, "link", "add", device, "type", "veth", "peer", "name", "mgr", "netns", router);
        Namespaces.ip(manager, "link", "set", device, "up");
        Namespaces.ip(router, "link", "set", "mgr", "up");
        Namespaces.offloadsOff(manager, device);
        Namespaces.offloadsOff(router, "mgr");
        Namespaces.ip(router, "route", "add", MANAGER_ADDRESS + "/32", "dev", "mgr");
        String gateway = SiteSpec.gateway(site.index()).toString();
        String source = MANAGER_ADDRESS.toString();
        for (String prefix : site.prefixes()) {
            Namespaces.ip(manager, "route", "add", prefix, "via", gateway, "dev", device, "onlink", "src", source);
        }
    }

    private static void join(UnderlaySpec spec, SiteSpec a, SiteSpec b) {
        LinkSpec link = spec.link(a, b);
        WideAreaLink.End endA = new WideAreaLink.End(router(spec, a), "site" + b.index());
        WideAreaLink.End endB = new WideAreaLink.End(router(spec, b), "site" + a.index());
        double delayMillis = link.delayed() ? link.rttMillis() / 2 : 0;
        WideAreaLink.join(endA, endB, delayMillis, link.bandwidthBitsPerSecond());
        route(endA, b);
        route(endB, a);
    }

    private static void route(WideAreaLink.End from, SiteSpec to) {
        String gateway = SiteSpec.gateway(to.index()).toString();
        for (String prefix : to.prefixes()) {
            Namespaces.ip(
                    from.namespace(),
                    "route",
                    "add",
                    prefix,
                    "via",
                    gateway,
                    "dev",
                    from.device(),
                    "onlink",
                    "metric",
                    ROUTE_METRIC);
        }
    }

    /** Drops all packets between two sites from now on, both ways. Cutting what is cut is no error. */
    public static void cut(Path stateDirectory, SiteId a, SiteId b) {
        UnderlaySpec spec = UnderlayFile.read(stateDirectory);
        blackholes("replace", spec, spec.site(a), spec.site(b));
    }

    /** Ends a {@link #cut}. Healing what is whole is no error. */
    public static void heal(Path stateDirectory, SiteId a, SiteId b) {
        UnderlaySpec spec = UnderlayFile.read(stateDirectory);
        blackholes("delete", spec, spec.site(a), spec.site(b));
    }

    private static void blackholes(String action, UnderlaySpec spec, SiteSpec a, SiteSpec b) {
        b.prefixes().forEach(prefix -> blackhole(action, router(spec, a), prefix));
        a.prefixes().forEach(prefix -> blackhole(action, router(spec, b), prefix));
    }

    private static void blackhole(String action, String router, String prefix) {
        boolean done = Namespaces.tryIp(router, "route", action, "blackhole", prefix, "metric", CUT_METRIC);
        boolean present = !Namespaces.ip(router, "route", "show", "type", "blackhole", "root", prefix)
                .isBlank();
        if (!done && present == action.equals("delete")) {
            throw new CloudException("router %s does not %s the route to %s".formatted(router, action, prefix));
        }
    }

    private static String router(UnderlaySpec spec, SiteSpec site) {
        return Namespaces.router(spec.deployment(), site.index());
    }

    /** Removes the network that {@code stateDirectory} notes, with all instances in it. What is gone already is no error. */
    public static void destroy(Path stateDirectory) {
        if (UnderlayFile.exists(stateDirectory)) {
            sweep(UnderlayFile.read(stateDirectory).deployment());
            try {
                UnderlayFile.delete(stateDirectory);
            } catch (IOException e) {
                throw new CloudException(
                        "the note of the underlay in %s cannot be deleted".formatted(stateDirectory), e);
            }
        }
    }

    /**
     * Removes every namespace of {@code deployment}, with the processes and devices in it, by their names alone: state
     * directories are neither needed nor touched. The manager's comes first, lest it launch meanwhile.
     *
     * @return the namespaces removed
     */
    public static List<String> sweep(String deployment) {
        List<String> removed = new ArrayList<>();
        remove(managerNamespace(deployment), removed);
        for (int round = 0; round < SWEEP_ROUNDS; round++) {
            Namespaces.ofDeployment(deployment).forEach(namespace -> remove(namespace, removed));
        }
        return removed;
    }

    private static void remove(String namespace, List<String> removed) {
        if (Namespaces.exists(namespace)) {
            Namespaces.remove(namespace, NO_DIRECTORY);
            removed.add(namespace);
        }
    }
}
