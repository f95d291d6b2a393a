package io.supercloud.optimizer;

import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the planner decided for a VM, with the record of why. */
public sealed interface Decision {
    /** The inputs, the alternatives and the reasons. */
    Account account();

    /** The VM stays where it is. */
    record Stay(Account account) implements Decision {}

    /** The VM moves to {@code target}; one whose host is lost starts there again. */
    record Move(SiteId target, Account account) implements Decision {}

    /**
     * The record of a decision.
     *
     * @param reason one sentence for people
     * @param current the offer where the VM is, where there is one
     * @param chosen the offer that the VM moves to, or stays at
     * @param rejected the other offers, each with the reason against it
     * @param standbys the sites at which the VM's image should stand by, best first
     * @param expectedSavingDollars lower rent over the horizon by moving to {@code chosen}; 0 for a stay
     * @param moveCost of moving to {@code chosen}; nothing for a stay
     * @param reconsider when the policy's pace permits the move that it forbids now; empty where it is not the pace, or
     *     where that time does not come. Whoever asks after changes of price alone must ask then, too
     * @param inputDigest SHA-256 over the inputs, in hex
     */
    record Account(
            VmId vm,
            Instant at,
            String policy,
            String reason,
            Optional<Offer> current,
            Optional<Offer> chosen,
            List<Rejection> rejected,
            List<SiteId> standbys,
            double expectedSavingDollars,
            MoveCost moveCost,
            Optional<Instant> reconsider,
            String inputDigest) {
        public Account {
            rejected = List.copyOf(rejected);
            standbys = List.copyOf(standbys);
        }
    }

    /** An offer that was not taken, and why. */
    record Rejection(Offer offer, String reason) {}

    /**
     * What a move costs.
     *
     * @param egressDollars for the bytes that leave the site
     * @param doubleRunningDollars for the target's rent while both places are held
     */
    record MoveCost(double egressDollars, double doubleRunningDollars) {
        static final MoveCost NOTHING = new MoveCost(0, 0);

        public double dollars() {
            return egressDollars + doubleRunningDollars;
        }
    }
}
