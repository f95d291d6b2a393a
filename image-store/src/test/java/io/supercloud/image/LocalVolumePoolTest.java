package io.supercloud.image;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class LocalVolumePoolTest extends VolumePoolContract {
    @TempDir
    Path folder;

    @Override
    VolumePool pool(String host, byte[] image, long readTimeoutMillis) {
        Path directory = folder.resolve(host);
        directory.toFile().mkdirs();
        return new LocalVolumePool(
                directory.resolve("pool"), Rig.store(directory, image), readTimeoutMillis, Optional.empty());
    }
}
