package io.supercloud.app.manager;

import io.supercloud.core.SupercloudException;
import io.supercloud.core.Tasks;
import io.supercloud.overlay.cloud.HostLauncher;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends from time to time what launches and ends that were broken off left: what a cloud shows late is not there yet when the manager
 * starts.
 */
final class SweepWatch {
    private static final Duration POLL = Duration.ofMinutes(1);
    private static final Logger log = LoggerFactory.getLogger(SweepWatch.class);

    private final HostLauncher launcher;
    private final String deployment;

    SweepWatch(HostLauncher launcher, String deployment) {
        this.launcher = launcher;
        this.deployment = deployment;
    }

    void start(Tasks tasks) {
        tasks.start("sweep watch", () -> {
            while (true) {
                tasks.sleep(POLL);
                sweep();
            }
        });
    }

    private void sweep() {
        try {
            launcher.sweep(deployment).forEach(removed -> log.warn("ended {}", removed));
        } catch (SupercloudException e) {
            log.warn("the clouds are not swept now: {}", e.getMessage());
        }
    }
}
