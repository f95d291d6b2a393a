package io.supercloud.optimizer.chase;

/** A VM that exists on paper only: lets a policy chase the prices as they come, and knows what it has paid. */
final class Shadow<P extends Chaser> {
    private static final long NEVER = Long.MAX_VALUE;

    private final P policy;
    private Chaser.Terms terms;
    private Board board;
    private int here = Chaser.NOWHERE;
    private int target = Chaser.NOWHERE;
    private long moveEnd = NEVER;
    private long now = Long.MIN_VALUE;
    private double dollars = 0;

    Shadow(P policy) {
        this.policy = policy;
    }

    void begin(Chaser.Terms newTerms) {
        terms = newTerms;
        board = new Board(newTerms);
        policy.begin(newTerms);
    }

    P policy() {
        return policy;
    }

    /** What was paid so far. */
    double dollars() {
        return dollars;
    }

    /** What the dearest move from where it is would cost now. */
    double dearestMoveDollars() {
        double dearest = 0;
        for (int other = 0; here != Chaser.NOWHERE && other < terms.places(); other++) {
            dearest = other == here ? dearest : Math.max(dearest, board.moveDollars(here, other));
        }
        return dearest;
    }

    void changed(long millis, int place, double dollarsPerHour) {
        if (millis > now && now != Long.MIN_VALUE) {
            decide();
            if (moveEnd <= millis) {
                pay(moveEnd);
                here = target;
                target = Chaser.NOWHERE;
                moveEnd = NEVER;
                decide();
            }
            pay(millis);
        }
        now = millis;
        board.changed(place, dollarsPerHour);
        policy.changed(millis, place, dollarsPerHour);
    }

    private void decide() {
        if (target != Chaser.NOWHERE) {
            return;
        }
        int wish = policy.choose(now, here, false);
        if (wish == here) {
            return;
        }
        if (here == Chaser.NOWHERE || terms.changeoverMillis() == 0) {
            dollars += here == Chaser.NOWHERE ? 0 : terms.egressDollars(here, wish);
            here = wish;
        } else {
            dollars += terms.egressDollars(here, wish);
            target = wish;
            moveEnd = now + terms.changeoverMillis();
        }
    }

    private void pay(long until) {
        double hours = (until - now) / PriceSeries.MILLIS_PER_HOUR;
        dollars += (here == Chaser.NOWHERE ? 0 : board.price(here) * hours)
                + (target == Chaser.NOWHERE ? 0 : board.price(target) * hours);
        now = until;
    }
}
