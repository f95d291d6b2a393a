package io.supercloud.optimizer.fleet;

import io.supercloud.core.InvalidValueException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Plans a fleet. First each VM, or group that must be together, gets the permitted site where it is cheapest by the site's
 * {@link UnitPrices}; it leaves the site where it is only where that gains the share that the rules ask for and pays for the
 * move within the horizon. Then the VMs of each site are packed on instances. Equal inputs give equal plans. Not for
 * several threads: it keeps what it found for {@link #replan}.
 */
public final class FleetPlanner {
    private final Fleet fleet;
    private final List<List<Fleet.Offer>> offers = new ArrayList<>();
    private final double[] cpus;
    private final double[] memory;
    private final List<int[]> units = new ArrayList<>();
    private final List<int[]> permitted = new ArrayList<>();
    private final List<String> apart = new ArrayList<>();
    private final int[] here;
    private final UnitPrices[] unitPrices;
    private final Map<Integer, Packed> packed = new HashMap<>();

    private record Packed(List<Integer> vms, List<FleetPlan.Instance> instances) {}

    /** @throws InvalidValueException where a VM fits on no instance at any site that it is permitted */
    public FleetPlanner(Fleet fleet, List<Fleet.Offer> allOffers) {
        this.fleet = fleet;
        for (int site = 0; site < fleet.sites().size(); site++) {
            offers.add(new ArrayList<>());
        }
        allOffers.forEach(offer -> offers.get(offer.site()).add(offer));
        cpus = fleet.vms().stream().mapToDouble(Fleet.Vm::cpus).toArray();
        memory = fleet.vms().stream().mapToDouble(Fleet.Vm::memoryGib).toArray();
        gather();
        here = new int[units.size()];
        Arrays.setAll(here, this::here);
        unitPrices = new UnitPrices[offers.size()];
        Arrays.setAll(unitPrices, this::unitPrices);
    }

    private void gather() {
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        for (int vm = 0; vm < cpus.length; vm++) {
            int number = vm;
            String group = fleet.vms().get(vm).together().orElseGet(() -> "\0" + number);
            groups.computeIfAbsent(group, _ -> new ArrayList<>()).add(vm);
        }
        groups.values().forEach(group -> {
            BitSet sites = new BitSet();
            sites.set(0, offers.size());
            for (int vm : group) {
                sites.and(fleet.vms().get(vm).permitted());
                for (int site = sites.nextSetBit(0); site >= 0; site = sites.nextSetBit(site + 1)) {
                    sites.set(site, fits(vm, site));
                }
            }
            Fleet.Vm first = fleet.vms().get(group.getFirst());
            if (sites.isEmpty()) {
                throw new InvalidValueException(
                        "VM %s, with those that must be with it, fits on no instance at a site that it is permitted"
                                .formatted(first.name()));
            }
            units.add(group.stream().mapToInt(Integer::intValue).toArray());
            permitted.add(sites.stream().toArray());
            apart.add(first.apart().orElse(""));
        });
    }

    private boolean fits(int vm, int site) {
        Fleet.Rules rules = fleet.rules();
        for (Fleet.Offer offer : offers.get(site)) {
            if (cpus[vm] <= offer.cpus() * rules.cpuOversubscription()
                    && memory[vm] <= offer.memoryGib() * rules.memoryOversubscription()) {
                return true;
            }
        }
        return false;
    }

    private UnitPrices unitPrices(int site) {
        return UnitPrices.of(
                offers.get(site),
                fleet.rules(),
                Arrays.stream(cpus).sum(),
                Arrays.stream(memory).sum());
    }

    /** The plan for all VMs. */
    public FleetPlan plan() {
        int[] siteOfVm = new int[cpus.length];
        int[] standbyOfVm = new int[cpus.length];
        Map<String, BitSet> taken = new HashMap<>();
        BitSet none = new BitSet();
        double[] costs = new double[offers.size()];
        for (int unit = 0; unit < units.size(); unit++) {
            boolean alone = apart.get(unit).isEmpty();
            BitSet others = alone ? none : taken.computeIfAbsent(apart.get(unit), _ -> new BitSet());
            costs(unit, costs);
            int site = choose(unit, costs, others);
            int standby = cheapest(permitted.get(unit), costs, site, others);
            if (!alone) {
                others.set(site);
            }
            for (int vm : units.get(unit)) {
                siteOfVm[vm] = site;
                standbyOfVm[vm] = standby;
            }
        }
        return new FleetPlan(boxed(siteOfVm), boxed(standbyOfVm), instances(siteOfVm));
    }

    /**
     * The plan after the price of one offer changed; what its change does not touch is not packed again.
     *
     * @throws InvalidValueException where there is no such offer
     */
    public FleetPlan replan(Fleet.Offer changed) {
        List<Fleet.Offer> here = offers.get(changed.site());
        for (int i = 0; i < here.size(); i++) {
            if (here.get(i).instanceType().equals(changed.instanceType())) {
                here.set(i, changed);
                unitPrices[changed.site()] = unitPrices(changed.site());
                packed.remove(changed.site());
                return plan();
            }
        }
        throw new InvalidValueException("%s is not offered at %s"
                .formatted(changed.instanceType(), fleet.sites().get(changed.site())));
    }

    /** Dollars an hour at each permitted site, moving included, spread over the horizon. */
    private void costs(int unit, double[] costs) {
        Fleet.Rules rules = fleet.rules();
        double unitCpus = 0;
        double unitMemory = 0;
        double dollarsPerMove = 0;
        for (int vm : units.get(unit)) {
            unitCpus += cpus[vm];
            unitMemory += memory[vm];
            dollarsPerMove += fleet.vms().get(vm).moveGigabytes() * rules.egressDollarsPerGigabyte();
        }
        double moving = here[unit] == Fleet.NOWHERE ? 0 : dollarsPerMove / rules.horizonHours();
        for (int site : permitted.get(unit)) {
            costs[site] = unitPrices[site].dollars(unitCpus, unitMemory) + (site == here[unit] ? 0 : moving);
        }
    }

    /** Where all of a unit is; nowhere where it is at several sites. */
    private int here(int unit) {
        int site = fleet.vms().get(units.get(unit)[0]).site();
        for (int vm : units.get(unit)) {
            site = fleet.vms().get(vm).site() == site ? site : Fleet.NOWHERE;
        }
        return site;
    }

    private int choose(int unit, double[] costs, BitSet others) {
        int[] sites = permitted.get(unit);
        int now = here[unit];
        int best = cheapest(sites, costs, Fleet.NOWHERE, others);
        best = best == Fleet.NOWHERE ? cheapest(sites, costs, Fleet.NOWHERE, new BitSet()) : best;
        boolean mayStay = now != Fleet.NOWHERE && Arrays.binarySearch(sites, now) >= 0 && !others.get(now);
        return mayStay && costs[best] >= costs[now] * (1 - fleet.rules().minimumGain()) ? now : best;
    }

    private static int cheapest(int[] sites, double[] costs, int except, BitSet others) {
        boolean all = others.isEmpty();
        int best = Fleet.NOWHERE;
        for (int site : sites) {
            if (site != except && (best < 0 || costs[site] < costs[best]) && (all || !others.get(site))) {
                best = site;
            }
        }
        return best;
    }

    private Map<Integer, List<FleetPlan.Instance>> instances(int[] siteOfVm) {
        Map<Integer, List<Integer>> bySite = new TreeMap<>();
        for (int vm = 0; vm < siteOfVm.length; vm++) {
            bySite.computeIfAbsent(siteOfVm[vm], _ -> new ArrayList<>()).add(vm);
        }
        Map<Integer, List<FleetPlan.Instance>> instances = new TreeMap<>();
        bySite.forEach((site, vms) -> {
            Packed known = packed.get(site);
            if (known == null || !known.vms().equals(vms)) {
                known = new Packed(vms, pack(site, vms));
                packed.put(site, known);
            }
            instances.put(site, known.instances());
        });
        packed.keySet().retainAll(bySite.keySet());
        return instances;
    }

    private List<FleetPlan.Instance> pack(int site, List<Integer> vms) {
        Packer packer = new Packer(
                vms.stream().mapToDouble(vm -> cpus[vm]).toArray(),
                vms.stream().mapToDouble(vm -> memory[vm]).toArray(),
                offers.get(site),
                fleet.rules(),
                cpus.length);
        return packer.pack().stream()
                .map(instance -> new FleetPlan.Instance(
                        instance.offer(), instance.vms().stream().map(vms::get).toList()))
                .toList();
    }

    private static List<Integer> boxed(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
