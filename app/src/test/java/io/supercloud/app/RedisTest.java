package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.ImageId;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A whole Debian with a database, moved while it is used. */
@Execution(ExecutionMode.CONCURRENT)
class RedisTest {
    private static final VmId VM = new VmId("cache");
    private static final ImageId IMAGE = new ImageId("debian-redis");
    private static final int PORT = 6379;
    private static final int MEMORY_MIB = 512;
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(240);

    private TestDeployment deployment;

    @AfterEach
    void end() {
        deployment.end();
        assertThat(deployment.leftOvers()).isEmpty();
    }

    @Test
    void aDatabaseKeepsItsDataAndItsProcessOverAMove(@TempDir Path folder) throws IOException {
        deployment = new TestDeployment("redis", folder);
        deployment.up(List.of("amber", "birch"));
        Path image = SourceTree.root().resolve(".work/images/debian-redis.img");
        ask(new ControlRequest.ImportImage(IMAGE, image.toString()), Answers.Image.class);
        Answers.Vm vm = ask(
                new ControlRequest.RunVm(VM, Optional.of(IMAGE), MEMORY_MIB, 1, 0, Optional.of(new SiteId("amber-1"))),
                Answers.Vm.class);
        TestGuest guest = TestGuest.attach("redis", deployment.manager(), new SiteId("birch-1"), vm.address());
        await().atMost(BOOT_LIMIT).until(() -> guest.ask(PORT, "PING").equals("+PONG"));
        assertThat(guest.ask(PORT, "SET place amber")).isEqualTo("+OK");
        assertThat(guest.ask(PORT, "INCR moves")).isEqualTo(":1");

        Answers.Move move = ask(new ControlRequest.Move(VM, "birch-1", false, "test"), Answers.Move.class);

        assertThat(move.failure()).isEmpty();
        assertThat(guest.ask(PORT, "STRLEN place")).isEqualTo(":5");
        assertThat(guest.ask(PORT, "INCR moves"))
                .as("synced to the disk at the new host")
                .isEqualTo(":2");
        assertThat(move.diskBytes())
                .as("only what the guest wrote since it booted goes over, not the image")
                .isLessThan(Files.size(image) / 2);
    }

    private <T> T ask(ControlRequest request, Class<T> answer) {
        return deployment.manager().ask(request, answer, line -> {});
    }
}
