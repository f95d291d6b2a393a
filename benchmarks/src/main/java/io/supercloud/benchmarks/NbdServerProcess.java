package io.supercloud.benchmarks;

import io.supercloud.core.ImageId;
import io.supercloud.image.ImageStore;
import io.supercloud.image.LocalVolumePool;
import io.supercloud.image.NbdExport;
import io.supercloud.image.NbdServer;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumePool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Serves one new volume, with the settings of an agent, until its standard input ends.
 * Arguments: a folder for everything, the socket, the volume's size in bytes.
 */
public final class NbdServerProcess {
    private static final ImageId EMPTY = new ImageId("empty");
    private static final String VOLUME = "bench";

    private NbdServerProcess() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        long sizeBytes = Long.parseLong(arguments[2]);
        Path raw = Files.createFile(folder.resolve("empty.raw"));
        try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "rw")) {
            file.setLength(sizeBytes);
        }
        ImageStore images = new ImageStore(folder.resolve("objects"));
        images.importRaw(EMPTY, raw, (done, total) -> {});
        try (VolumePool pool = new LocalVolumePool(folder.resolve("volumes"), images);
                NbdServer server = new NbdServer();
                Volume volume = pool.create(VOLUME, EMPTY, sizeBytes, 1);
                NbdExport ignored = server.export(VOLUME, Path.of(arguments[1]), volume)) {
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }
}
