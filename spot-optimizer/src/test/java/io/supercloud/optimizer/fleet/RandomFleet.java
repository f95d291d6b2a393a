package io.supercloud.optimizer.fleet;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Fleets and offers by chance, for tests. */
record RandomFleet(Fleet fleet, List<Fleet.Offer> offers) {
    static RandomFleet of(SplittableRandom random, int vms, int sites, int types) {
        BitSet all = new BitSet();
        all.set(0, sites);
        List<Fleet.Offer> offers = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int site = 0; site < sites; site++) {
            names.add("site" + site);
            for (int type = 0; type < types; type++) {
                double cpus = 4 << type % 4;
                double memory = cpus * (2 << type % 3);
                double fair = 0.03 * cpus + 0.004 * memory;
                offers.add(new Fleet.Offer(site, "t" + type, cpus, memory, fair * (0.6 + 0.6 * random.nextDouble())));
            }
        }
        List<Fleet.Vm> fleet = new ArrayList<>();
        for (int vm = 0; vm < vms; vm++) {
            fleet.add(new Fleet.Vm(
                    "vm" + vm,
                    0.5 + 3.5 * random.nextDouble(),
                    0.5 + 6 * random.nextDouble(),
                    random.nextInt(sites),
                    4,
                    all,
                    Optional.empty(),
                    Optional.empty()));
        }
        return new RandomFleet(new Fleet(names, fleet, new Fleet.Rules(2, 1, 0.1, 24, 0.02)), offers);
    }

    /** The same offer at another price, from half of its own to one and a half. */
    static Fleet.Offer repriced(SplittableRandom random, Fleet.Offer old) {
        return new Fleet.Offer(
                old.site(),
                old.instanceType(),
                old.cpus(),
                old.memoryGib(),
                old.dollarsPerHour() * (0.5 + random.nextDouble()),
                old.terms(),
                old.rental());
    }
}
