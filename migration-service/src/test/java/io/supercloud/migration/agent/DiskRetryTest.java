package io.supercloud.migration.agent;

import static org.awaitility.Awaitility.await;

import io.supercloud.image.Volume;
import io.supercloud.migration.hypervisor.VirtualMachine.RunState;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskRetryTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    @Test
    void aGuestThatItsDiskHasStoppedGoesOnWhenTheDiskDoes() {
        try (TestCluster cluster = new TestCluster(directory)) {
            Volume disk = cluster.host(TestCluster.EAST)
                    .pool
                    .find(TestCluster.VM.value())
                    .orElseThrow();
            disk.seal();
            await().atMost(LIMIT).until(() -> cluster.guest(TestCluster.EAST).runState() == RunState.PAUSED);

            disk.unseal();

            cluster.awaitProgress(TestCluster.EAST);
        }
    }
}
