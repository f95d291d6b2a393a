package io.supercloud.optimizer.fleet;

import io.supercloud.optimizer.Rental;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where VMs can be put: a site or, where spot instances are limited, a site's spot instances and its others, each for itself.
 */
final class Places {
    private final Fleet.Rules rules;
    private final int rentals;
    private final List<List<Fleet.Offer>> offers = new ArrayList<>();
    private final int[] sites;

    Places(Fleet fleet, List<Fleet.Offer> all) {
        rules = fleet.rules();
        rentals = fleet.limits().spotShare() < 1 ? Rental.values().length : 1;
        for (int place = 0; place < fleet.sites().size() * rentals; place++) {
            offers.add(new ArrayList<>());
        }
        all.forEach(offer -> offers.get(of(offer)).add(offer));
        sites = new int[offers.size()];
        Arrays.setAll(sites, place -> place / rentals);
    }

    int count() {
        return offers.size();
    }

    int site(int place) {
        return sites[place];
    }

    /** The first place of a site; the next site's first is where its places end. */
    int first(int site) {
        return site * rentals;
    }

    /** Whether a VM there counts for the share that may be on spot instances; nobody counts where there is no limit. */
    boolean spot(int place) {
        return rentals > 1 && place % rentals == Rental.SPOT.ordinal();
    }

    int of(Fleet.Offer offer) {
        return offer.site() * rentals + (rentals > 1 ? offer.rental().ordinal() : 0);
    }

    List<Fleet.Offer> offers(int place) {
        return offers.get(place);
    }

    /** Whether some instance there holds the VM alone. */
    boolean fits(Fleet.Vm vm, int place) {
        for (Fleet.Offer offer : offers.get(place)) {
            if (vm.cpus() <= offer.cpus() * rules.cpuOversubscription()
                    && vm.memoryGib() <= offer.memoryGib() * rules.memoryOversubscription()) {
                return true;
            }
        }
        return false;
    }

    /** Replaces the offer of the same type and rental; tells whether there is one. */
    boolean replace(Fleet.Offer changed) {
        List<Fleet.Offer> here = offers.get(of(changed));
        for (int i = 0; i < here.size(); i++) {
            if (here.get(i).instanceType().equals(changed.instanceType())
                    && here.get(i).rental() == changed.rental()) {
                here.set(i, changed);
                return true;
            }
        }
        return false;
    }
}
