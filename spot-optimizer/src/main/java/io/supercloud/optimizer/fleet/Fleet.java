package io.supercloud.optimizer.fleet;

import io.supercloud.core.InvalidValueException;
import io.supercloud.optimizer.Rental;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What is to be placed, and by what rules.
 *
 * @param sites their names; elsewhere a site is its index here
 * @param vms in any order; elsewhere a VM is its index here
 */
public record Fleet(List<String> sites, List<Vm> vms, Rules rules, Limits limits) {
    /** A site that is none. */
    public static final int NOWHERE = -1;

    static final int MAX_VMS = 1 << 20;

    /** One whose VMs may lie to each other as they like, whatever it costs. */
    public Fleet(List<String> sites, List<Vm> vms, Rules rules) {
        this(sites, vms, rules, Limits.NONE);
    }

    public Fleet {
        if (limits.leastClouds() > 1 && limits.clouds().size() != sites.size()) {
            throw new InvalidValueException("%d sites have %d clouds; each needs one where clouds are counted"
                    .formatted(sites.size(), limits.clouds().size()));
        }
        if (vms.size() > MAX_VMS) {
            throw new InvalidValueException(
                    "a fleet of %d VMs cannot be planned; it has at most %d".formatted(vms.size(), MAX_VMS));
        }
        sites = List.copyOf(sites);
        vms = List.copyOf(vms);
        for (Vm vm : vms) {
            if (vm.site() >= sites.size()
                    || vm.permitted().length() > sites.size()
                    || vm.permitted().isEmpty()) {
                throw new InvalidValueException(
                        "VM %s is at a site that does not exist, or is permitted none".formatted(vm.name()));
            }
        }
    }

    /**
     * One VM.
     *
     * @param cpus that it was promised
     * @param memoryGib that it was promised
     * @param site where it is, or {@link #NOWHERE}
     * @param moveGigabytes what a move to another site sends
     * @param permitted the sites at which it may be
     * @param together VMs of one such group are at one site
     * @param apart VMs of one such group are at different sites, as far as there are enough
     */
    public record Vm(
            String name,
            double cpus,
            double memoryGib,
            int site,
            double moveGigabytes,
            BitSet permitted,
            Optional<String> together,
            Optional<String> apart) {
        public Vm {
            if (!(cpus > 0) || !(memoryGib > 0) || !(moveGigabytes >= 0)) {
                throw new InvalidValueException("VM %s has %s CPUs, %s GiB of memory and %s GB to move: not sizes"
                        .formatted(name, cpus, memoryGib, moveGigabytes));
            }
            permitted = (BitSet) permitted.clone();
        }

        /** A copy, which may be changed. */
        @Override
        public BitSet permitted() {
            return (BitSet) permitted.clone();
        }
    }

    /**
     * What can be rented at a believed price.
     *
     * @param cpus of the instance
     * @param memoryGib of the instance that VMs can have
     */
    public record Offer(
            int site,
            String instanceType,
            double cpus,
            double memoryGib,
            double dollarsPerHour,
            Terms terms,
            Rental rental) {
        /** A spot instance that is billed by the second and never lost. */
        public Offer(int site, String instanceType, double cpus, double memoryGib, double dollarsPerHour) {
            this(site, instanceType, cpus, memoryGib, dollarsPerHour, Terms.BEST);
        }

        /** A spot instance. */
        public Offer(int site, String instanceType, double cpus, double memoryGib, double dollarsPerHour, Terms terms) {
            this(site, instanceType, cpus, memoryGib, dollarsPerHour, terms, Rental.SPOT);
        }

        public Offer {
            if (!(cpus > 0) || !(memoryGib > 0) || !(dollarsPerHour > 0) || Double.isInfinite(dollarsPerHour)) {
                throw new InvalidValueException("%s has %s CPUs, %s GiB and costs %s: not an offer"
                        .formatted(instanceType, cpus, memoryGib, dollarsPerHour));
            }
        }

        /** The rent with what its terms cost on top: half of a billed period at the end of a stay, and hours after losses. */
        double expectedDollarsPerHour(Rules rules) {
            return dollarsPerHour
                    * (1
                            + terms.billedHours() / 2 / rules.horizonHours()
                            + terms.lossesPerHour() * terms.hoursPerLoss());
        }
    }

    /**
     * What renting an instance brings beside its price.
     *
     * @param billedHours in which periods it is billed, such as 1 for whole hours; 0 for seconds
     * @param lossesPerHour how often the cloud takes it away, as its survival so far says
     * @param hoursPerLoss of the instance's work that a loss costs: to start again, and what was not saved
     */
    public record Terms(double billedHours, double lossesPerHour, double hoursPerLoss) {
        static final Terms BEST = new Terms(0, 0, 0);

        public Terms {
            if (!(billedHours >= 0) || !(lossesPerHour >= 0) || !(hoursPerLoss >= 0)) {
                throw new InvalidValueException("billed by %s h, %s losses an hour of %s h each: none can be negative"
                        .formatted(billedHours, lossesPerHour, hoursPerLoss));
            }
        }
    }

    /**
     * @param cpuOversubscription promised CPUs for each that is there, at least 1
     * @param memoryOversubscription promised memory for each GiB that is there, at least 1
     * @param minimumGain share, 0 to 1, by which a place must be cheaper to be worth a move
     * @param horizonHours over which a move must pay for itself
     * @param egressDollarsPerGigabyte of what leaves a site
     */
    public record Rules(
            double cpuOversubscription,
            double memoryOversubscription,
            double minimumGain,
            double horizonHours,
            double egressDollarsPerGigabyte) {
        public Rules {
            if (!(cpuOversubscription >= 1)
                    || !(memoryOversubscription >= 1)
                    || !(minimumGain >= 0 && minimumGain < 1)
                    || !(horizonHours > 0)
                    || !(egressDollarsPerGigabyte >= 0)) {
                throw new InvalidValueException(
                        "oversubscription is at least 1, a gain a share below 1, a horizon above 0");
            }
        }
    }

    /**
     * What holds for the fleet as a whole.
     *
     * @param spotShare most of the VMs, 0 to 1, that are on spot instances
     * @param leastSites at which there are VMs, as far as there are so many VMs
     * @param leastClouds in the same way
     * @param dollarsPerHour the most that all instances may cost
     * @param clouds by site; may be empty where clouds are not counted
     */
    public record Limits(
            double spotShare, int leastSites, int leastClouds, double dollarsPerHour, List<String> clouds) {
        public static final Limits NONE = new Limits(1, 1, 1, Double.POSITIVE_INFINITY, List.of());

        public Limits {
            clouds = List.copyOf(clouds);
            if (!(spotShare >= 0 && spotShare <= 1) || leastSites < 1 || leastClouds < 1 || !(dollarsPerHour > 0)) {
                throw new InvalidValueException(
                        "a spot share is 0 to 1, there is at least one site and cloud, and a budget is above 0");
            }
        }
    }
}
