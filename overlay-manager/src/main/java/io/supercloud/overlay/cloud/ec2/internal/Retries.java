package io.supercloud.overlay.cloud.ec2.internal;

import io.supercloud.core.Tasks;
import io.supercloud.overlay.cloud.ec2.internal.Ec2Failure.Kind;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Makes the calls of one account: again where EC2 said that there were too many, each time later, and then all calls of the
 * account wait; and again where no answer came, as every call may be made twice. Safe for use by many threads.
 */
final class Retries {
    /** In all, 1 + 2 + 4 + 8 + 16 s apart. */
    static final int MAX_THROTTLED = 6;

    static final int MAX_UNANSWERED = 3;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final Tasks tasks;
    /** On {@link Tasks#nanoTime}: before this no call is made. */
    private long quietUntilNanos;

    private boolean quiet;

    Retries(Tasks tasks) {
        this.tasks = tasks;
    }

    /** How a call went that failed in the end. */
    static final class GaveUp extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** The last failure. */
        private final Ec2Failure failure;

        /** Whether it may have been done, by any of the tries. */
        private final boolean perhapsDone;

        GaveUp(Ec2Failure failure, boolean perhapsDone) {
            super(failure);
            this.failure = failure;
            this.perhapsDone = perhapsDone;
        }

        Ec2Failure failure() {
            return failure;
        }

        boolean perhapsDone() {
            return perhapsDone;
        }
    }

    /** Throws {@link GaveUp}. */
    <T> T call(Supplier<T> call) {
        int throttled = 0;
        int unanswered = 0;
        while (true) {
            awaitQuiet();
            try {
                return call.get();
            } catch (Ec2Failure e) {
                throttled += e.kind() == Kind.THROTTLED ? 1 : 0;
                unanswered += e.kind() == Kind.UNKNOWN ? 1 : 0;
                boolean again = (e.kind() == Kind.THROTTLED && throttled < MAX_THROTTLED)
                        || (e.kind() == Kind.UNKNOWN && unanswered < MAX_UNANSWERED);
                if (!again || Thread.currentThread().isInterrupted()) {
                    throw new GaveUp(e, unanswered > 0);
                }
                beQuiet(FIRST_PAUSE.multipliedBy(1L << (throttled + unanswered - 1)));
            }
        }
    }

    /** As {@link #call}, of one that answers nothing but that it was done. */
    void run(Runnable call) {
        call(() -> {
            call.run();
            return true;
        });
    }

    private synchronized void beQuiet(Duration pause) {
        long until = tasks.nanoTime() + pause.toNanos();
        if (!quiet || until - quietUntilNanos > 0) {
            quietUntilNanos = until;
            quiet = true;
        }
    }

    private void awaitQuiet() {
        long left = leftNanos();
        if (left > 0) {
            tasks.sleep(Duration.ofNanos(left));
        }
    }

    private synchronized long leftNanos() {
        return quiet ? quietUntilNanos - tasks.nanoTime() : 0;
    }
}
