package io.supercloud.image;

import io.supercloud.core.HostId;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.image.ledger.Copies;
import io.supercloud.image.ledger.InMemoryLedgers;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** Replicated volumes do what others do. */
class ReplicatedVolumePoolTest extends VolumePoolContract {
    private final InMemoryRegistry registry = new InMemoryRegistry();
    private final InMemoryLedgers ledgers = new InMemoryLedgers();

    @TempDir
    Path folder;

    @Override
    VolumePool pool(String host, byte[] image, long readTimeoutMillis) {
        Path directory = folder.resolve(host);
        directory.toFile().mkdirs();
        return new LocalVolumePool(
                directory.resolve("pool"),
                Rig.store(directory, image),
                readTimeoutMillis,
                Optional.of(new Replication(registry, ledgers, new HostId(host))));
    }

    @Override
    Durability durability() {
        return new Durability.Replicated(Copies.DEFAULT);
    }
}
