package io.supercloud.optimizer.fleet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Packs VMs on instances of several types at the least rent: vector bin packing with bins of different cost. Bins are
 * filled one after the other from a sorted list, each on the type that holds the most for its rent; the content of each then
 * goes to the cheapest type that takes it. Small fleets are improved by taking some bins apart and packing them anew. Pure:
 * chance is seeded with a constant.
 */
final class Packer {
    /** Only the types that hold the mix of the VMs cheapest are tried, so that a site may have many. */
    private static final int MAX_TYPES = 10;

    /** How far down the list one looks for something that still fits. */
    private static final int MAX_LOOKED_AT = 160;

    private static final int FEW_VMS = 150;
    /** So many attempts to improve, divided by the number of VMs of the whole fleet. */
    private static final int IMPROVEMENT_WORK = 150_000;

    private static final int MAX_TAKEN_APART = 8;
    private static final double[] WEIGHTS = {0.5, 0.2, 0.8, 0.35, 0.65};
    /** By how much a try may take a type for dearer or cheaper than it is. */
    private static final double DISTORTION = 0.4;

    private static final double EPSILON = 1e-9;

    private final int improvements;
    private final double[] cpus;
    private final double[] memory;
    private final List<Fleet.Offer> offers;
    private final double[] prices;
    private final double[] capacityCpus;
    private final double[] capacityMemory;
    private double cpuUnit = 1;
    private double memoryUnit = 1;

    /** One instance: an offer's index and the VMs on it. */
    record Bin(int offer, int[] vms, double dollars) {}

    /**
     * @param cpus promised, by VM
     * @param memory promised, by VM, in GiB
     * @param fleetSize how many VMs are packed in all, at this and at other sites
     */
    Packer(double[] cpus, double[] memory, List<Fleet.Offer> offers, Fleet.Rules rules, int fleetSize) {
        this.improvements = IMPROVEMENT_WORK / fleetSize;
        this.cpus = cpus;
        this.memory = memory;
        double allCpus = Arrays.stream(cpus).sum();
        double allMemory = Arrays.stream(memory).sum();
        this.offers = offers.stream()
                .sorted(Comparator.comparingDouble(offer -> offer.expectedDollarsPerHour(rules)
                        * Math.max(allCpus / offer.cpus(), allMemory / offer.memoryGib())))
                .toList();
        prices = this.offers.stream()
                .mapToDouble(offer -> offer.expectedDollarsPerHour(rules))
                .toArray();
        capacityCpus = this.offers.stream()
                .mapToDouble(offer -> offer.cpus() * rules.cpuOversubscription() + EPSILON)
                .toArray();
        capacityMemory = this.offers.stream()
                .mapToDouble(offer -> offer.memoryGib() * rules.memoryOversubscription() + EPSILON)
                .toArray();
        cpuUnit = Math.max(EPSILON, allCpus);
        memoryUnit = Math.max(EPSILON, allMemory);
    }

    /** All VMs on instances; each must fit on some. */
    List<FleetPlan.Instance> pack() {
        int[] all = new int[cpus.length];
        Arrays.setAll(all, vm -> vm);
        List<Bin> best = null;
        boolean few = cpus.length <= FEW_VMS;
        int tries = few ? WEIGHTS.length : 1;
        for (int i = 0; i < tries; i++) {
            List<Bin> packed = fill(all, WEIGHTS[i]);
            best = best == null || dollars(packed) < dollars(best) ? packed : best;
        }
        if (best != null && few) {
            best = improve(best);
        }
        return best == null
                ? List.of()
                : best.stream()
                        .map(bin -> new FleetPlan.Instance(
                                offers.get(bin.offer()),
                                Arrays.stream(bin.vms()).boxed().toList()))
                        .toList();
    }

    private static double dollars(List<Bin> bins) {
        double dollars = 0;
        for (Bin bin : bins) {
            dollars += bin.dollars();
        }
        return dollars;
    }

    private double size(int vm, double weight) {
        return weight * cpus[vm] / cpuUnit + (1 - weight) * memory[vm] / memoryUnit;
    }

    /** Fills bins with {@code vms}, largest first. */
    private List<Bin> fill(int[] vms, double weight) {
        long[] keys = new long[vms.length];
        double largest =
                Arrays.stream(vms).mapToDouble(vm -> size(vm, weight)).max().orElse(1);
        for (int i = 0; i < vms.length; i++) {
            keys[i] = ((long) ((1 - size(vms[i], weight) / largest) * Integer.MAX_VALUE) << 32) | vms[i];
        }
        Arrays.sort(keys);
        int[] left = new int[vms.length];
        for (int i = 0; i < left.length; i++) {
            left[i] = (int) keys[i];
        }
        return fillInOrder(left, weight, prices);
    }

    private List<Bin> fillInOrder(int[] left, double weight, double[] judged) {
        int length = left.length;
        List<Bin> bins = new ArrayList<>();
        while (length > 0) {
            int[] taken = fullest(left, length, weight, judged);
            if (taken.length == 0) {
                throw new IllegalStateException(
                        "a VM of %s CPUs and %s GiB fits on no instance".formatted(cpus[left[0]], memory[left[0]]));
            }
            length = remove(left, length, taken);
            bins.add(cheapest(taken));
        }
        return bins;
    }

    /** The VMs that make the most of the rent of one instance, in the order of the list; the first is always one. */
    private int[] fullest(int[] left, int length, double weight, double[] judged) {
        int[] looked = lookedAt(left, length);
        double leastCpus =
                Arrays.stream(looked).mapToDouble(vm -> cpus[vm]).min().orElse(0);
        double leastMemory =
                Arrays.stream(looked).mapToDouble(vm -> memory[vm]).min().orElse(0);
        int[] best = new int[0];
        int[] taken = new int[looked.length];
        double most = 0;
        int types = 0;
        for (int offer = 0; offer < judged.length && (types < MAX_TYPES || best.length == 0); offer++) {
            double freeCpus = capacityCpus[offer];
            double freeMemory = capacityMemory[offer];
            if (cpus[looked[0]] > freeCpus || memory[looked[0]] > freeMemory) {
                continue;
            }
            types++;
            int count = 0;
            double held = 0;
            for (int i = 0; i < looked.length && freeCpus >= leastCpus && freeMemory >= leastMemory; i++) {
                int vm = looked[i];
                if (cpus[vm] <= freeCpus && memory[vm] <= freeMemory) {
                    freeCpus -= cpus[vm];
                    freeMemory -= memory[vm];
                    held += size(vm, weight);
                    taken[count++] = vm;
                }
            }
            double value = held / judged[offer];
            if (value > most) {
                most = value;
                best = Arrays.copyOf(taken, count);
            }
        }
        return best;
    }

    /** Of a long list the largest, and from there on ever smaller ones. */
    private static int[] lookedAt(int[] left, int length) {
        int[] looked = Arrays.copyOf(left, Math.min(length, MAX_LOOKED_AT));
        int half = MAX_LOOKED_AT / 2;
        for (int i = half; i < looked.length && length > MAX_LOOKED_AT; i++) {
            looked[i] = left[half + (int) ((long) (i - half) * (length - half) / (MAX_LOOKED_AT - half))];
        }
        return looked;
    }

    private static int remove(int[] left, int length, int[] taken) {
        int kept = 0;
        int next = 0;
        for (int i = 0; i < length; i++) {
            if (next < taken.length && left[i] == taken[next]) {
                next++;
            } else {
                left[kept++] = left[i];
            }
        }
        return kept;
    }

    private Bin cheapest(int[] vms) {
        double needCpus = 0;
        double needMemory = 0;
        for (int vm : vms) {
            needCpus += cpus[vm];
            needMemory += memory[vm];
        }
        int best = -1;
        for (int offer = 0; offer < capacityCpus.length; offer++) {
            if (needCpus <= capacityCpus[offer]
                    && needMemory <= capacityMemory[offer]
                    && (best < 0 || prices[offer] < prices[best])) {
                best = offer;
            }
        }
        return new Bin(best, vms, prices[best]);
    }

    private List<Bin> improve(List<Bin> packed) {
        SplittableRandom random = new SplittableRandom(1);
        List<Bin> best = new ArrayList<>(packed);
        for (int i = 0; i < improvements && !best.isEmpty(); i++) {
            List<Bin> kept = new ArrayList<>(best);
            List<Bin> apart = new ArrayList<>();
            int count = 1 + random.nextInt(Math.min(MAX_TAKEN_APART, best.size()));
            for (int j = 0; j < count; j++) {
                apart.add(kept.remove(random.nextInt(kept.size())));
            }
            int[] vms =
                    apart.stream().flatMapToInt(bin -> Arrays.stream(bin.vms())).toArray();
            List<Bin> anew = random.nextBoolean() ? fill(vms, random.nextDouble()) : scattered(vms, random);
            if (dollars(anew) <= dollars(apart) + EPSILON) {
                kept.addAll(anew);
                best = kept;
            }
        }
        return best;
    }

    /** As {@link #fill}, in a random order and with distorted prices: finds what no sorted order does. */
    private List<Bin> scattered(int[] vms, SplittableRandom random) {
        int[] left = vms.clone();
        for (int i = left.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int vm = left[i];
            left[i] = left[other];
            left[other] = vm;
        }
        double[] judged = new double[prices.length];
        Arrays.setAll(judged, offer -> prices[offer] * (1 + DISTORTION * (2 * random.nextDouble() - 1)));
        return fillInOrder(left, random.nextDouble(), judged);
    }
}
