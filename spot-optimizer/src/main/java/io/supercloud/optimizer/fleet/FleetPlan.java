package io.supercloud.optimizer.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where everything should be.
 *
 * @param siteOfVm by VM
 * @param standbyOfVm by VM: the site, other than its own, that should have its image; {@link Fleet#NOWHERE} where it is
 *     permitted no other
 * @param instances by site: what to rent there, and who shares it
 * @param violations the limits of the fleet that are not kept, each in a sentence; empty where all are
 */
public record FleetPlan(
        List<Integer> siteOfVm,
        List<Integer> standbyOfVm,
        Map<Integer, List<Instance>> instances,
        List<String> violations) {
    /** An instance and the VMs on it. */
    public record Instance(Fleet.Offer offer, List<Integer> vms) {
        public Instance {
            vms = List.copyOf(vms);
        }
    }

    public FleetPlan {
        siteOfVm = List.copyOf(siteOfVm);
        standbyOfVm = List.copyOf(standbyOfVm);
        instances = new TreeMap<>(instances);
        violations = List.copyOf(violations);
    }

    /** The rent of all instances. */
    public double dollarsPerHour() {
        return instances.values().stream()
                .flatMap(List::stream)
                .mapToDouble(instance -> instance.offer().dollarsPerHour())
                .sum();
    }

    /** The VMs that are at one site and should be at another. */
    public List<Integer> moves(Fleet fleet) {
        List<Integer> moves = new ArrayList<>();
        for (int vm = 0; vm < siteOfVm.size(); vm++) {
            int site = fleet.vms().get(vm).site();
            if (site != Fleet.NOWHERE && site != siteOfVm.get(vm)) {
                moves.add(vm);
            }
        }
        return moves;
    }
}
