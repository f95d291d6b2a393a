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
    List<Bin> pack() {
        int[] all = new int[cpus.length];
        Arrays.setAll(all, vm -> vm);
        List<Bin> best = fill(all, WEIGHTS[0]);
        if (cpus.length > FEW_VMS) {
            return best;
        }
        for (int i = 1; i < WEIGHTS.length; i++) {
            List<Bin> packed = fill(all, WEIGHTS[i]);
            best = dollars(packed) < dollars(best) ? packed : best;
        }
        return improve(best);
    }

    Fleet.Offer offer(Bin bin) {
        return offers.get(bin.offer());
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
        double largest = 0;
        for (int vm : vms) {
            largest = Math.max(largest, size(vm, weight));
        }
        long[] keys = new long[vms.length];
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
        Looked looked = new Looked(left, weight);
        List<Bin> bins = new ArrayList<>();
        while (looked.next()) {
            int[] taken = looked.fullest(judged);
            bins.add(cheapest(taken));
        }
        return bins;
    }

    /** A list of VMs that are on no instance yet, and the part of it from which the next one is filled. */
    private final class Looked {
        private final int[] left;
        private final double weight;
        private int length;
        private int count;
        /** Where in the list. */
        private final int[] at = new int[MAX_LOOKED_AT];

        private final double[] needCpus = new double[MAX_LOOKED_AT];
        private final double[] needMemory = new double[MAX_LOOKED_AT];
        private final double[] size = new double[MAX_LOOKED_AT];
        private double leastCpus;
        private double leastMemory;
        private double heldSize;
        private int[] taken = new int[MAX_LOOKED_AT];
        private int[] best = new int[MAX_LOOKED_AT];

        Looked(int[] left, double weight) {
            this.left = left;
            this.weight = weight;
            this.length = left.length;
        }

        /** Looks at what is left: of a long list the largest, and from there on ever smaller ones; whether there is any. */
        boolean next() {
            count = Math.min(length, MAX_LOOKED_AT);
            leastCpus = Double.POSITIVE_INFINITY;
            leastMemory = Double.POSITIVE_INFINITY;
            int half = MAX_LOOKED_AT / 2;
            for (int i = 0; i < count; i++) {
                boolean sampled = length > MAX_LOOKED_AT && i >= half;
                at[i] = sampled ? half + (int) ((long) (i - half) * (length - half) / (MAX_LOOKED_AT - half)) : i;
                int vm = left[at[i]];
                needCpus[i] = cpus[vm];
                needMemory[i] = memory[vm];
                size[i] = size(vm, weight);
                leastCpus = Math.min(leastCpus, needCpus[i]);
                leastMemory = Math.min(leastMemory, needMemory[i]);
            }
            return count > 0;
        }

        /** Takes the VMs that make the most of the rent of one instance, in the order of the list; the first is always one. */
        int[] fullest(double[] judged) {
            int bestCount = 0;
            double most = 0;
            int types = 0;
            for (int offer = 0; offer < judged.length && (types < MAX_TYPES || bestCount == 0); offer++) {
                if (needCpus[0] > capacityCpus[offer] || needMemory[0] > capacityMemory[offer]) {
                    continue;
                }
                types++;
                if (fullValue(offer, judged) <= most) {
                    continue;
                }
                int held = hold(offer);
                if (heldSize / judged[offer] > most) {
                    most = heldSize / judged[offer];
                    bestCount = held;
                    int[] other = best;
                    best = taken;
                    taken = other;
                }
            }
            if (bestCount == 0) {
                throw new IllegalStateException(
                        "a VM of %s CPUs and %s GiB fits on no instance".formatted(needCpus[0], needMemory[0]));
            }
            return remove(bestCount);
        }

        /** What an instance without any room left would hold for its rent, and a little more: no content is worth more. */
        private double fullValue(int offer, double[] judged) {
            double full = weight * capacityCpus[offer] / cpuUnit + (1 - weight) * capacityMemory[offer] / memoryUnit;
            return full * (1 + EPSILON) / judged[offer];
        }

        private int hold(int offer) {
            double freeCpus = capacityCpus[offer];
            double freeMemory = capacityMemory[offer];
            int held = 0;
            heldSize = 0;
            for (int i = 0; i < count && freeCpus >= leastCpus && freeMemory >= leastMemory; i++) {
                if (needCpus[i] <= freeCpus && needMemory[i] <= freeMemory) {
                    freeCpus -= needCpus[i];
                    freeMemory -= needMemory[i];
                    heldSize += size[i];
                    taken[held++] = i;
                }
            }
            return held;
        }

        private int[] remove(int bestCount) {
            int[] vms = new int[bestCount];
            for (int i = 0; i < bestCount; i++) {
                int from = at[best[i]] + 1;
                int to = i + 1 < bestCount ? at[best[i + 1]] : length;
                vms[i] = left[from - 1];
                System.arraycopy(left, from, left, from - 1 - i, to - from);
            }
            length -= bestCount;
            return vms;
        }
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
