package io.supercloud.migration.hypervisor;

import io.supercloud.core.ImageId;
import io.supercloud.image.InMemoryVolumePool;
import io.supercloud.image.Volume;
import io.supercloud.migration.hypervisor.Hypervisor.Devices;
import io.supercloud.migration.hypervisor.InMemoryHypervisor.Exchange;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class InMemoryHypervisorTest extends ParallelStreamContract {
    @TempDir
    Path directory;

    private Volume disk;
    private InMemoryHypervisor source;
    private InMemoryHypervisor target;

    @BeforeEach
    void start() {
        ImageId image = new ImageId("guest");
        disk = new InMemoryVolumePool()
                .withImage(image, new byte[Volume.BLOCK_BYTES])
                .create(VM.value(), image, 1 << 20, 1);
        Exchange exchange = new Exchange();
        source = new InMemoryHypervisor(directory, exchange, devices -> Optional.of(disk));
        target = new InMemoryHypervisor(directory, exchange, devices -> Optional.of(disk));
    }

    @Override
    Hypervisor source() {
        return source;
    }

    @Override
    Hypervisor target() {
        return target;
    }

    @Override
    Hypervisor sourceAfterRestart() {
        return source;
    }

    @Override
    Volume disk() {
        return disk;
    }

    @Override
    Devices sourceDevices() {
        return new Devices(directory.resolve("disk.sock"), VM.value(), "tap0");
    }

    @Override
    Devices targetDevices() {
        return sourceDevices();
    }
}
