package io.supercloud.image;

import java.nio.file.Path;

/** Writes blocks without end and says which one is acknowledged; is killed by its test. */
final class ChildWriter {
    private static final long SIZE = 64L * 1024 * 1024;

    private ChildWriter() {}

    static long offset(int write) {
        return write * 7919L % (SIZE / Volume.BLOCK_BYTES) * Volume.BLOCK_BYTES;
    }

    public static void main(String[] arguments) {
        ImageStore images = new ImageStore(Path.of(arguments[0]).resolve("objects"));
        try (LocalVolumePool pool = new LocalVolumePool(Path.of(arguments[1]), images)) {
            Volume volume = pool.create("disk", Rig.IMAGE, SIZE, 1);
            for (int i = 0; !System.out.checkError(); i++) {
                Rig.write(volume, offset(i), Rig.bytes(Volume.BLOCK_BYTES, i));
                System.out.printf("%06d%n", i);
            }
        }
    }
}
