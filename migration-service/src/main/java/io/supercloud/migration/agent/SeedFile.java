package io.supercloud.migration.agent;

import io.supercloud.migration.MigrationException;
import io.supercloud.migration.SeedImage;
import io.supercloud.migration.VmSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The file with a VM's seed image. It is made anew on every host, each time before a process opens it. */
final class SeedFile {
    private SeedFile() {}

    /** Empty where the VM has no user data. */
    static Optional<Path> make(VmSpec spec, Path folder) {
        if (spec.userData().isEmpty()) {
            return Optional.empty();
        }
        Path file = folder.resolve("seed.img");
        try {
            Path temporary = Files.write(folder.resolve("seed.img.new"), SeedImage.of(spec));
            return Optional.of(Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE));
        } catch (IOException e) {
            throw new MigrationException(
                    "the user data of VM %s cannot be written to %s".formatted(spec.id(), file), e);
        }
    }
}
