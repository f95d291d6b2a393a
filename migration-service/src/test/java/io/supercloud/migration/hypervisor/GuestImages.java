package io.supercloud.migration.hypervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The images that the tests boot, built where they are not yet. */
final class GuestImages {
    private GuestImages() {}

    static Path guest() {
        return built("guest").resolve("guest.img");
    }

    /** The folder of the probe's {@code vmlinuz} and {@code initrd}. */
    static Path probe() {
        return built("probe").resolve("probe");
    }

    private static Path built(String image) {
        Path root = root();
        try {
            Process build = new ProcessBuilder(
                            root.resolve("blanket-images/build").toString(), image)
                    .inheritIO()
                    .start();
            if (build.waitFor() != 0) {
                throw new AssertionError("the image '%s' could not be built; run bin/setup".formatted(image));
            }
        } catch (IOException e) {
            throw new AssertionError("the image '%s' could not be built".formatted(image), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        String work = System.getenv("SUPERCLOUD_WORK");
        return (work == null ? root.resolve(".work") : Path.of(work)).resolve("images");
    }

    private static Path root() {
        Path folder = Path.of(System.getProperty("user.dir")).toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("blanket-images/build"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new AssertionError(
                    "no folder above %s has blanket-images/build".formatted(System.getProperty("user.dir")));
        }
        return folder;
    }
}
