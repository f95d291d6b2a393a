package io.supercloud.app.config;

import io.supercloud.core.SiteId;
import io.supercloud.image.PoolLimits;
import io.supercloud.migration.Protection;
import io.supercloud.migration.StubRecord;
import io.supercloud.overlay.sdn.Network;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a deployment is made of.
 *
 * @param managers how many manager processes there are, of which one leads
 * @param suspendAfter for how long nobody must have used a VM to be put to sleep; zero for never
 * @param protection what the loss of its host means to a VM that says nothing else
 * @param pools what the block pool of each host may take of it
 * @param scrubEvery how often disks are read and verified; zero for never
 * @param objects where full parts of the journals of replicated disks go, for each site that has a store
 * @param policy the file beside the configuration, where there is one
 * @param market that is followed, where one is
 */
public record DeploymentConfig(
        String name,
        Map<String, Account> accounts,
        List<Site> sites,
        List<Link> links,
        List<OfferConfig> offers,
        Network network,
        List<StubRecord> stubs,
        int managers,
        Duration suspendAfter,
        Protection protection,
        LedgerHosts ledgers,
        PoolLimits pools,
        Duration scrubEvery,
        Map<SiteId, SiteObjects> objects,
        Optional<String> policy,
        Optional<MarketConfig> market) {

    /** Who keeps the journals of replicated disks. */
    public sealed interface LedgerHosts {
        /** Nobody: disks are on their hosts alone. */
        record None() implements LedgerHosts {}

        /** Each host of the deployment. */
        record Own() implements LedgerHosts {}

        /**
         * A BookKeeper cluster beside the deployment.
         *
         * @param servers of its ZooKeeper: {@code host:port}, separated by commas
         * @param root where its ledgers are listed there
         */
        record External(String servers, String root) implements LedgerHosts {}
    }

    /** What runs an account's machines. */
    public enum Provider {
        /** Network namespaces of this machine. */
        LOCAL,
        /** Virtual machines on this machine. */
        LOCAL_VM,
        /** Instances of Amazon EC2. */
        EC2
    }

    /**
     * @param quota what may be used of it
     * @param ec2 of an account at EC2
     */
    public record Account(String name, Provider provider, Quota quota, Optional<Ec2Settings> ec2) {
        /** A local one. */
        public Account(String name, Provider provider, Quota quota) {
            this(name, provider, quota, Optional.empty());
        }

        /** A local one without limits. */
        public Account(String name, Provider provider) {
            this(name, provider, Quota.NONE);
        }
    }

    /**
     * The limits of an account.
     *
     * @param hosts that may be rented
     * @param vcpus and {@code memoryMiB} that its VMs may have in all
     */
    public record Quota(int hosts, int vcpus, long memoryMiB) {
        public static final Quota NONE = new Quota(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    /** @param index the site's place in the file, from 1; its underlay subnet on local clouds */
    public record Site(
            SiteId id, int index, String account, String region, String zone, String instanceType, boolean spot) {}

    /**
     * @param rttMillis there and back
     * @param bandwidthBitsPerSecond 0 for no limit
     */
    public record Link(SiteId a, SiteId b, double rttMillis, long bandwidthBitsPerSecond) {}

    /**
     * @param cloud as price files name it: {@code aws}, {@code gcp} or {@code azure}
     * @param spotDollarsPerHour where no market file is replayed
     */
    public record OfferConfig(
            SiteId site, String cloud, String instanceType, double spotDollarsPerHour, double onDemandDollarsPerHour) {}

    public Site site(SiteId id) {
        return sites.stream()
                .filter(site -> site.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new io.supercloud.core.InvalidValueException("there is no site %s; the sites are %s"
                        .formatted(
                                id,
                                sites.stream().map(site -> site.id().value()).toList())));
    }
}
