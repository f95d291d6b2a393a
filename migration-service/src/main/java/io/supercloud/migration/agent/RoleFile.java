package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.VmSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The file that says what this host is to one VM: replaced whole, so that it is never half written. */
record RoleFile(VmSpec spec, Optional<Owner> owning, Optional<MoveOrder> arriving, Optional<Owner> left) {
    private static final String NAME = "role.json";

    static RoleFile of(VmSpec spec, Role role) {
        return switch (role) {
            case Role.Owning(Owner owner) -> new RoleFile(spec, Optional.of(owner), Optional.empty(), Optional.empty());
            case Role.Arriving(MoveOrder order) ->
                new RoleFile(spec, Optional.empty(), Optional.of(order), Optional.empty());
            case Role.Left(Owner next) -> new RoleFile(spec, Optional.empty(), Optional.empty(), Optional.of(next));
        };
    }

    Role role() {
        return owning.<Role>map(Role.Owning::new)
                .or(() -> arriving.map(Role.Arriving::new))
                .or(() -> left.map(Role.Left::new))
                .orElseThrow(() -> new MigrationException("the role file of VM %s names no role".formatted(spec.id())));
    }

    void write(Path directory) {
        Path folder = directory.resolve(spec.id().value());
        Path temporary = folder.resolve(NAME + ".new");
        try {
            Files.createDirectories(folder);
            Files.write(temporary, Json.write(this));
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(temporary, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new MigrationException("the role of VM %s cannot be written to %s".formatted(spec.id(), folder), e);
        }
    }

    static void delete(Path directory, VmId vm) {
        try {
            Files.deleteIfExists(directory.resolve(vm.value()).resolve(NAME));
        } catch (IOException e) {
            throw new MigrationException("the role file of VM %s cannot be deleted".formatted(vm), e);
        }
    }

    static List<RoleFile> readAll(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(directory)) {
            return folders.map(folder -> folder.resolve(NAME))
                    .filter(Files::isRegularFile)
                    .map(RoleFile::read)
                    .toList();
        } catch (IOException e) {
            throw new MigrationException("the VMs' files in %s cannot be read".formatted(directory), e);
        }
    }

    private static RoleFile read(Path file) {
        try {
            return Json.read(file.toString(), Files.readAllBytes(file), RoleFile.class);
        } catch (IOException e) {
            throw new MigrationException("%s cannot be read".formatted(file), e);
        }
    }
}
