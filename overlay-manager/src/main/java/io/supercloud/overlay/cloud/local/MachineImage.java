package io.supercloud.overlay.cloud.local;

import io.supercloud.core.InvalidValueException;
import java.nio.file.Path;

/**
 * What the virtual machines of a local account boot from.
 *
 * @param disk a qcow2 file, a host image of {@code blanket-images/}; it is read only, each instance writes to a layer of its own
 * @param accelerator QEMU's name of what runs them: {@code tcg} or {@code kvm}
 */
public record MachineImage(Path disk, String accelerator) {
    /** The name of the disk in an installation. */
    public static final String FILE = "host-kvm.qcow2";

    public MachineImage {
        disk = disk.toAbsolutePath().normalize();
        if (!accelerator.matches("tcg|kvm")) {
            throw new InvalidValueException("machines run under tcg or kvm, not under '%s'".formatted(accelerator));
        }
    }

    /** The image as {@code accelerator:path}. */
    public String format() {
        return accelerator + ":" + disk;
    }

    /** Parses {@code accelerator:path}. */
    public static MachineImage parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new InvalidValueException("'%s' is not an image such as tcg:/images/host.qcow2".formatted(text));
        }
        return new MachineImage(Path.of(text.substring(colon + 1)), text.substring(0, colon));
    }
}
