package io.supercloud.app.manager;

import io.supercloud.core.Lease;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.Tasks;
import io.supercloud.migration.Paths;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of several managers leads: who holds the lease at {@link Paths#LEADER}. A manager that dies is followed by another one
 * session time-out later, or at once by its own next run. Two may believe to lead for a moment, where one stood still for
 * longer than its session: whatever they both do is guarded by versions and epochs, not by this.
 */
final class Leadership {
    private static final Duration LOOK_PAUSE = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(Leadership.class);

    private final Lease lease;
    private final Tasks tasks;

    Leadership(Registry registry, Lease.Holder me, Tasks tasks) {
        this.lease = new Lease(registry, Paths.LEADER, me);
        this.tasks = tasks;
    }

    /** Blocks until this process leads. */
    void await() {
        while (!leads(false)) {
            tasks.sleep(LOOK_PAUSE);
        }
    }

    /** From now on looks whether it still leads; {@code lost} is called once, where another does. */
    void keep(Runnable lost) {
        tasks.start("leadership", () -> {
            while (leads(true)) {
                tasks.sleep(LOOK_PAUSE);
            }
            log.error("another manager leads");
            lost.run();
        });
    }

    /** @param otherwise what is so while the registry does not answer: nobody takes over then */
    private boolean leads(boolean otherwise) {
        try {
            return lease.take();
        } catch (RegistryException.Unavailable e) {
            log.info("who leads is not known: {}", e.getMessage());
            return otherwise;
        }
    }
}
