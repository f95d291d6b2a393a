package io.supercloud.image;

import java.io.IOException;
import java.nio.file.Path;

/** Serves a volume at a Unix socket and says, when asked, how much was written; is killed by its test. */
final class ChildServer {
    static final String DISK = "disk";

    private ChildServer() {}

    /** Arguments: the folder of images, that of the pool, the socket, the size of the volume in bytes. */
    public static void main(String[] arguments) throws IOException {
        ImageStore images = new ImageStore(Path.of(arguments[0]));
        try (LocalVolumePool pool = new LocalVolumePool(Path.of(arguments[1]), images);
                NbdServer server = new NbdServer()) {
            Volume volume = pool.names().contains(DISK)
                    ? pool.open(DISK, 1)
                    : pool.create(DISK, ImageStore.BLANK, Long.parseLong(arguments[3]), 1);
            server.export(DISK, Path.of(arguments[2]), volume);
            while (System.in.read() >= 0) {
                System.out.println(volume.stats().writtenBytes());
            }
        }
    }
}
